--- Picklists with several values: Salesforce has a single text, "red;green".
local values = require "values"

local M = {}

--- From Salesforce to us.
function M.to_internal(value, field)
  return field.type == "multiselect" and type(value) == "string" and values.split(value, ";") or value
end

--- From us to Salesforce.
function M.to_integration(value)
  return type(value) == "table" and table.concat(value, ";") or value
end

return M
