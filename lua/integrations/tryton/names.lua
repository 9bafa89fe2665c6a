--- Tryton has one name for a person, others have two. "First Last" is used whenever it can be taken
-- apart again, else "Last, First": so every pair of names survives the way there and back.
local values = require "values"

local M = {}

--- First and last name of a name; "" if there is none.
function M.split(name)
  if values.is_empty(name) then
    return "", ""
  end
  local last, first = name:match("^([^,]*),%s*(.*)$")
  if not last then
    first, last = name:match("^(.*%S)%s+(%S+)$")
  end
  return first or "", last or name
end

--- The name of a person with these two.
function M.join(first, last)
  local plain = first == "" and last or last == "" and first or first .. " " .. last
  local split_first, split_last = M.split(plain)
  return split_first == first and split_last == last and plain or last .. ", " .. first
end

return M
