--- The fields of an object, from SuiteCRM's own description, custom ones included; links to lists of records
-- are left out.
local client = require "client"
local definitions = require "definitions"

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

--- All fields of one of the manifest's objects.
function M.list(object)
  return definitions.fields(client.fields(object), function(name, definition)
    local type = name:match("^email%d$") and "email" or TYPES[definition.type]
    return type, definition.required == true or definition.required == "1", READ_ONLY[name]
  end)
end

return M
