--- The fields of an object, from EspoCRM's metadata, custom ones included.
local client = require "client"
local values = require "values"

local M = {}

-- EspoCRM's types, as far as they hold one value.
local TYPES = {
  varchar = "string", number = "string", text = "textarea", wysiwyg = "textarea",
  email = "email", phone = "phone", url = "url",
  enum = "select", multiEnum = "multiselect", array = "multiselect", checklist = "multiselect",
  int = "int", autoincrement = "int", enumInt = "int",
  float = "float", enumFloat = "float", currency = "float",
  bool = "boolean", date = "date", datetime = "datetime", datetimeOptional = "datetime",
}
-- What EspoCRM calls one field is several attributes: the id of an account, the parts of an address.
local PARTS = {
  link = { "Id", "Name" },
  address = { "Street", "City", "State", "Country", "PostalCode" },
}

--- All fields of one of the manifest's objects.
function M.list(object)
  local fields = {}
  local definitions = client.fields(object)
  for name, definition in pairs(definitions) do
    local type = TYPES[definition.type]
    fields[#fields + 1] = type and {
      name = name, label = name, type = type,
      required = values.present(definition.required) == true,
      writable = values.present(definition.readOnly) ~= true,
    }
    for _, part in ipairs(PARTS[definition.type] or {}) do
      fields[#fields + 1] = not definitions[name .. part] and {
        name = name .. part, label = name .. part, type = "string",
        required = false, writable = part ~= "Name",
      } or nil
    end
  end
  table.sort(fields, function(a, b) return a.name < b.name end)
  return fields
end

return M
