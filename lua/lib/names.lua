--- Names of persons, for APIs that have a single name instead of first and last name.
-- @module names
local values = require "values"

local M = {}

-- A no-break space: it separates two names that cannot be separated by a blank or comma.
local SEPARATOR = "\u{A0}"

--- The first and last name in a full name; "" if there is none. A no-break space separates them;
-- else the last comma ("Last, First"); else the last word is the last name.
function M.split(name)
  if values.is_empty(name) then
    return "", ""
  end
  local first, last = name:match("^(.*)" .. SEPARATOR .. "(.*)$")
  if not first then
    last, first = name:match "^(.*),%s*([^,]*)$"
  end
  if not last then
    first, last = name:match "^(.*%S)%s+(%S+)$"
  end
  return first or "", last or name
end

--- The full name for these two: the simplest one that `split` can take apart again. "First Last",
-- else "Last, First" ("Ludwig" "van Beethoven", "John" "Smith, Jr."), else with a no-break space between
-- them. So names survive a round trip.
function M.join(first, last)
  local plain = first ~= "" and last ~= "" and first .. " " .. last or first .. last
  for _, name in ipairs { plain, last .. ", " .. first } do
    local split_first, split_last = M.split(name)
    if split_first == first and split_last == last then
      return name
    end
  end
  return first .. SEPARATOR .. last
end

--- The full name after the first or last name has changed: nil leaves a part as it is, null and ""
-- remove it. Returns nil if both stay.
function M.change(name, first, last)
  if first == nil and last == nil then
    return nil
  end
  local old_first, old_last = M.split(name)
  return M.join(
    first == nil and old_first or values.present(first) or "",
    last == nil and old_last or values.present(last) or "")
end

return M
