--- What was created or changed in EspoCRM. Deletions can't be asked for: they come out when a deleted
-- record is to be changed, or asked for by its id.
local client = require "client"
local crm = require "crm"
local pagination = require "pagination"
local values = require "values"

local M = {}

-- Converted leads stay in the list of leads; what they became is in `createdContactId`.
local function contact_of(requested, item)
  return requested.name == "Lead" and item.status == "Converted" and values.present(item.createdContactId) or nil
end

local function add(report, requested, item)
  local contact_id = contact_of(requested, item)
  if contact_id then
    report:remap_object("Lead", item.id, "Contact", contact_id)
    return
  end
  report:add_object {
    object = requested.name,
    id = item.id,
    changed_at = values.present(item.modifiedAt, item.createdAt),
    fields = item,
  }
  if requested.name == "Contact" and values.present(item.accountId) then
    report:add_relation {
      object = "Contact", id = item.id, field = "accountId", to_object = "Account", to_id = item.accountId,
    }
  end
end

-- Conversions go into the first report, each together with the contact that the lead became: in later
-- ones the contact might have been taken for a new one before its lead is met.
local function add_converted(request, report, leads)
  local contacts = crm.requested(request, "Contact")
  local conditions = {
    { "equals", "status", "Converted" },
    { "greaterThanOrEquals", "modifiedAt", crm.datetime(leads.from) },
  }
  for lead in pagination.items(pagination.by_key(function(after)
    return client.list("Lead", client.select(leads), conditions, after)
  end, "id")) do
    local contact_id = contact_of(leads, lead)
    local contact = contact_id and contacts and client.one("Contact", contact_id)
    if contact then
      add(report, leads, lead)
      add(report, contacts, contact)
    end
  end
end

--- Fills the report with one page of each object.
function M.build(request, report)
  crm.report(request, report, {
    page = function(requested, after)
      return client.list(requested.name, client.select(requested), client.window(requested), after)
    end,
    one = function(requested, id) return client.one(requested.name, id) end,
    add = function(requested, item) add(report, requested, item) end,
    begin = function(requested)
      if requested.name == "Lead" then
        add_converted(request, report, requested)
      end
    end,
  })
end

return M
