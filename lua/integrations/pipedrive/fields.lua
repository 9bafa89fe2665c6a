--- The fields of an object, from Pipedrive: custom ones by the names that people gave them.
local client = require "client"
local definitions = require "definitions"
local pipedrive = require "pipedrive"

local M = {}

local READ_ONLY = { id = true, address = true, varchar_auto = true }

local function describe(name, field)
  local fixed = READ_ONLY[name] or READ_ONLY[field.kind] or false
  return field.type or nil, name == "name", fixed, field.label
end

--- All fields of one of the manifest's objects.
function M.list(object)
  local all = pipedrive.fields(object)
  all.emails, all.phones = nil, nil
  if object == "persons" then
    all.name = nil
    all.first_name, all.last_name = { type = "string" }, { type = "string" }
    all.marketing_status = { type = "string" }
    for _, name in ipairs(client.LISTED) do
      all[name] = { type = name:match "^email" and "email" or "phone" }
    end
  end
  return definitions.fields(all, describe)
end

return M
