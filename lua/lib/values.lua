--- Values: what integrations often do with the values of an API.
--
-- nil means "not known" and JSON's null "known to be empty"; no function here makes one of the other.
-- @module values
local M = {}

--- Is this JSON's null? (In Tandem's scripts it is `json.null`, a userdata.)
function M.is_null(value)
  return type(value) == "userdata"
end

--- Is it empty: nil, null or the empty text? 0 and false are not.
function M.is_empty(value)
  return value == nil or value == "" or M.is_null(value)
end

--- Are both texts, and equal if case is ignored (for A to Z)?
function M.same(left, right)
  return type(left) == "string" and type(right) == "string" and left:lower() == right:lower()
end

--- A table without its null values.
function M.known(fields)
  local known = {}
  for name, value in pairs(fields) do
    if not M.is_null(value) then
      known[name] = value
    end
  end
  return known
end

--- The first of its arguments that is neither nil nor null; nil if there is none.
--
--     changed_at = values.present(item.updated_at, item.created_at)
function M.present(...)
  for index = 1, select("#", ...) do
    local value = select(index, ...)
    if value ~= nil and not M.is_null(value) then
      return value
    end
  end
  return nil
end

--- An id as text: 42 and 42.0 are "42", a text stays as it is ("007"). nil and null give nil.
function M.id(value)
  if value == nil or M.is_null(value) then
    return nil
  end
  local whole = type(value) == "number" and math.tointeger(value)
  return whole and ("%d"):format(whole) or tostring(value)
end

--- The value at a path of nested tables: `values.at(item, "address.city")`, `values.at(item,
-- "emails.1.value")`. nil if there is nothing; if a part of the path is null, the result is null,
-- because what is known to be empty has empty parts.
function M.at(item, path)
  local value = item
  for key in path:gmatch("[^.]+") do
    if M.is_null(value) then
      return value
    end
    if type(value) ~= "table" then
      return nil
    end
    local next_value = value[key]
    if next_value == nil and math.tointeger(tonumber(key)) then
      next_value = value[math.tointeger(tonumber(key))]
    end
    value = next_value
  end
  return value
end

--- Flat fields of nested JSON: `values.flatten(item, {city = "address.city", email = "emails.1.value"})`.
-- What is absent stays absent, what is null stays null.
-- @tparam table item
-- @tparam table paths name of the field -> path, as for `at`
-- @treturn table name -> value
function M.flatten(item, paths)
  local fields = {}
  for name, path in pairs(paths) do
    fields[name] = M.at(item, path)
  end
  return fields
end

--- Puts a value at a path of nested tables, creating missing ones: `values.put(item, "name.given",
-- "Ann")`.
function M.put(item, path, value)
  local place, last = item, nil
  for key in path:gmatch("[^.]+") do
    if last ~= nil then
      place[last] = type(place[last]) == "table" and place[last] or {}
      place = place[last]
    end
    last = math.tointeger(tonumber(key)) or key
  end
  if last ~= nil then
    place[last] = value
  end
end

--- The reverse of `flatten`: nested JSON of flat fields. Fields without a path are left out.
-- @tparam table fields name -> value
-- @tparam table paths name -> path
-- @treturn table
function M.nest(fields, paths)
  local item = {}
  for name, value in pairs(fields) do
    M.put(item, paths[name] or "", value)
  end
  return item
end

--- Renames the keys of a table by `names` (old -> new); others are left out.
function M.rename(fields, names)
  local renamed = {}
  for old, new in pairs(names) do
    renamed[new] = fields[old]
  end
  return renamed
end

--- A list of a function's results for each element of a list; nil is left out.
function M.map(list, make)
  local mapped = {}
  for _, element in ipairs(list) do
    mapped[#mapped + 1] = make(element)
  end
  return mapped
end

--- Merges several tables into one; if two have the same key, the later one counts.
function M.merge(...)
  local merged = {}
  for index = 1, select("#", ...) do
    for key, value in pairs((select(index, ...))) do
      merged[key] = value
    end
  end
  return merged
end

--- A value translated by a table: `values.translate("mr", {mr = "Mr.", ms = "Ms."})`. Values
-- that are not in the table, nil and null included, are returned unchanged.
function M.translate(value, words)
  if value ~= nil and words[value] ~= nil then
    return words[value]
  end
  return value
end

--- A table with keys and values exchanged, for the reverse of `translate` and `flatten`.
function M.invert(words)
  local inverted = {}
  for key, value in pairs(words) do
    inverted[value] = key
  end
  return inverted
end

--- A text without blanks at its ends; other values stay unchanged.
function M.trim(value)
  return type(value) == "string" and value:match("^%s*(.-)%s*$") or value
end

--- A text cut to `limit` characters (not bytes); other values, and texts that are not UTF-8, stay
-- unchanged.
function M.cut(value, limit)
  if type(value) ~= "string" or not utf8.len(value) or utf8.len(value) <= limit then
    return value
  end
  return value:sub(1, utf8.offset(value, limit + 1) - 1)
end

--- A text split at a separator (plain text, not a pattern): `values.split("a;b", ";")` is {"a",
-- "b"}. The empty text has no parts.
function M.split(text, separator)
  local parts, from = {}, 1
  while text ~= "" do
    local first, last = text:find(separator, from, true)
    parts[#parts + 1] = text:sub(from, first and first - 1)
    if not first then
      break
    end
    from = last + 1
  end
  return parts
end

return M
