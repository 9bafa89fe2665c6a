--- The fields of Kontor's records, flat: their paths are in client.lua.
local M = {}

local function field(name, type, required)
  return { name = name, label = name, type = type, required = required or false, writable = true }
end

local FIELDS = {
  firms = { field("title", "string", true), field("email", "email"), field("phone", "phone") },
  people = {
    field("given", "string"), field("family", "string", true), field("newsletter", "boolean"),
    field("born", "date"), field("employer", "string"),
    field("email", "email"), field("phone", "phone"), field("mobile", "phone"),
  },
}

--- All fields of one of the manifest's objects.
function M.list(object)
  return FIELDS[object]
end

return M
