--- Makes the engine's changes in EspoCRM, one by one: it has no bulk writes.
local client = require "client"
local crm = require "crm"
local values = require "values"

local M = {}

-- Is nothing known against these two being the same person (or company)?
local function same_email(one, other)
  return values.is_empty(one) or values.is_empty(other) or one:lower() == other:lower()
end

-- Which of the records that EspoCRM takes for the same is it? Equal names with different e-mails are
-- two persons. Answers the id, or nil and whether there are several.
local function same_record(duplicates, fields)
  local found = {}
  for _, record in ipairs(duplicates) do
    if same_email(fields.emailAddress, record.emailAddress) then
      found[#found + 1] = record
    end
  end
  for _, record in ipairs(found) do
    if not values.is_empty(fields.emailAddress) and not values.is_empty(record.emailAddress) then
      return record.id
    end
  end
  return #found == 1 and found[1].id or nil, #found > 1
end

-- Linked instead of doubled: the record that is there gets what is known here; what is empty here
-- stays as it is there.
local function link(order, object, change, id, fields)
  order:add_object_mapping(change, object, id)
  local response = client.update(object, id, crm.written(fields, function() return false end, nil))
  if not response.ok then
    order:note_object_sync_issue(change, client.reason(response))
  end
end

-- Values of the type datetime go without the "T" and the "Z" of ours.
local function written(change)
  return crm.written(crm.payload(change), function(name)
    return change:field(name).type == "datetime"
  end, json.null)
end

local function create(order, object, change)
  local fields = written(change)
  local response = client.create(object, fields, change.idempotency_key)
  if response.status == 409 then
    local id, several = same_record(response:json(), fields)
    if id then
      return link(order, object, change, id, fields)
    elseif several then
      return order:note_object_sync_issue(change,
        ("several records of '%s' could be this one: give one of them its e-mail address"):format(object))
    end
    response = client.create(object, fields, nil, true)
  end
  if response.ok then
    order:add_object_mapping(change, object, response:json().id)
  else
    crm.refuse(order, change, response, client.reason(response))
  end
end

local function update(order, object, change)
  local response = client.update(object, change.object_id, written(change))
  if response.ok and response:json().deleted == true then
    order:delete_object(change)
  else
    crm.settle(order, change, response, client.reason(response))
  end
end

--- Carries out the order; an answer counts from the moment it is given.
function M.execute(order)
  for object in order:objects() do
    for change in order:identified(object) do
      update(order, object, change)
    end
    for change in order:unidentified(object) do
      create(order, object, change)
    end
    for change in order:deletions(object) do
      crm.settle(order, change, client.delete(object, change.object_id), "it could not be deleted")
    end
  end
end

--- After a crash: the record that the change would have made, if EspoCRM has it.
function M.find(object, change)
  local fields = change:fields()
  local attribute = values.is_empty(fields.emailAddress) and "name" or "emailAddress"
  if values.is_empty(fields[attribute]) then
    return nil -- a duplicate is found when it is sent again
  end
  local found = client.list(object, { "id" }, { { "equals", attribute, fields[attribute] } })
  return #found == 1 and found[1].id or nil
end

return M
