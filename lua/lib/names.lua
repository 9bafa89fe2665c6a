--- Names of persons, for APIs that have one where others have two.
-- @module names
local values = require "values"

local M = {}

--- First and last name of a name, "" where there is none: "Last, First", or else the last word is the
-- last name.
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

--- The name of somebody with these two. "First Last" if `split` can take it apart again, else "Last,
-- First": so names survive the way there and back ("Ludwig" "van Beethoven").
function M.join(first, last)
  local plain = first ~= "" and last ~= "" and first .. " " .. last or first .. last
  local split_first, split_last = M.split(plain)
  return split_first == first and split_last == last and plain or last .. ", " .. first
end

return M
