--- The ten fields of a record.
local M = {}

local TYPES = {
  email = "email", first_name = "string", last_name = "string", phone = "phone", city = "string",
  country = "string", street = "string", zip = "string", birthday = "date", website = "url",
}

function M.list()
  local fields = {}
  for name, kind in pairs(TYPES) do
    fields[#fields + 1] = { name = name, label = name, type = kind }
  end
  table.sort(fields, function(a, b) return a.name < b.name end)
  return fields
end

return M
