--- The fields of an object, from the API, so that a new one over there can be mapped at once.
local client = require "client"

local M = {}

-- The API's names of types, where the engine has others. A reference is an id: report_builder says
-- to what.
local TYPES = { integer = "int", reference = "string" }

--- All fields of one of the manifest's objects.
function M.list(object)
  local fields = {}
  for _, field in ipairs(client.fields(object)) do
    fields[#fields + 1] = {
      name = field.name,
      label = field.label,
      type = TYPES[field.data_type] or field.data_type,
      required = field.required,
      writable = field.writable,
    }
  end
  return fields
end

return M
