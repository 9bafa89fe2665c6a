--- What was created, changed or deleted in Mautic.
local batch = require "batch"
local client = require "client"
local crm = require "crm"
local values = require "values"

local M = {}

local NAMES = 20 -- of companies in one request: URLs must not be long

-- The channels of which the request wants to know whether a contact may be addressed.
local function channels(requested)
  local found = {}
  for _, name in ipairs(crm.wanted(requested, {})) do
    found[#found + 1] = name:match("^dnc_(.+)$")
  end
  return found
end

-- Visitors of whom nothing is known are contacts in Mautic, too.
local function is_anonymous(fields)
  for _, name in ipairs { "email", "firstname", "lastname", "company", "phone", "mobile" } do
    if not values.is_empty(fields[name]) then
      return false
    end
  end
  return true
end

local function add(report, _, requested, item)
  local fields = item.fields.all
  -- Companies show null dates: that the window's filter finds them is all that is known.
  local changed_at = values.present(item.dateModified, item.dateAdded)
  local later = changed_at and not requested.ids and datetime.compare(changed_at, requested.to) >= 0
  if later or (requested.name == "contact" and is_anonymous(fields)) then
    return
  end
  for _, channel in ipairs(item.doNotContact and channels(requested) or {}) do
    fields["dnc_" .. channel] = 0 -- who has no entry may be contacted
    for _, entry in pairs(item.doNotContact) do
      fields["dnc_" .. channel] = entry.channel == channel and entry.reason or fields["dnc_" .. channel]
    end
  end
  report:add_object { object = requested.name, id = item.id, changed_at = changed_at, fields = fields }
end

-- A contact shows the name of its company, not the id.
local function add_companies(report, contacts)
  local members, names = {}, {}
  for _, contact in ipairs(contacts) do
    local name = contact.fields.all.company
    if not values.is_empty(name) then
      names[#names + 1] = not members[name] and name or nil
      members[name] = members[name] or {}
      table.insert(members[name], contact.id)
    end
  end
  for some in batch.of(NAMES, names) do
    for _, company in ipairs(client.with("company", "companyname", some)) do
      for _, id in ipairs(members[company.companyname] or {}) do
        report:add_relation {
          object = "contact", id = id, field = "company", to_object = "company", to_id = company.id,
        }
      end
    end
  end
end

--- Fills the report with one page of each object.
function M.build(request, report)
  crm.report(request, report, {
    page = function(requested, after)
      local items = client.page(requested, after, #channels(requested) == 0)
      if requested.name == "contact" and crm.requested(request, "company") then
        add_companies(report, items)
      end
      return items
    end,
    one = client.one,
    add = add,
    deleted = config.deletions ~= false and client.deleted or nil,
  })
end

return M
