--- Lists of entries as flat fields: for records that keep their values in lists, as those of JMAP, SCIM
-- and vCards do: `emails = { { type = "work", value = "a@b.test" }, ... }`.
--
-- A *place* says where a field is:
--
-- - `list`: the record's member that is the list
-- - `kind`: the `type` of the entry; nil: any. Where its members have other names, `where`: what they must
--   be, `{ medium = "email", use = "work" }`
-- - `member`: the entry's member that is the field, where it has several; nil: "value"
-- - `default`: the entry's member that is true in the one that comes before the others ("isDefault"); or
--   what its members are then, `{ main = "Y" }`
-- - `new`: what a new entry is made of
--
-- Such lists are sent whole. What is not the field's own entry is kept as it is.
-- @module lists
local values = require "values"

local M = {}

local function has(entry, members)
  for name, value in pairs(members) do
    if entry[name] ~= value then
      return false
    end
  end
  return true
end

-- What makes an entry one of this field.
local function members_of(place)
  return values.merge({ type = place.kind }, place.where or {})
end

local function is_default(entry, default)
  return type(default) == "table" and has(entry, default)
    or type(default) == "string" and entry[default] == true
end

--- The index of a field's entry: the default entry if there is one, else the first of its kind; nil if
-- there is none.
function M.find(list, place)
  local first
  for index, entry in ipairs(list or {}) do
    if has(entry, members_of(place)) then
      if is_default(entry, place.default) then
        return index
      end
      first = first or index
    end
  end
  return first
end

--- The value of a field; nil if it has no entry.
function M.get(record, place)
  local index = M.find(record[place.list], place)
  return index and record[place.list][index][place.member or "value"]
end

-- Nothing but its kind is left of it.
local function is_blank(entry, place)
  local kind = members_of(place)
  for name in pairs(values.merge({ [place.member or "value"] = "" }, place.new or {})) do
    if name ~= "type" and kind[name] == nil and not values.is_empty(entry[name]) then
      return false
    end
  end
  return true
end

--- Puts a field into what is to be sent, together with the rest of its list.
-- @tparam table patch what is to be sent so far
-- @tparam table record what is there now; `{}`: nothing
-- @tparam table place
-- @param value an empty one clears; an entry of which nothing is left goes
function M.put(patch, record, place, value)
  local list = patch[place.list] or record[place.list]
  local index = M.find(list, place)
  if index == nil and values.is_empty(value) then
    return
  end
  list = list or {}
  index = index or #list + 1
  list[index] = list[index] or values.merge(members_of(place), place.new or {})
  list[index][place.member or "value"] = values.present(value) or ""
  if is_blank(list[index], place) then
    table.remove(list, index)
  end
  patch[place.list] = list
end

return M
