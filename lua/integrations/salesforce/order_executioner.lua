--- Makes the engine's changes in Salesforce, 200 records at once; each gets its own answer.
local changes = require "changes"
local client = require "client"
local salesforce = require "salesforce"
local values = require "values"

local M = {}

local EXTERNAL_ID = config.external_id -- Salesforce itself then tells creates from one another
local KEYS = { Account = "Name", Contact = "Email", Lead = "Email", PersonAccount = "PersonEmail" }

local function account_named(name)
  return salesforce.exactly("Account", "Name", name)
end

local function item_of(change)
  local item = changes.written(change, salesforce)
  item.Id = change.object_id
  if item.AccountId ~= nil then
    item.AccountId = changes.referred(change, "AccountId", item.AccountId, "Account", account_named)
  end
  if not change.object_id and EXTERNAL_ID then
    item[EXTERNAL_ID] = change.idempotency_key
  end
  return item
end

local function target(object)
  return {
    client = salesforce, size = 200, item = item_of, erase = salesforce.delete,
    send = function(items) return salesforce.send(client.name(object), items, EXTERNAL_ID) end,
  }
end

--- Carries out the order; an answer counts from the moment it is given.
function M.execute(order)
  local targets = {}
  for object in order:objects() do
    targets[object] = target(object)
  end
  changes.execute(order, nil, targets)
end

--- After a crash: the record that the change would have made, by the key that it would have, or by its e-mail
-- or, of an account, its name.
function M.find(object, change)
  local field = EXTERNAL_ID or KEYS[object]
  local key = EXTERNAL_ID and change.idempotency_key or change:fields()[field]
  if values.is_empty(key) then
    return nil, "nothing tells it from others; 'external_id' in the configuration names something"
  end
  local id, several = salesforce.first(client.name(object), field, key)
  if several then
    return nil, ("several records have this '%s'"):format(field)
  end
  return id
end

return M
