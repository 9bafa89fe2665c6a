--- Makes the engine's changes in Pipedrive, one by one: it has no batches.
local changes = require "changes"
local client = require "client"
local parallel = require "parallel"
local pipedrive = require "pipedrive"
local values = require "values"

local M = {}

-- The name of a text field of persons and organizations by which creates can be found again.
local KEY = config.key_field
local SEARCH_LAG = 600 -- seconds, after which the search knows of a record
local API = { null = json.null, delete = pipedrive.delete }

function API.write(value) return value end

-- Pipedrive ignores a second change of consent, and does not say so: this field is refused.
local function checked(response, sent)
  local stays = response.ok and sent and values.at(response:json(), "data.marketing_status")
  return stays and stays ~= sent and { ok = false, status = 422, stays = stays } or response
end

function API.update(object, id, fields)
  local record = client.record(object, id, fields)
  return record and checked(pipedrive.update(object, id, record), record.marketing_status)
    or { ok = false, status = 404 }
end

function API.reason(response)
  return response.stays
    and ("'marketing_status' stays '%s': Pipedrive lets it change only once"):format(response.stays)
    or pipedrive.reason(response)
end

function API.refused(response)
  return response.stays and { "marketing_status" }
end

local function create(object, change, fields)
  if KEY then
    fields[KEY] = change.idempotency_key
  end
  local response = pipedrive.create(object, client.record(object, nil, fields))
  return response.ok and response:json().data.id or nil, response
end

local function organization_named(name)
  return pipedrive.search("organizations", "name", name, function(item)
    return item.name == name
  end) or false
end

--- Carries out the order; an answer counts from the moment it is given.
function M.execute(order)
  changes.execute(order, {
    client = API, create = create, independent = true,
    reference = {
      object = "persons", field = "org_id", to_object = "organizations",
      find = parallel.once(organization_named),
    },
  })
end

--- After a crash: the record that the change would have made, by the key that it would have. The
-- search finds new records late: only if a record was sent long ago does a search without a result
-- mean that it does not exist.
function M.find(object, change)
  local found = KEY and pipedrive.search(object, "custom_fields", change.idempotency_key)
  local asked_again = datetime.add(change.sent_at or datetime.now(), SEARCH_LAG, "seconds")
  if found or (KEY and datetime.compare(asked_again, datetime.now()) < 0) then
    return found
  end
  return nil, "Pipedrive's search may not know it yet; 'key_field' in the configuration says what to look for"
end

return M
