--- Values that mean the same on both sides but are written differently. `opt_in` may be kept as 1
-- and 0 here; over there it is true or false, and the API accepts nothing else.
local values = require "values"

local M = {}

local HERE = { opt_in = { [true] = 1, [false] = 0 } }
local THERE = { opt_in = values.invert(HERE.opt_in) }

--- From hello.world to us.
function M.to_internal(value, field)
  return values.translate(value, HERE[field.name] or {})
end

--- From us to hello.world.
function M.to_integration(value, field)
  return values.translate(value, THERE[field.name] or {})
end

return M
