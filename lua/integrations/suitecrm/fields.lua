--- The fields of an object, from SuiteCRM's own description, custom ones included.
local client = require "client"

local M = {}

local TYPES = {
  name = "string", varchar = "string", fullname = "string", user_name = "string", id = "string",
  relate = "string", text = "textarea", html = "textarea", longtext = "textarea",
  email = "email", phone = "phone", url = "url",
  enum = "select", dynamicenum = "select", radioenum = "select", multienum = "multiselect", bool = "boolean",
  int = "int", float = "float", decimal = "double", double = "double", currency = "double",
  date = "date", datetime = "datetime", datetimecombo = "datetime", time = "time",
}

local READ_ONLY = {
  id = true, date_entered = true, date_modified = true, created_by = true, modified_user_id = true,
  deleted = true,
}

--- All fields of one of the manifest's objects; links to lists of records are left out.
function M.list(object)
  local fields = {}
  for name, definition in pairs(client.fields(object)) do
    local type = name:match("^email%d$") and "email" or TYPES[definition.type]
    if type then
      fields[#fields + 1] = {
        name = name, label = name, type = type,
        required = (definition.required == true or definition.required == "1") and not READ_ONLY[name],
        writable = not READ_ONLY[name],
      }
    end
  end
  table.sort(fields, function(a, b) return a.name < b.name end)
  return fields
end

return M
