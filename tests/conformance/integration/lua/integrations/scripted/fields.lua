--- Fields as the reports declare them: the first type that a field is given counts here; where a
-- record gives another one, its `types` say so. A mapped field exists, though no record shows it.
local script = require "script"

local M = {}

function M.list(object)
  local fields, seen = {}, {}
  for _, record in ipairs(script.records()) do
    for _, field in ipairs(record.object == object and record.fields or {}) do
      if not seen[field.name] then
        seen[field.name] = true
        fields[#fields + 1] =
          { name = field.name, label = field.name, type = field.type, required = false, writable = true }
      end
    end
  end
  for _, name in ipairs(script.mapped(object)) do
    if not seen[name] then
      seen[name] = true
      fields[#fields + 1] = { name = name, type = "unknown" }
    end
  end
  return fields
end

return M
