--- The fields of an object as Salesforce describes them to this user: fields hidden by field-level
-- security are missing.
local client = require "client"
local definitions = require "definitions"
local salesforce = require "salesforce"

local M = {}

-- Salesforce's types, where the engine has others; false: no field of ours.
local TYPES = {
  id = false, address = false, location = false, base64 = false, anyType = false, complexvalue = false,
  currency = "double", percent = "double", double = "double", picklist = "select",
  multipicklist = "multiselect",
  combobox = "string", reference = "string", encryptedstring = "string",
}

local function describe(_, field)
  local type = TYPES[field.type]
  if type == nil then
    type = field.type
  end
  return type or nil, field.required, not field.createable and not field.updateable, field.label
end

--- All fields of one of the manifest's objects.
function M.list(object)
  return definitions.fields(salesforce.describe(client.name(object)), describe)
end

return M
