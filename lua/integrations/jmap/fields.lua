--- The fields of a contact: JMAP has no way to ask for them.
local card = require "card"

local M = {}

function M.list()
  local fields = {}
  for index, field in ipairs(card.FIELDS) do
    fields[index] = { name = field[1], type = field[2] }
  end
  return fields
end

return M
