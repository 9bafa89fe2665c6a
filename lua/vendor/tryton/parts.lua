--- Parts of a Tryton record as fields of it: a contact mechanism as the e-mail address, a relation as the
-- employer.
-- @module tryton.parts
local values = require "values"

local M = {}

--- The first part of a record that is the one; nil if there is none.
-- @tparam table record nil: a new one, it has none
-- @tparam string name "contact_mechanisms"
-- @tparam function is_it `is_it(part)`
function M.first(record, name, is_it)
  for _, part in ipairs(record and record[name .. "."] or {}) do
    if is_it(part) then
      return part
    end
  end
end

--- The command that gives a part a value; nil: there is nothing to do.
-- @tparam table part nil: there is none yet
-- @tparam string member "value"
-- @param value an empty one deletes the part
-- @tparam table more what a new part has besides
function M.command(part, member, value, more)
  if values.is_empty(value) then
    return part and { "delete", { part.id } } or nil
  elseif not part then
    return { "create", { values.merge(more, { [member] = value }) } }
  end
  return part[member] ~= value and { "write", { part.id }, { [member] = value } } or nil
end

return M
