--- Definitions: the list of an object's fields, from an API's description of them.
-- @module definitions
local M = {}

--- The fields of a table of definitions, sorted by name.
-- @tparam table definitions name -> the API's definition
-- @tparam function describe `describe(name, definition)` returns the type (nil: the field is left
-- out), whether the field is required, whether it is read-only, and its label (nil: its name)
-- @treturn table as `list` of an integration's `fields.lua` returns it
function M.fields(definitions, describe)
  local fields = {}
  for name, definition in pairs(definitions) do
    local type, required, read_only, label = describe(name, definition)
    fields[#fields + 1] = type and {
      name = name, label = label or name, type = type,
      required = required == true and not read_only, writable = not read_only,
    } or nil
  end
  table.sort(fields, function(a, b) return a.name < b.name end)
  return fields
end

return M
