--- The fields of an object, from EspoCRM's metadata, custom ones included, as far as the user's role
-- allows them.
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

--- All fields of one of the manifest's objects that the user may read.
function M.list(object)
  local fields = with_parts(client.fields(object))
  local unreadable, fixed = client.forbidden(object)
  return definitions.fields(fields, function(name, definition)
    local read_only = values.present(definition.readOnly) == true or COUNTED[definition.type] or fixed[name]
    return not unreadable[name] and TYPES[definition.type] or nil, definition.required, read_only
  end)
end

return M
