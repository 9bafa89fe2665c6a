--- Makes the engine's changes in Pipedrive, one by one: it has no batches.
local changes = require "changes"
local client = require "client"
local pipedrive = require "pipedrive"
local values = require "values"

local M = {}

-- The name of a text field of persons and organizations: creates can be found again.
local KEY = config.key_field
local SEARCH_LAG = 600 -- seconds, after which the search knows of a record
local API = { null = json.null, reason = pipedrive.reason, write = function(value) return value end }

local function organization_named(name)
  return pipedrive.search("organizations", "name", name, function(item) return item.name == name end)
end

local function written(change)
  local fields = changes.written(change, API)
  if change.object == "persons" and fields.org_id ~= nil then
    fields.org_id = changes.referred(change, "org_id", fields.org_id, "organizations", organization_named)
  end
  return fields
end

-- Pipedrive ignores a second change of consent, and does not say so. True if it did.
local function note_consent(order, change, sent, response)
  local stored = response.ok and values.at(response:json(), "data.marketing_status")
  local ignored = sent.marketing_status and stored and stored ~= sent.marketing_status
  if ignored then
    order:note_object_sync_issue(change,
      ("'marketing_status' stays '%s': Pipedrive lets it change only once"):format(stored),
      { fields = { "marketing_status" } })
  end
  return ignored
end

local function update(order, object, change)
  local record = client.record(object, change.object_id, written(change))
  if not record then
    return order:delete_object(change)
  end
  local response = pipedrive.update(object, change.object_id, record)
  if not note_consent(order, change, record, response) then
    changes.settle(order, change, response, pipedrive.reason(response))
  end
end

local function create(order, object, change)
  local fields = written(change)
  if KEY then
    fields[KEY] = change.idempotency_key
  end
  local record = client.record(object, nil, fields)
  local response = pipedrive.create(object, record)
  if response.ok then
    order:add_object_mapping(change, object, response:json().data.id)
    note_consent(order, change, record, response)
  else
    changes.refuse(order, change, response, pipedrive.reason(response))
  end
end

--- Carries out the order; an answer counts from the moment it is given.
function M.execute(order)
  for object in order:objects() do
    for change in order:changes(object) do
      local carry_out = change.object_id and update or create
      carry_out(order, object, change)
    end
    for change in order:deletions(object) do
      local response = pipedrive.delete(object, change.object_id)
      changes.settle(order, change, response, pipedrive.reason(response))
    end
  end
end

--- After a crash: the record that the change would have made, by the key that it would have. The search knows
-- of new records late: only of one that was sent long ago it can say that it is not there.
function M.find(object, change)
  local found = KEY and pipedrive.search(object, "custom_fields", change.idempotency_key)
  local asked_again = datetime.add(change.sent_at or datetime.now(), SEARCH_LAG, "seconds")
  if found or (KEY and datetime.compare(asked_again, datetime.now()) < 0) then
    return found
  end
  return nil, "Pipedrive's search may not know it yet; 'key_field' in the configuration says what to look for"
end

return M
