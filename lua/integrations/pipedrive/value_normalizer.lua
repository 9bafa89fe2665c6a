--- Consent: Pipedrive has a word, we have a number, the reason why somebody may not be contacted
-- (0: none).
local values = require "values"

local M = {}

local HERE = { no_consent = 0, subscribed = 0, unsubscribed = 1, archived = 3 }
local THERE = { [0] = "subscribed", [1] = "unsubscribed", [2] = "archived", [3] = "archived" }

--- From Pipedrive to us.
function M.to_internal(value, field)
  return field.name == "marketing_status" and values.translate(value, HERE) or value
end

--- From us to Pipedrive.
function M.to_integration(value, field)
  return field.name == "marketing_status" and values.translate(value, THERE) or value
end

return M
