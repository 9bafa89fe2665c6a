--- Reports: for APIs whose records are listed in pages by id (see the library `records`), with
-- related data: accounts to which contacts refer, leads that became contacts, deletions and merges.
--
-- An id never changes, so pages "after this id" miss nothing when somebody edits a record that has
-- already been read, unlike page numbers and offsets.
-- @module reports
local batch = require "batch"
local logs = require "logs"
local pagination = require "pagination"
local queries = require "queries"
local records = require "records"
local values = require "values"

local M = {}

local NAMES = 20 -- in one request: URLs must not be long
local MOST = 50000 -- names that are remembered

-- Name -> id of the records that the pages of a whole pull have shown so far: they need not be looked up.
local listed, count = {}, 0

-- What a lead became; nil if it was not converted.
local function converted_id(source, requested, item)
  local conversion = source.conversion
  local id = conversion and requested.name == conversion.object and conversion.id(item)
  return id and not values.is_empty(id) and id or nil
end

-- Is it an anonymous visitor, or was it changed after the window, so that it waits for the next
-- one?
local function is_left_out(source, requested, item)
  local changed_at = values.present(source.changed_at(item))
  if source.open_ended and changed_at and not requested.ids
    and datetime.compare(changed_at, requested.to) >= 0 then
    return true
  end
  for _, name in ipairs(source.known_by or {}) do
    if not values.is_empty(item[name]) then
      return false
    end
  end
  return source.known_by ~= nil
end

-- Returns true if the item is in the report as an object.
local function add(report, source, requested, item)
  if is_left_out(source, requested, item) then
    return false
  end
  local conversion, relation = source.conversion, source.relation
  local became = converted_id(source, requested, item)
  if became then
    report:remap_object(requested.name, item.id, conversion.to_object, became)
    return false
  end
  report:add_object {
    object = requested.name, id = item.id, changed_at = source.changed_at(item), fields = item,
    field_changed_at = source.field_changed_at and source.field_changed_at(item),
  }
  local related = relation and relation.object == requested.name and not relation.name
  if related and not values.is_empty(item[relation.field]) then
    report:add_relation {
      object = requested.name, id = item.id, field = relation.field,
      to_object = relation.to_object, to_id = item[relation.field],
    }
  end
  return true
end

-- Conversions go into the first report, each together with the record that the lead became: in a
-- later report that record might already have been treated as new.
local function add_converted(request, report, source, leads)
  local conversion, client = source.conversion, source.client
  local wanted = queries.requested(request, conversion.to_object)
  local pages = pagination.by_key(function(after)
    return records.page(client, leads, after, conversion.condition)
  end, "id")
  for page in wanted and pages or function() end do
    local ids = values.map(page, function(lead) return converted_id(source, leads, lead) end)
    local found = records.by_ids(client, wanted, ids)
    for _, lead in ipairs(page) do
      local item = found[converted_id(source, leads, lead)]
      if item then
        add(report, source, leads, lead)
        add(report, source, wanted, item)
      end
    end
  end
end

-- The records with these names: exactly these, else the first ones in another case (of A to Z).
-- Other records that the database finds (with other accents) are different ones.
local function ids_of(source, names)
  local relation, ids = source.relation, {}
  for some in batch.of(NAMES, names) do
    local conditions = { { relation.name, "any", some } }
    for _, record in ipairs(source.client.list({ name = relation.to_object }, conditions)) do
      local name = record[relation.name]
      ids[name], ids[name:lower()] = ids[name] or record.id, ids[name:lower()] or record.id
    end
  end
  return ids
end

-- In a window, an older record of the same name might not be listed.
local function remember(source, requested, items)
  for _, item in ipairs(requested.from == nil and items or {}) do
    local name = item[source.relation.name]
    if count < MOST and not values.is_empty(name) and not listed[name] then
      listed[name], count = item.id, count + 1
    end
  end
end

-- Relates records to others whose names they contain instead of ids.
local function relate_by_name(report, source, items)
  local relation, names, seen = source.relation, {}, {}
  for _, item in ipairs(items) do
    local name = item[relation.field]
    if not values.is_empty(name) and not listed[name] and not seen[name] then
      names[#names + 1], seen[name] = name, true
    end
  end
  local ids = ids_of(source, names)
  for _, item in ipairs(items) do
    local name = item[relation.field]
    local to_id = not values.is_empty(name) and (listed[name] or ids[name] or ids[name:lower()])
    if to_id then
      report:add_relation {
        object = relation.object, id = item.id, field = relation.field,
        to_object = relation.to_object, to_id = to_id,
      }
    end
  end
end

local function add_page(request, report, source, requested, items)
  local added = {}
  for _, item in ipairs(items) do
    added[#added + 1] = add(report, source, requested, item) and item or nil
  end
  local relation = source.relation
  if not relation or not relation.name then
    return
  elseif relation.object == requested.name and queries.requested(request, relation.to_object) then
    relate_by_name(report, source, added)
  elseif relation.to_object == requested.name and not requested.ids then
    remember(source, requested, added)
  end
end

local function add_named(request, report, source, requested)
  local found = records.by_ids(source.client, requested, requested.ids)
  for _, id in ipairs(requested.ids) do
    if found[id] == nil then
      report:add_deleted(requested.name, id)
    elseif not found[id] then
      log.warn(("the user may not see '%s' %s: it stays as it is here"):format(requested.name, id))
    end
  end
  add_page(request, report, source, requested, values.map(requested.ids, function(id)
    return found[id] or nil
  end))
end

-- Called for the first report of a window, before its records.
local function begin(request, report, source, requested)
  if source.log then
    logs.gone(report, requested, source.log)
  end
  if source.conversion and source.conversion.object == requested.name then
    add_converted(request, report, source, requested)
  end
end

--- Fills a report with one page of each object; objects to which others refer come first,
-- completely. `source` has
--
-- - `client`: lists records, see the library `records`; an empty page ends the object;
-- - `changed_at(item)`
--
-- and perhaps
--
-- - `field_changed_at(item)`: name of a field -> instant, if the API gives it;
-- - `open_ended`: true if the API cannot filter by the end of a window: later changes wait for the
--   next one;
-- - `known_by`: names of fields: a record without any of them is anonymous, and left out;
-- - `log`: the API's log of deletions and merges, see the library `logs`;
-- - `relation`: `{object=, field=, to_object=}`: this field is the id of a record of `to_object`;
--   with `name` (the name field of `to_object`), it is that record's name;
-- - `conversion`: `{object=, to_object=, id=, condition=}`: `id(item)` returns the id of the record
--   that it became, nil if it was not converted; `condition` is true for all that were.
function M.fill(request, report, source)
  local relation = source.relation
  if not request.cursor then
    listed, count = {}, 0
  end
  local walk = pagination.walk(request, relation and { [relation.object] = relation.to_object })
  for requested, after in walk:objects() do
    local last = nil
    if requested.ids then
      add_named(request, report, source, requested)
    else
      if after == nil and requested.from then
        begin(request, report, source, requested)
      end
      local items = records.page(source.client, requested, after)
      add_page(request, report, source, requested, items)
      last = items[1] and items[#items].id
    end
    walk:go_on(requested, last)
  end
  walk:finish(report)
end

return M
