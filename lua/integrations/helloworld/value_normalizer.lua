--- Values that mean the same on both sides and are written differently: here 1 and 0, there true
-- and false, and the API takes nothing else.
local M = {}

local HERE = { [true] = 1, [false] = 0 }
local THERE = { [1] = true, [0] = false }

-- What a table does not have, null included, stays as it is.
local function translate(value, field, words)
  if field.type == "boolean" and words[value] ~= nil then
    return words[value]
  end
  return value
end

--- From hello.world to us.
function M.to_internal(value, field)
  return translate(value, field, HERE)
end

--- From us to hello.world.
function M.to_integration(value, field)
  return translate(value, field, THERE)
end

return M
