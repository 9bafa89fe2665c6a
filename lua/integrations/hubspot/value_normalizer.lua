--- Checkboxes: HubSpot has a single text, "red;green".
local values = require "values"

local M = {}

--- From HubSpot to us.
function M.to_internal(value, field)
  return field.type == "multiselect" and type(value) == "string" and values.split(value, ";") or value
end

--- From us to HubSpot. Fields that consist of several values there are written by the client.
function M.to_integration(value)
  return value
end

return M
