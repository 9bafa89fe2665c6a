--- The fields of persons and organisations: one for each type of contact mechanism, and a few more.
local organisations = require "organisations"
local tryton = require "tryton"

local M = {}

local TYPES = { phone = "phone", mobile = "phone", fax = "phone", email = "email", website = "url" }

--- All fields of one of the manifest's objects.
function M.list(object)
  organisations.check()
  local fields = { { name = "code", type = "string", writable = false } }
  local names = object == "organisation" and { "name" } or { "first_name", "last_name" }
  for _, name in ipairs(names) do
    fields[#fields + 1] = { name = name, type = "string" }
  end
  if object == "person" and config.employer_relation then
    fields[#fields + 1] = { name = "employer", type = "string" }
  end
  local mechanism = tryton.read("party.contact_mechanism.fields_get", { "type" }, json.object {})
  for _, choice in ipairs(mechanism.type.selection) do
    fields[#fields + 1] = { name = choice[1], label = choice[2], type = TYPES[choice[1]] or "string" }
  end
  return fields
end

return M
