--- Makes the engine's changes in SuiteCRM, one by one: it has no bulk writes.
local changes = require "changes"
local client = require "client"
local values = require "values"

local M = {}

-- A new record gets an id derived from the change: sent again after a crash, it is refused instead
-- of created twice.
local function id_of(change)
  local digits = crypto.hex(crypto.sha256(change.idempotency_key))
  return ("%s-%s-%s-%s-%s"):format(
    digits:sub(1, 8), digits:sub(9, 12), digits:sub(13, 16), digits:sub(17, 20), digits:sub(21, 32))
end

local function exists(object, id)
  return client.one({ name = object }, id) ~= nil
end

local function create(object, change, fields)
  local id = id_of(change)
  local response = client.create(object, id, fields)
  if response.ok then
    return response:json().data.id, response
  end
  return response.status == 400 and exists(object, id) and id or nil, response
end

local TARGET = {
  client = client, create = create, gone = function(_, _, response) return response.status == 410 end,
  independent = true, -- each new record has its id already
  reference = { object = "Contacts", field = "account_id", to_object = "Accounts", name = "name" },
}

--- Carries out the order; an answer counts from the moment it is given.
function M.execute(order)
  local writing = values.merge(client, { write = client.writer() })
  changes.execute(order, values.merge(TARGET, { client = writing }))
end

--- After a crash: the record that the change would have made, if it was made.
function M.find(object, change)
  local id = id_of(change)
  return exists(object, id) and id or nil
end

return M
