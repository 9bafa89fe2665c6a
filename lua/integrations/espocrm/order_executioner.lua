--- Makes the engine's changes in EspoCRM, one by one: it has no bulk writes.
local client = require "client"
local crm = require "crm"
local values = require "values"

local M = {}

-- Which of the records that EspoCRM takes for the same is it? Equal names with different e-mails are
-- two persons. Answers the id, or nil and whether there are several.
local function same_record(duplicates, email)
  local known, unknown = nil, {}
  for _, record in ipairs(duplicates) do
    if values.is_empty(email) or values.is_empty(record.emailAddress) then
      unknown[#unknown + 1] = record.id
    elseif record.emailAddress:lower() == email:lower() then
      known = known or record.id
    end
  end
  return known or #unknown == 1 and unknown[1] or nil, #unknown > 1
end

-- Linked instead of doubled: the record that is there gets what is known here; what is empty here
-- stays as it is there.
local function link(order, object, change, id)
  order:add_object_mapping(change, object, id)
  local response = client.update(object, id, crm.written(change, nil))
  if not response.ok then
    order:note_object_sync_issue(change, client.reason(response))
  end
end

local function create(order, object, change, fields)
  local response = client.create(object, fields, change.idempotency_key)
  if response.status == 409 then
    local id, several = same_record(response:json(), fields.emailAddress)
    if id then
      return link(order, object, change, id)
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

-- Deletions are soft: who may see the record gets it with a mark.
local function gone(_, _, response)
  local record = response.ok and response:json()
  return response.status == 404 or (type(record) == "table" and record.deleted == true)
end

local TARGET = {
  create = create, update = client.update, delete = client.delete,
  gone = gone, reason = client.reason, null = json.null,
}

--- Carries out the order; an answer counts from the moment it is given.
function M.execute(order)
  crm.execute(order, TARGET)
end

--- After a crash: the record that the change would have made, if EspoCRM has it. If nothing is known of
-- it, it is found as a duplicate when it is sent again.
function M.find(object, change)
  local fields = change:fields()
  local attribute = values.is_empty(fields.emailAddress) and "name" or "emailAddress"
  local found = not values.is_empty(fields[attribute])
    and client.list(object, { "id" }, { { "equals", attribute, fields[attribute] } }) or {}
  return #found == 1 and found[1].id or nil
end

return M
