---@meta names
-- Made by scripts/reference of lua/lib; do not edit.

--- Names of persons, for APIs that have a single name instead of first and last name.
---@class lib.names
local M = {}

--- The first and last name in a full name; "" if there is none. A no-break space separates them;
--- else the last comma ("Last, First"); else the last word is the last name.
function M.split(name) end

--- The full name for these two: the simplest one that `split` can take apart again. "First Last",
--- else "Last, First" ("Ludwig" "van Beethoven", "John" "Smith, Jr."), else with a no-break space between
--- them. So names survive a round trip.
function M.join(first, last) end

--- The full name after the first or last name has changed: nil leaves a part as it is, null and ""
--- remove it. Returns nil if both stay.
function M.change(name, first, last) end

return M
