--- The fields of an object, from Mautic, custom ones included.
local client = require "client"

local M = {}

-- Mautic's types, where the engine has others.
local TYPES = {
  text = "string", country = "string", locale = "string", timezone = "string", html = "textarea",
  tel = "phone", number = "double",
}

-- What belongs to a contact besides.
local CONSENT = { "dnc_email", "dnc_sms" }

--- All fields of one of the manifest's objects.
function M.list(object)
  local fields = {}
  for _, name in ipairs(object == "contact" and CONSENT or {}) do
    fields[#fields + 1] = { name = name, label = name, type = "int", required = false, writable = true }
  end
  for field in client.fields(object) do
    fields[#fields + 1] = field.isPublished ~= false and {
      name = field.alias, label = field.label, type = TYPES[field.type] or field.type,
      required = field.isRequired == true, writable = true,
    } or nil
  end
  return fields
end

return M
