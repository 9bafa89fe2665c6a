--- The fields of an object, from Mautic, custom ones included.
local client = require "client"
local definitions = require "definitions"
local values = require "values"

local M = {}

-- Mautic's types, where the engine has others.
local TYPES = {
  text = "string", country = "string", locale = "string", timezone = "string", html = "textarea",
  tel = "phone", number = "double",
}

-- Further fields of a contact.
local CONSENT = { dnc_email = { type = "int" }, dnc_sms = { type = "int" } }

--- All fields of one of the manifest's objects.
function M.list(object)
  local all = values.merge(client.fields(object), object == "contact" and CONSENT or {})
  return definitions.fields(all, function(_, field)
    local type = field.isPublished ~= false and (TYPES[field.type] or field.type)
    return type, field.isRequired, false, field.label
  end)
end

return M
