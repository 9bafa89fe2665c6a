--- Makes the engine's changes in EspoCRM, one by one: it has no bulk writes.
local changes = require "changes"
local client = require "client"
local values = require "values"

local M = {}

-- EspoCRM found this record by its name or by an e-mail address. Accounts are known by their names,
-- persons by their addresses: equal names with different addresses are two persons. nil if one of them has
-- no address.
local function is_same(object, record, fields)
  local addressed = nil
  for _, entry in ipairs(values.present(record.emailAddressData) or { record }) do
    if not values.is_empty(entry.emailAddress) and not values.is_empty(fields.emailAddress) then
      addressed = addressed or values.same(entry.emailAddress, fields.emailAddress)
    end
  end
  if object == "Account" then
    return not addressed or values.same(record.name, fields.name)
  end
  return addressed
end

-- Which of the records that EspoCRM takes for the same is it? Answers the id, or nil and whether there are
-- several. (It may tell no more of them than id and name, so each is read.)
local function same_record(object, fields, duplicates)
  local unknown = {}
  for _, duplicate in ipairs(duplicates) do
    local record = client.one({ name = object }, duplicate.id)
    local same = record and is_same(object, record, fields)
    if same then
      return record.id
    end
    unknown[#unknown + 1] = record and same == nil and record.id or nil
  end
  return #unknown == 1 and unknown[1] or nil, #unknown > 1
end

-- A duplicate is linked instead of doubled, and gets what is known here; what is empty here stays there.
local function link(object, fields, conflict)
  local id, several = same_record(object, fields, conflict:json())
  if id then
    return client.update(object, id, values.known(fields))
  end
  return not several and client.create(object, fields, nil, true) or conflict
end

local function create(order, object, change, fields)
  local response = client.create(object, fields, change.idempotency_key)
  if response.status == 409 then
    response = link(object, fields, response)
  end
  if response.ok then
    order:add_object_mapping(change, object, response:json().id)
  elseif response.status == 409 then
    order:note_object_sync_issue(change,
      ("several records of '%s' could be this one: give one of them its e-mail address"):format(object))
  else
    changes.refuse(order, change, response, client.reason(response))
  end
end

local TARGET = { -- a deleted record can't be changed by anybody: 404
  create = create, update = client.update, delete = client.delete, reason = client.reason, null = json.null,
  reference = { object = "Contact", field = "accountId", find = client.account },
}

--- Carries out the order; an answer counts from the moment it is given.
function M.execute(order)
  changes.one_by_one(order, TARGET)
end

--- After a crash: the record that the change would have made, if EspoCRM has it. If nothing is known of
-- it, it is found as a duplicate when it is sent again.
function M.find(object, change)
  local fields = change:fields()
  local attribute = values.is_empty(fields.emailAddress) and "name" or "emailAddress"
  local found = not values.is_empty(fields[attribute])
    and client.list({ name = object }, { { "equals", attribute, fields[attribute] } }) or {}
  return #found == 1 and found[1].id or nil
end

return M
