--- Mautic's webhooks: an object with a list for each kind of event, "mautic.lead_post_save_update"
-- and the like, of which each entry has the contact or the company.
local values = require "values"

local M = {}

-- The members of an entry, and their names here.
local OBJECTS = { contact = "contact", lead = "contact", company = "company" }

--- The contacts and companies that changed; an ordinary sync requests their current state.
function M.read(delivery)
  local records = {}
  for event, entries in pairs(json.decode(delivery.body)) do
    local is_list = type(entries) == "table" and #entries > 0
    for _, entry in ipairs(event:find "^mautic%." and (is_list and entries or { entries }) or {}) do
      for name, object in pairs(OBJECTS) do
        local id = values.id(values.at(entry, name .. ".id"))
        records[#records + 1] = id and { object = object, id = id } or nil
      end
    end
  end
  return records
end

return M
