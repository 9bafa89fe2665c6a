--- The fields of an object, from Mautic, custom ones included.
local client = require "client"

local M = {}

local TYPES = {
  text = "string", country = "string", locale = "string", timezone = "string", html = "textarea",
  textarea = "textarea", email = "email", tel = "phone", url = "url", number = "double", boolean = "boolean",
  date = "date", datetime = "datetime", time = "time", select = "select", multiselect = "multiselect",
  lookup = "lookup", region = "region",
}

-- What belongs to a contact besides.
local BESIDES = {
  contact = {
    { name = "points", label = "Points", type = "int", required = false, writable = true },
    { name = "dnc_email", label = "Do not contact: email", type = "int", required = false, writable = true },
    { name = "dnc_sms", label = "Do not contact: sms", type = "int", required = false, writable = true },
  },
  company = {},
}

--- All fields of one of the manifest's objects.
function M.list(object)
  local fields = { table.unpack(BESIDES[object]) }
  for _, field in ipairs(client.fields(object)) do
    if field.isPublished ~= false then
      fields[#fields + 1] = {
        name = field.alias, label = field.label, type = TYPES[field.type] or "string",
        required = field.isRequired == true or field.isRequired == 1, writable = true,
      }
    end
  end
  return fields
end

return M
