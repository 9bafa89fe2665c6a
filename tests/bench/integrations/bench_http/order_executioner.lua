--- Sends batches of 100, four in flight, and answers what was taken.
local batch = require "batch"

local M = {}

local BATCH_SIZE, IN_FLIGHT = 100, 4

local function request_of(changes)
  local items = {}
  for index, change in ipairs(changes) do
    items[index] = { id = change.object_id, fields = change:changed_fields() }
  end
  return { method = "POST", url = "/records", json = items }
end

local function settle(order, sent, responses)
  for index, response in ipairs(responses) do
    assert(response.status == 200, "the batch was not taken")
    for _, change in ipairs(sent[index]) do
      order:update_last_sync_date(change)
    end
  end
end

function M.execute(order)
  for object in order:objects() do
    local sent, requests = {}, {}
    for changes in batch.of(BATCH_SIZE, order:changes(object)) do
      sent[#sent + 1], requests[#requests + 1] = changes, request_of(changes)
      if #requests == IN_FLIGHT then
        settle(order, sent, http.all(requests))
        sent, requests = {}, {}
      end
    end
    settle(order, sent, http.all(requests))
  end
end

return M
