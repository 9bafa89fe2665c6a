--- Values that SuiteCRM writes in its own way: every scalar is a text, several choices are "^a^,^b^",
-- and texts come as HTML (O&#039;Brien), although they are accepted and stored as plain text.
local html = require "html"
local values = require "values"

local M = {}

--- From SuiteCRM to us.
function M.to_internal(value, field)
  if type(value) ~= "string" then
    return value
  end
  value = html.decode(value)
  if field.type == "multiselect" then
    return values.split(value:gsub("^%^", ""):gsub("%^$", ""), "^,^")
  end
  return value
end

--- From us to SuiteCRM.
function M.to_integration(value, field)
  if type(value) == "boolean" then
    return value and "1" or "0"
  elseif math.type(value) == "integer" then
    return ("%d"):format(value)
  elseif type(value) == "number" then
    return ("%.14g"):format(value)
  elseif type(value) == "table" and field.type == "multiselect" then
    return value[1] ~= nil and "^" .. table.concat(value, "^,^") .. "^" or ""
  end
  return value
end

return M
