--- Outcomes: answers of APIs that accept many objects at once and answer for each of them, with 207
-- (Multi-Status), or with 200 and the errors in the body.
--
-- The result is a list in the order of what was sent, as `changes.settle_result` takes it:
-- `{ok=, status=, reason=, id=, fields=}`. An item that the answer does not mention has no result
-- (false): it never counts as done.
-- @module outcomes
local values = require "values"

local M = {}

--- Results of an answer that has one entry for each item, in their order (Salesforce's collections).
-- @tparam table items what was sent
-- @tparam table entries what was answered
-- @tparam function result_of `result_of(entry, item, index)` returns a result
-- @treturn table results
function M.by_place(items, entries, result_of)
  local results = {}
  for index, item in ipairs(items) do
    local entry = values.present(entries[index])
    results[index] = entry and result_of(entry, item, index) or false
  end
  return results
end

--- Results of an answer that identifies its items by a key and lists done and failed ones
-- separately, in any order (HubSpot's batches).
-- @tparam table items what was sent
-- @tparam table answer
--
-- - `key(item)`: the key that was sent with it
-- - `done`: a list; `done_key(entry)`: the key of one; `done_result(entry, item)`: its result
-- - `failed`: a list; `failed_keys(entry)`: the keys of all that failed for this reason;
--   `failed_result(entry, item)`: their result
-- @treturn table results
function M.by_key(items, answer)
  local place, results = {}, {}
  for index, item in ipairs(items) do
    place[answer.key(item)], results[index] = index, false
  end
  local function take(keys, entry, result_of)
    for _, key in ipairs(keys) do
      local index = place[key]
      if index and not results[index] then -- what is told first counts: it was done, or failed
        results[index] = result_of(entry, items[index])
      end
    end
  end
  for _, entry in ipairs(values.present(answer.done) or {}) do
    take({ answer.done_key(entry) }, entry, answer.done_result)
  end
  for _, entry in ipairs(values.present(answer.failed) or {}) do
    take(answer.failed_keys(entry), entry, answer.failed_result)
  end
  return results
end

--- The same result for all items: for an answer that is not a list because the whole request
-- failed.
-- @tparam table items
-- @tparam table result
-- @treturn table results
function M.all(items, result)
  return values.map(items, function() return result end)
end

return M
