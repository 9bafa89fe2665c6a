--- Makes the engine's changes in EspoCRM, one by one: it has no bulk writes.
local blocks = require "blocks"
local changes = require "changes"
local client = require "client"
local records = require "records"
local rest = require "rest"
local values = require "values"

local M = {}

local function has_name(record, fields)
  return values.same(record.lastName or "", fields.lastName or "")
    and values.same(values.present(record.firstName) or "", values.present(fields.firstName) or "")
end

-- EspoCRM considers records duplicates by their names, ignoring accents, or by one of their e-mail
-- addresses. Accounts are identified by their names, persons by their addresses: equal names with
-- different addresses are two persons, equal addresses are one. nil if the names are equal and one
-- of them has no address.
local function is_same(object, record, fields)
  if object == "Account" then
    return values.same(record.name, fields.name)
  end
  local addressed = nil
  for _, entry in ipairs(values.present(record.emailAddressData) or { record }) do
    if not values.is_empty(entry.emailAddress) and not values.is_empty(fields.emailAddress) then
      addressed = addressed or values.same(entry.emailAddress, fields.emailAddress)
    end
  end
  if addressed == nil and not has_name(record, fields) then
    return false
  end
  return addressed
end

-- Among EspoCRM's duplicates, the one that is this very record and not linked to anything else here; else
-- nil, and why there must not be another one. (EspoCRM may show only id and name, so each is read.)
local function choose(order, object, change, fields, duplicates)
  local found = values.map(duplicates, function(one) return client.one({ name = object }, one.id) or nil end)
  local why = nil
  while true do
    local record, several = records.choose(found, function(one) return is_same(object, one, fields) end)
    local taken = record and changes.claimed(order, change, record.id, "EspoCRM")
    if not taken and several then
      return nil, "several records could be this one: give one of them its e-mail address"
    elseif not taken then
      return record, why
    elseif is_same(object, record, fields) then
      why = taken
    end
    found = values.map(found, function(one) return one ~= record and one or nil end)
  end
end

-- A duplicate is linked instead of creating a second record, and gets the values known here; fields
-- that are empty here stay as they are there. Nothing is written to one that is linked to another
-- object here.
local function create(object, change, fields, order)
  local response = client.create(object, fields, change.idempotency_key)
  if response.status == 409 then
    local record, why = choose(order, object, change, fields, rest.body(response))
    if not record and why then
      return nil, nil, why
    end
    response = record and client.update(object, record.id, fields) or client.create(object, fields, nil, true)
  end
  return response.ok and response:json().id or nil, response
end

-- What is sent for a change has the blocks of its e-mail address with it.
local function target(order)
  local blocked, own = blocks.of(order), values.merge(client)
  function own.update(object, id, fields, change)
    local sent, failure = blocked(change, fields)
    return failure or client.update(object, id, sent)
  end
  return { -- a deleted record can't be changed by anybody: 404
    client = own,
    create = function(object, change, fields)
      local sent, failure = blocked(change, fields)
      if failure then
        return nil, failure
      end
      return create(object, change, sent, order)
    end,
    independent = { updates = true, deletions = true }, -- new ones may be duplicates of one another
    reference = { object = "Contact", field = "accountId", to_object = "Account", name = "name" },
  }
end

--- Carries out the order; an answer counts from the moment it is given.
function M.execute(order)
  changes.execute(order, target(order))
end

--- After a crash: the record that the change would have made, if EspoCRM has it. If it cannot be
-- found, it is found as a duplicate when it is sent again.
function M.find(object, change)
  return records.made(client, object, change:fields(), { "emailAddress", "name" })
end

return M
