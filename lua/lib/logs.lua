--- Logs: for APIs whose lists do not show deleted records, but that keep a log of deletions and
-- merges.
-- @module logs
local pagination = require "pagination"
local values = require "values"

local M = {}

local function rows(log, requested, action)
  return pagination.items(pagination.by_key(function(after)
    return log.page(requested, action, after)
  end, "id"))
end

--- Reports records that were deleted or merged since `requested.from`. After a merge, the log may
-- also list the loser as deleted: it is reported as merged. `log` has
--
-- - `page(requested, action, after)`: a page of the rows of an action, "merge" or "delete", in the order of
--   their ids, after this one: `id` and `object_id`;
-- - `winner(row)`: the object into which the row's object was merged; nil if that is unknown.
function M.gone(report, requested, log)
  local merged = {}
  for row in rows(log, requested, "merge") do
    local winner = log.winner(row)
    if winner then
      report:merge(requested.name, row.object_id, winner)
      merged[values.id(row.object_id)] = true
    end
  end
  for row in rows(log, requested, "delete") do
    if not merged[values.id(row.object_id)] then
      report:add_deleted(requested.name, row.object_id)
    end
  end
end

return M
