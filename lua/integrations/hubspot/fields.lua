--- The properties of an object, from HubSpot, custom ones included.
local client = require "client"
local definitions = require "definitions"
local hubspot = require "hubspot"

local M = {}

-- HubSpot's types, where the engine has others; false: no field of ours.
local TYPES = {
  enumeration = "select", number = "double", bool = "boolean", phone_number = "phone",
  json = false, object_coordinates = false,
}
local BY_INPUT = { checkbox = "multiselect", textarea = "textarea", phonenumber = "phone", html = "textarea" }

local function describe(name, property)
  local type = BY_INPUT[property.fieldType] or TYPES[property.type]
  if type == nil then
    type = name == "email" and "email" or property.type
  end
  if name == "hubspot_owner_id" then
    type = "string" -- the e-mail address of the owner
  end
  local fixed = property.calculated == true or (property.modificationMetadata or {}).readOnlyValue == true
  return type or nil, false, fixed, property.label
end

--- All fields of one of the manifest's objects.
function M.list(object)
  local all = {}
  for _, property in ipairs(hubspot.properties(object)) do
    all[property.name] = property
  end
  if object == "contacts" then
    all[client.COMPANY] = { name = client.COMPANY, label = "Primary company", type = "string" }
  end
  return definitions.fields(all, describe)
end

return M
