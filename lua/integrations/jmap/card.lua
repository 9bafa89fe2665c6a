--- A contact as flat fields. Its lists (e-mail addresses, phones ...) are sent whole: a field is one entry
-- of them, and the others are kept when that one is written.
local values = require "values"

local M = {}

-- A list, the type of the wanted entry (nil: any), and a new entry.
local function part(list, type, new)
  return { list = list, type = type, new = new or function() return { type = type } end }
end

local function phone(kind)
  return part("phones", kind)
end

local EMAIL = part("emails", nil, function() return { type = "personal" } end)
local ADDRESS = part("addresses", nil, function()
  return { type = "home", street = "", locality = "", region = "", postcode = "", country = "" }
end)

--- Every field's name and type; where it is, if it is not a member of the contact; and which member of
-- the entry, if it is not the value.
M.FIELDS = {
  { "prefix", "string" }, { "firstName", "string" }, { "lastName", "string" }, { "suffix", "string" },
  { "nickname", "string" }, { "company", "string" }, { "department", "string" }, { "jobTitle", "string" },
  { "birthday", "date" }, { "anniversary", "date" }, { "notes", "textarea" },
  { "email", "email", EMAIL }, { "website", "url", part("online", "uri") },
  { "phone_home", "phone", phone "home" }, { "phone_work", "phone", phone "work" },
  { "phone_mobile", "phone", phone "mobile" }, { "phone_fax", "phone", phone "fax" },
  { "street", "string", ADDRESS, "street" }, { "locality", "string", ADDRESS, "locality" },
  { "region", "string", ADDRESS, "region" }, { "postcode", "string", ADDRESS, "postcode" },
  { "country", "string", ADDRESS, "country" },
}

local NO_DATE = "0000-00-00"

-- The default entry if there is one, else the first of the type.
local function find(list, type)
  local first
  for index, entry in ipairs(list) do
    if type == nil or entry.type == type then
      if entry.isDefault == true then
        return index
      end
      first = first or index
    end
  end
  return first
end

--- The fields of a contact of the server.
function M.fields(contact)
  local fields = {}
  for _, field in ipairs(M.FIELDS) do
    local name, type, place, member = table.unpack(field)
    local list = place and contact[place.list]
    local entry = list and (list[find(list, place.type)] or {}) or contact
    local value = entry[place and (member or "value") or name]
    fields[name] = (value == nil or type == "date" and value == NO_DATE) and json.null or value
  end
  return fields
end

-- An address without a city is one; an entry without a value is none.
local function write_entry(list, place, member, value)
  local index = find(list, place.type)
  if member or not values.is_empty(value) then
    index = index or #list + 1
    list[index] = list[index] or place.new()
    list[index][member or "value"] = values.present(value) or ""
  elseif index then
    table.remove(list, index)
  end
end

--- What to send so that a contact has these fields; `current` (`{}`: a new one) is what it is now.
function M.patch(fields, current)
  local patch = {}
  for _, field in ipairs(M.FIELDS) do
    local name, type, place, member = table.unpack(field)
    local value = fields[name]
    if value ~= nil and place then
      patch[place.list] = patch[place.list] or current[place.list] or json.array {}
      write_entry(patch[place.list], place, member, value)
    elseif value ~= nil then
      patch[name] = values.is_empty(value) and (type == "date" and NO_DATE or "") or value
    end
  end
  return patch
end

return M
