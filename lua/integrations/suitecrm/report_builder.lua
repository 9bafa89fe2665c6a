--- What was created or changed in SuiteCRM. Deletions do not show: they come out when a deleted record
-- is to be changed, or asked for by its id.
local client = require "client"
local crm = require "crm"
local pagination = require "pagination"
local values = require "values"

local M = {}

-- Converted leads stay in the list of leads; what they became is in `contact_id`.
local function contact_of(requested, item)
  local converted = requested.name == "Leads" and item.status == "Converted"
  return converted and not values.is_empty(item.contact_id) and item.contact_id or nil
end

local function add(report, requested, item)
  local contact_id = contact_of(requested, item)
  if contact_id then
    report:remap_object("Leads", item.id, "Contacts", contact_id)
    return
  end
  report:add_object {
    object = requested.name,
    id = item.id,
    changed_at = not values.is_empty(item.date_modified) and item.date_modified or item.date_entered,
    fields = item,
  }
  if requested.name == "Contacts" and not values.is_empty(item.account_id) then
    report:add_relation {
      object = "Contacts", id = item.id, field = "account_id", to_object = "Accounts", to_id = item.account_id,
    }
  end
end

-- Conversions go into the first report, each together with the contact that the lead became: in later
-- ones the contact might have been taken for a new one before its lead is met.
local function add_converted(request, report, leads)
  local contacts = crm.requested(request, "Contacts")
  local filters = { ["status][eq"] = "Converted", ["date_modified][gte"] = crm.datetime(leads.from) }
  for lead in pagination.items(pagination.by_key(function(after)
    return client.list(leads, filters, after)
  end, "id")) do
    local contact_id = contact_of(leads, lead)
    local contact = contact_id and contacts and client.one(contacts, contact_id)
    if contact then
      add(report, leads, lead)
      add(report, contacts, contact)
    end
  end
end

--- Fills the report with one page of each object.
function M.build(request, report)
  crm.report(request, report, {
    page = function(requested, after) return client.list(requested, client.window(requested), after) end,
    one = client.one,
    add = function(requested, item) add(report, requested, item) end,
    begin = function(requested)
      if requested.name == "Leads" then
        add_converted(request, report, requested)
      end
    end,
  })
end

return M
