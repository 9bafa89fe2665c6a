--- What is particular to HubSpot's contacts and companies: the primary company of a contact, and
-- owners, whom we know by their e-mail addresses. The API itself is the library `hubspot`.
local associations = require "hubspot.associations"
local hubspot = require "hubspot"
local values = require "values"

local M = {}

local OWNER = "hubspot_owner_id"

--- The field that is the primary company of a contact.
M.COMPANY = "associatedcompanyid"

--- Contacts and their primary companies.
M.company = associations.new("contacts", "companies", 1)

--- The fields of a record: an empty one is null, not "".
function M.fields(requested, item, company)
  local fields = {}
  for name, value in pairs(item.properties) do
    fields[name] = value ~= "" and value or json.null
  end
  if values.present(fields[OWNER]) then
    fields[OWNER] = hubspot.owners()[fields[OWNER]]
  end
  if requested.name == "contacts" then
    fields[M.COMPANY] = company or json.null
  end
  return fields
end

-- The id of an owner; nil if nobody there has this address: then the owner does not change.
local function owner_id(email)
  for id, owner in pairs(hubspot.owners()) do
    if values.same(owner, email) then
      return id
    end
  end
  return nil
end

--- The properties to write, all of them texts, and the company's name separately.
function M.properties(written)
  local properties = {}
  for name, value in pairs(written) do
    properties[name] = name ~= M.COMPANY and hubspot.text(value) or nil
  end
  if not values.is_empty(written[OWNER]) then
    properties[OWNER] = owner_id(written[OWNER])
  end
  return json.object(properties), written[M.COMPANY]
end

return M
