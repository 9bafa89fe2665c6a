--- Makes the engine's changes over there, one by one. Every change gets an answer; what raises an error
-- has none, and is tried again by the engine.
local client = require "client"
local orders = require "orders"

local M = {}

-- An object that exists gets what changed and what is required, a new one everything.
local function send(change)
  local fields = orders.fields(change)
  if change.object_id then
    return client.update(change.object, change.object_id, fields)
  end
  return client.create(change.object, fields)
end

local function settle(order, change, status, body)
  if status == 201 then
    order:add_object_mapping(change, change.object, body.id)
  elseif status == 200 then
    order:update_last_sync_date(change)
  elseif (status == 404 or status == 410) and change.object_id then
    order:delete_object(change)
  elseif status == 429 or status == 503 then
    order:retry_sync_later(change)
  else
    order:note_object_sync_issue(change, body.error or ("the API answered %d"):format(status))
  end
end

--- Carries out the order; an answer counts from the moment it is given.
function M.execute(order)
  for object in order:objects() do
    for change in order:changes(object) do
      settle(order, change, send(change))
    end
  end
end

return M
