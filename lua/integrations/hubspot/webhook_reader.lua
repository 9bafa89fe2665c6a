--- HubSpot's webhooks: a list of events, each of which names one record, or those that were merged into one.
local values = require "values"

local M = {}

-- The prefixes of event names ("contact.creation"), and the object types of events for all objects.
local OBJECTS = { contact = "contacts", company = "companies", ["0-1"] = "contacts", ["0-2"] = "companies" }

-- The merged record has a new id.
local function add_merge(records, object, event)
  local survivor = values.id(values.present(event.newObjectId, event.primaryObjectId))
  local merged = { event.primaryObjectId, table.unpack(values.present(event.mergedObjectIds) or {}) }
  for _, id in ipairs(values.map(merged, values.id)) do
    records[#records + 1] = id ~= survivor and { object = object, id = id, merged_into = survivor } or nil
  end
end

--- The records that changed; an ordinary sync requests their current state.
function M.read(delivery)
  local records = {}
  for _, event in ipairs(json.decode(delivery.body)) do
    local kind, what = tostring(event.subscriptionType or event.eventType):match "^(%a+)%.(%a+)$"
    local object = OBJECTS[event.objectTypeId] or OBJECTS[kind]
    local id = values.id(values.present(event.objectId, event.fromObjectId)) -- the latter: of associations
    if object and what == "merge" and event.primaryObjectId then
      add_merge(records, object, event)
    elseif object and id then
      records[#records + 1] = { object = object, id = id }
    end
  end
  return records
end

return M
