--- The fields of an object, from EspoCRM's metadata, custom ones included.
local client = require "client"
local definitions = require "definitions"
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
local COUNTED = { number = true, autoincrement = true } -- by EspoCRM

-- Some of EspoCRM's fields consist of several attributes: the id of an account, the parts of an
-- address.
local PARTS = {
  link = { "Id", "Name" },
  address = { "Street", "City", "State", "Country", "PostalCode" },
}

-- The definitions, including those of parts without their own.
local function with_parts(fields)
  local all = values.merge(fields)
  for name, definition in pairs(fields) do
    for _, part in ipairs(PARTS[definition.type] or {}) do
      all[name .. part] = all[name .. part]
        or { type = "varchar", readOnly = part == "Name" or definition.readOnly }
    end
  end
  return all
end

--- All fields of one of the manifest's objects.
function M.list(object)
  return definitions.fields(with_parts(client.fields(object)), function(_, definition)
    local read_only = values.present(definition.readOnly) == true or COUNTED[definition.type]
    return TYPES[definition.type], definition.required, read_only
  end)
end

return M
