--- The fields of a contact: JMAP has no way to ask for them.
local card = require "card"

local M = {}

function M.list()
  local fields = {}
  for index, field in ipairs(card.FIELDS) do
    fields[index] = {
      name = field.name, label = field.label, type = field.type or "string", required = false, writable = true,
    }
  end
  return fields
end

return M
