--- A contact as flat fields.
local lists = require "lists"
local values = require "values"

local M = {}

local NO_DATE = "0000-00-00"

local function phone(kind)
  return { name = "phone_" .. kind, type = "phone", list = "phones", kind = kind }
end

local ADDRESS = { type = "home", street = "", locality = "", region = "", postcode = "", country = "" }

local function address(member)
  return {
    name = member, type = "string", list = "addresses", default = "isDefault", member = member, new = ADDRESS,
  }
end

--- The fields: members of the contact, or places in its lists (see the library `lists`).
M.FIELDS = {
  { name = "prefix", type = "string" }, { name = "firstName", type = "string" },
  { name = "lastName", type = "string" }, { name = "suffix", type = "string" },
  { name = "nickname", type = "string" }, { name = "company", type = "string" },
  { name = "department", type = "string" }, { name = "jobTitle", type = "string" },
  { name = "birthday", type = "date" }, { name = "anniversary", type = "date" },
  { name = "notes", type = "textarea" },
  { name = "email", type = "email", list = "emails", default = "isDefault", new = { type = "personal" } },
  { name = "website", type = "url", list = "online", kind = "uri" },
  phone "home", phone "work", phone "mobile", phone "fax", phone "pager",
  address "street", address "locality", address "region", address "postcode", address "country",
}

--- The fields of a contact of the server.
function M.fields(contact)
  local fields = {}
  for _, field in ipairs(M.FIELDS) do
    local value = contact[field.name]
    if field.list then
      value = lists.get(contact, field)
    end
    fields[field.name] = value ~= NO_DATE and value or json.null
  end
  return fields
end

-- The server accepts only texts, not even the number of a custom field of ours.
local function text(value)
  return type(value) == "table" and value or values.id(value) or ""
end

--- What to send so that a contact has these fields; `current` is what it is now, `{}` a new one.
function M.patch(fields, current)
  local patch = {}
  for _, field in ipairs(M.FIELDS) do
    local value = fields[field.name]
    if value ~= nil and field.list then
      lists.put(patch, current, field, text(value))
    elseif value ~= nil then
      patch[field.name] = field.type == "date" and values.is_empty(value) and NO_DATE or text(value)
    end
  end
  return patch
end

return M
