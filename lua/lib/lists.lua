--- Lists of entries as flat fields: for records that keep their values in lists, like those of
-- JMAP, SCIM and vCards: `emails = { { type = "work", value = "a@b.test" }, ... }`.
--
-- A *place* says where a field is:
--
-- - `list`: the record's member that is the list
-- - `kind`: the `type` of the entry; nil: any. If its members have other names, use `where` with
--   the values that they must have, `{ medium = "email", use = "work" }`
-- - `member`: the entry's member that is the field, if it has several; nil: "value"
-- - `default`: the entry's member that is true in the preferred entry ("isDefault"); or the values
--   of its members then, `{ main = "Y" }`
-- - `new`: the other members of a new entry
--
-- Such lists are sent whole. All other entries are kept as they are.
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

-- The members that make an entry one of this field.
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

-- Only its kind is left of it.
local function is_blank(entry, place)
  local kind = members_of(place)
  for name in pairs(values.merge({ [place.member or "value"] = "" }, place.new or {})) do
    if name ~= "type" and kind[name] == nil and not values.is_empty(entry[name]) then
      return false
    end
  end
  return true
end

--- Puts a field into the values to be sent, together with the rest of its list.
-- @tparam table patch the values to be sent so far
-- @tparam table record what is there now; `{}`: nothing
-- @tparam table place
-- @param value an empty one clears the field; an entry with nothing left is removed
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
