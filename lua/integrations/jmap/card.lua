--- A contact as flat fields. Texts and dates of its own stay what they are; of its lists (e-mail
-- addresses, phones ...) a field is one entry, and the others are kept when that one is written.
local values = require "values"

local M = {}

local ADDRESS = {
  list = "addresses",
  new = { type = "home", street = "", locality = "", region = "", postcode = "", country = "" },
}

local function phone(kind)
  return { list = "phones", type = kind, new = { type = kind } }
end

--- All fields; `part` says where a field of a list is found and what a new entry begins with, `empty`
-- how nothing is written.
M.FIELDS = {
  { name = "prefix", label = "Prefix" },
  { name = "firstName", label = "First name" },
  { name = "lastName", label = "Last name" },
  { name = "suffix", label = "Suffix" },
  { name = "nickname", label = "Nickname" },
  { name = "company", label = "Company" },
  { name = "department", label = "Department" },
  { name = "jobTitle", label = "Job title" },
  { name = "birthday", label = "Birthday", type = "date", empty = "0000-00-00" },
  { name = "anniversary", label = "Anniversary", type = "date", empty = "0000-00-00" },
  { name = "notes", label = "Notes", type = "textarea" },
  { name = "isFlagged", label = "Flagged", type = "boolean", empty = false },
  { name = "email", label = "E-mail", type = "email", part = { list = "emails", new = { type = "personal" } } },
  { name = "phone_home", label = "Phone, home", type = "phone", part = phone "home" },
  { name = "phone_work", label = "Phone, work", type = "phone", part = phone "work" },
  { name = "phone_mobile", label = "Phone, mobile", type = "phone", part = phone "mobile" },
  { name = "phone_fax", label = "Fax", type = "phone", part = phone "fax" },
  { name = "website", label = "Website", type = "url", part = { list = "online", type = "uri", new = { type = "uri" } } },
  { name = "street", label = "Street", part = ADDRESS, member = "street" },
  { name = "locality", label = "City", part = ADDRESS, member = "locality" },
  { name = "region", label = "State", part = ADDRESS, member = "region" },
  { name = "postcode", label = "Zip code", part = ADDRESS, member = "postcode" },
  { name = "country", label = "Country", part = ADDRESS, member = "country" },
}

-- The place of the entry in its list: the default one if there is, else the first of its type.
local function find(list, part)
  local first
  for index, entry in ipairs(list) do
    if part.type == nil or entry.type == part.type then
      if entry.isDefault == true then
        return index
      end
      first = first or index
    end
  end
  return first
end

local function read(contact, field)
  if not field.part then
    return contact[field.name]
  end
  local list = values.present(contact[field.part.list]) or {}
  local entry = list[find(list, field.part)] or {}
  return values.present(entry[field.member or "value"]) or json.null
end

--- The fields of a contact of the server.
function M.fields(contact)
  local fields = {}
  for _, field in ipairs(M.FIELDS) do
    local value = read(contact, field)
    if field.type == "date" and value == field.empty then
      value = json.null
    end
    fields[field.name] = value
  end
  return fields
end

-- An entry without a value is none; a part of an address can be empty.
local function write_part(list, field, value)
  local index = find(list, field.part)
  if values.is_empty(value) and not field.member then
    if index then
      table.remove(list, index)
    end
    return
  end
  if not index then
    index = #list + 1
    list[index] = {}
    for name, initial in pairs(field.part.new) do
      list[index][name] = initial
    end
  end
  list[index][field.member or "value"] = values.present(value) or ""
end

--- What to send so that a contact has these fields. A list is always sent whole: begin with what
-- `current` (nil: a new contact) has in it.
function M.patch(fields, current)
  local patch = {}
  for _, field in ipairs(M.FIELDS) do
    local value, part = fields[field.name], field.part
    if value ~= nil and part then
      patch[part.list] = patch[part.list] or current and current[part.list] or json.array {}
      write_part(patch[part.list], field, value)
    elseif value ~= nil and values.is_empty(value) then
      patch[field.name] = field.empty == nil and "" or field.empty
    else
      patch[field.name] = value
    end
  end
  return patch
end

return M
