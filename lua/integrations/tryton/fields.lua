--- The fields of persons and organisations: those of the party, one for each type of contact
-- mechanism, and a person's employer if Tryton has the module party_relationship.
local client = require "client"

local M = {}

local TYPES = { phone = "phone", mobile = "phone", fax = "phone", email = "email", website = "url" }

local function add(fields, name, label, type, writable)
  fields[#fields + 1] = { name = name, label = label, type = type, required = false, writable = writable }
end

--- All fields of one of the manifest's objects.
function M.list(object)
  local fields = {}
  if object == "organisation" then
    add(fields, "name", "Name", "string", true)
  else
    add(fields, "first_name", "First name", "string", true)
    add(fields, "last_name", "Last name", "string", true)
  end
  add(fields, "code", "Code", "string", false)
  local described = client.read("model.party.contact_mechanism.fields_get", { "type" }, json.object {})
  for _, choice in ipairs(described.type.selection) do
    add(fields, choice[1], choice[2], TYPES[choice[1]] or "string", true)
  end
  local party = client.read("model.party.party.fields_get", json.array {}, json.object {})
  if object == "person" and party.relations then
    add(fields, "employer", "Employer", "string", true)
  end
  return fields
end

return M
