--- Records: reads windows, pages and single records from APIs whose lists can be filtered.
--
-- A *client* of such an API is a table with
--
-- - `list(requested, conditions)`: a page of the records for which all conditions `{field, comparison,
--   value}` are true, in the order of their ids. A comparison is "eq", "gt", "gte", "lt", or "any" with a
--   list of values; a record is a flat table of its fields with its `id`;
-- - `one(requested, id)`: a record; nil if it is gone; false if it may not be seen;
-- - `ids`: how many ids a list accepts at once ("any"); nil: records can only be requested one by
-- one;
-- - `modified`: the field with the time of the last change; or `window(from, to)`, which returns
--   the conditions of a window (`from` is nil if everything is requested).
-- @module records
local batch = require "batch"
local pagination = require "pagination"
local parallel = require "parallel"
local queries = require "queries"
local values = require "values"

local M = {}

local function window(client, requested)
  local from, to = queries.window(requested)
  if client.window then
    return client.window(from, to)
  end
  return { { client.modified, "lt", to }, from and { client.modified, "gte", from } }
end

--- A page of a window after this id (nil: from the first one on).
-- @param client
-- @tparam table requested an object of the request
-- @param after
-- @tparam[opt] table only an additional condition
function M.page(client, requested, after, only)
  local conditions = window(client, requested)
  conditions[#conditions + 1] = only
  conditions[#conditions + 1] = after and { "id", "gt", after }
  return client.list(requested, conditions)
end

--- The records with these ids, as many at once as the API accepts. Records that a list does not
-- show are requested one by one: they may be deleted, or only hidden.
-- @param client
-- @tparam table requested an object of the request
-- @tparam table ids
-- @treturn table id -> record; false if it may not be seen; nothing if it is gone
function M.by_ids(client, requested, ids)
  local found = {}
  for some in batch.of(client.ids or 1, ids) do
    for _, record in ipairs(client.ids and client.list(requested, { { "id", "any", some } }) or {}) do
      found[values.id(record.id)] = record
    end
    for _, id in ipairs(some) do
      if found[id] == nil then
        found[id] = client.one(requested, id)
      end
    end
  end
  return found
end

--- Iterates over all records of a kind for which a condition is true.
function M.each(client, requested, condition)
  return pagination.items(pagination.by_key(function(after)
    return client.list(requested, { condition, after and { "id", "gt", after } })
  end, "id"))
end

--- A function that returns the id of the first record with exactly this name, nil if there is none; each name
-- is looked up once, however many tasks ask for it at the same time. Databases find similar names as well,
-- other letters or accents ("Muller" for "Müller").
-- @param client `plain(name)`, if there: the plain text of a record's name
-- @tparam string object
-- @tparam string field "name"
function M.finder(client, object, field)
  local find = parallel.once(function(name)
    local similar = client.list({ name = object, fields = { field } }, { { field, "eq", name } })
    for _, record in ipairs(similar) do
      if (client.plain or values.present)(record[field]) == name then
        return values.id(record.id)
      end
    end
    return false
  end)
  return function(name)
    return not values.is_empty(name) and find(name) or nil
  end
end

--- Which of some records is it?
-- @tparam table list
-- @tparam function is_same `is_same(record)`: true, false, or nil if that is unknown
-- @return the first that is the same; else the only one for which it is unknown; nil if there is
-- none
-- @treturn boolean is it nil because it is unknown for several?
function M.choose(list, is_same)
  local unknown = {}
  for _, record in ipairs(list) do
    local same = is_same(record)
    if same then
      return record, false
    end
    unknown[#unknown + 1] = same == nil and record or nil
  end
  return #unknown == 1 and unknown[1] or nil, #unknown > 1
end

-- Does it have none of the keys, and all known values of these traits?
local function is_like(record, fields, keys, traits)
  for _, name in ipairs(keys) do
    if not values.is_empty(record[name]) then
      return false
    end
  end
  for _, name in ipairs(traits) do
    if not values.is_empty(fields[name]) and record[name] ~= fields[name] then
      return false
    end
  end
  return true
end

local function first_known(fields, names)
  for _, name in ipairs(names) do
    if not values.is_empty(fields[name]) then
      return name
    end
  end
end

--- After a crash: the id of the record that a change would have made, as `find` of an order executioner
-- returns it: nil if there is none, nil and a reason if several might be it.
-- @param client
-- @tparam string object
-- @tparam table fields of the change
-- @tparam table keys names of fields: it is the one record with the first of these fields that is
-- known
-- @tparam[opt] table traits names of fields: if no key is known, it is the newest record without
-- any key that has all known traits
function M.made(client, object, fields, keys, traits)
  local key, found = first_known(fields, keys), {}
  traits = traits or {}
  local name = key or first_known(fields, traits)
  if name then
    for record in M.each(client, { name = object }, { name, "eq", fields[name] }) do
      found[#found + 1] = (key or is_like(record, fields, keys, traits)) and record.id or nil
    end
  end
  if key and #found > 1 then
    return nil, ("%d records have this '%s'"):format(#found, key)
  end
  return found[#found]
end

return M
