--- Makes the engine's changes in SuiteCRM, one by one: it has no bulk writes.
local client = require "client"
local crm = require "crm"

local M = {}

-- SuiteCRM leaves a null as it is: only the empty text clears.
local function written(change)
  return crm.written(crm.payload(change), function(name)
    return change:field(name).type == "datetime"
  end, "")
end

-- A new record gets an id that follows from the change: sent again after a crash, it is refused and
-- not doubled.
local function id_of(change)
  local key = change.idempotency_key:gsub("%X", ""):lower()
  if #key < 32 then
    key = crypto.sha256(change.idempotency_key)
  end
  return ("%s-%s-%s-%s-%s"):format(key:sub(1, 8), key:sub(9, 12), key:sub(13, 16), key:sub(17, 20), key:sub(21, 32))
end

local function create(order, object, change)
  local id = id_of(change)
  local response = client.create(object, id, written(change))
  if response.ok then
    order:add_object_mapping(change, object, response:json().data.id)
  elseif response.status == 400 and client.exists(object, id) then
    order:add_object_mapping(change, object, id)
  else
    crm.refuse(order, change, response, client.reason(response))
  end
end

-- 400 stands for all that is wrong: gone, or refused?
local function settle(order, object, change, response)
  if response.status == 400 and not client.exists(object, change.object_id) then
    order:delete_object(change)
  else
    crm.settle(order, change, response, client.reason(response))
  end
end

--- Carries out the order; an answer counts from the moment it is given.
function M.execute(order)
  for object in order:objects() do
    for change in order:identified(object) do
      settle(order, object, change, client.update(object, change.object_id, written(change)))
    end
    for change in order:unidentified(object) do
      create(order, object, change)
    end
    for change in order:deletions(object) do
      settle(order, object, change, client.delete(object, change.object_id))
    end
  end
end

--- After a crash: the record that the change would have made, if it was made.
function M.find(object, change)
  local id = id_of(change)
  return client.exists(object, id) and id or nil
end

return M
