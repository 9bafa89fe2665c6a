--- The fields of an object, from EspoCRM's metadata, custom ones included.
local client = require "client"
local values = require "values"

local M = {}

-- EspoCRM's types, as far as they hold one value. What it calls a field is several attributes where
-- PARTS says so: the id of an account, the parts of an address.
local TYPES = {
  varchar = "string", text = "textarea", wysiwyg = "textarea", email = "email", phone = "phone", url = "url",
  enum = "select", multiEnum = "multiselect", array = "multiselect", checklist = "multiselect",
  int = "int", autoincrement = "int", enumInt = "int", float = "float", enumFloat = "float", currency = "float",
  bool = "boolean", date = "date", datetime = "datetime", datetimeOptional = "datetime", number = "string",
}
local PARTS = {
  link = { "Id", "Name" },
  address = { "Street", "City", "State", "Country", "PostalCode" },
  currency = { "Currency" },
}

--- All fields of one of the manifest's objects.
function M.list(object)
  local listed, fields = {}, {}
  local function add(name, type, definition, writable)
    if type and not listed[name] then
      listed[name] = true
      fields[#fields + 1] = {
        name = name, label = name, type = type,
        required = values.present(definition.required) == true,
        writable = writable and values.present(definition.readOnly) ~= true,
      }
    end
  end
  local definitions = client.fields(object)
  for name, definition in pairs(definitions) do
    add(name, TYPES[definition.type], definition, name ~= "createdAt" and name ~= "modifiedAt")
  end
  for name, definition in pairs(definitions) do
    for _, part in ipairs(PARTS[definition.type] or {}) do
      add(name .. part, "string", {}, part ~= "Name")
    end
  end
  table.sort(fields, function(a, b) return a.name < b.name end)
  return fields
end

return M
