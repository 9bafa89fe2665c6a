--- Reports: of APIs whose records are listed in pages by id, with what belongs to them: accounts that
-- contacts refer to, leads that became contacts, deletions and merges.
--
-- An id never changes: pages that go on "after this id" miss nothing when somebody edits a record that was
-- read already, as page numbers and offsets would.
-- @module reports
local batch = require "batch"
local pagination = require "pagination"
local queries = require "queries"
local values = require "values"

local M = {}

local NAMES = 20 -- in one request: URLs must not be long

-- What a lead became; nil if it is none that was converted.
local function converted_id(source, requested, item)
  local conversion = source.conversion
  local id = conversion and requested.name == conversion.object and conversion.id(item)
  return id and not values.is_empty(id) and id or nil
end

local function add(report, source, requested, item)
  local conversion, relation = source.conversion, source.relation
  if source.skip and source.skip(requested, item) then
    return
  end
  local became = converted_id(source, requested, item)
  if became then
    report:remap_object(requested.name, item.id, conversion.to_object, became)
    return
  end
  report:add_object {
    object = requested.name, id = item.id, changed_at = source.changed_at(item), fields = item,
  }
  local related = relation and relation.object == requested.name and not relation.find
  if related and not values.is_empty(item[relation.field]) then
    report:add_relation {
      object = requested.name, id = item.id, field = relation.field,
      to_object = relation.to_object, to_id = item[relation.field],
    }
  end
end

-- Conversions go into the first report, each together with what the lead became: in later ones that
-- might have been taken for something new before its lead is met.
local function add_converted(request, report, source, leads)
  local conversion = source.conversion
  local wanted = queries.requested(request, conversion.to_object)
  local pages = pagination.by_key(function(after)
    return source.page(leads, after, conversion.condition)
  end, "id")
  for lead in pagination.items(pages) do
    local became = converted_id(source, leads, lead)
    local item = became and wanted and source.one(wanted, became)
    if item then
      add(report, source, leads, lead)
      add(report, source, wanted, item)
    end
  end
end

-- Relates records to others of which they show the names, not the ids.
local function relate_by_name(report, relation, items)
  local members, names = {}, {}
  for _, item in ipairs(items) do
    local name = item[relation.field]
    if not values.is_empty(name) then
      names[#names + 1] = not members[name] and name or nil
      members[name] = members[name] or {}
      table.insert(members[name], item.id)
    end
  end
  for some in batch.of(NAMES, names) do
    for name, to_id in pairs(relation.find(some)) do
      for _, id in ipairs(members[name] or {}) do
        report:add_relation {
          object = relation.object, id = id, field = relation.field,
          to_object = relation.to_object, to_id = to_id,
        }
      end
    end
  end
end

local function add_page(request, report, source, requested, items)
  for _, item in ipairs(items) do
    add(report, source, requested, item)
  end
  local relation = source.relation
  if relation and relation.find and relation.object == requested.name
    and queries.requested(request, relation.to_object) then
    relate_by_name(report, relation, items)
  end
end

local function add_named(request, report, source, requested)
  local items = {}
  for _, id in ipairs(requested.ids) do
    local item = source.one(requested, id)
    items[#items + 1] = item
    if not item then
      report:add_deleted(requested.name, id)
    end
  end
  add_page(request, report, source, requested, items)
end

-- What the first report of a window has before its records.
local function begin(request, report, source, requested)
  if source.gone then
    source.gone(report, requested)
  end
  if source.conversion and source.conversion.object == requested.name then
    add_converted(request, report, source, requested)
  end
end

--- Fills a report with one page of each object. Items are flat: their fields and their `id`. `source` has
--
-- - `page(requested, after, only)`: a page of the items of the window in the order of their ids, after this
--   id (nil: from the first one on), and if `only` is given, of those that meet this condition; an empty
--   page ends the object;
-- - `one(requested, id)`: an item, nil if it is gone;
-- - `changed_at(item)`
--
-- and perhaps
--
-- - `gone(report, requested)`: reports what was deleted or merged since `requested.from`;
-- - `skip(requested, item)`: true for what is not to be reported;
-- - `relation`: `{object=, field=, to_object=}`: this field is the id of such an object, or its name if
--   `find(names)` is there, which returns name -> id of those that there are;
-- - `conversion`: `{object=, to_object=, id=, condition=}`: what `id(item)` tells is what such an object
--   became, nothing if it was not converted; `condition` is true for all that were (as `page` takes it).
function M.fill(request, report, source)
  local walk = pagination.walk(request)
  for requested, after in walk:objects() do
    local last = nil
    if requested.ids then
      add_named(request, report, source, requested)
    else
      if after == nil and requested.from then
        begin(request, report, source, requested)
      end
      local items = source.page(requested, after)
      add_page(request, report, source, requested, items)
      last = items[1] and items[#items].id
    end
    walk:go_on(requested, last)
  end
  walk:finish(report)
end

return M
