--- Mautic's webhooks: an object with a list for each kind of event, "mautic.lead_post_save_update"
-- and the like, of which each entry has the contact or the company.
local M = {}

-- The members of an entry, and their names here.
local OBJECTS = { contact = "contact", lead = "contact", company = "company" }

local function add(records, object, id)
  if id and id ~= json.null then
    records[#records + 1] = { object = object, id = tostring(id) }
  end
end

--- The contacts and companies that changed; an ordinary sync requests their current state.
function M.read(delivery)
  local records = {}
  for event, entries in pairs(json.decode(delivery.body)) do
    if event:find("^mautic%.") and type(entries) == "table" then
      if #entries == 0 then
        entries = { entries }
      end
      for _, entry in ipairs(entries) do
        for name, object in pairs(OBJECTS) do
          local subject = entry[name]
          if type(subject) == "table" then
            add(records, object, subject.id)
          end
        end
      end
    end
  end
  return records
end

return M
