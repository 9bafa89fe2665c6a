--- Feeds: for APIs that list what was changed within a time window in pages by cursor, and
-- deletions in a log.
--
-- A *source* is a table with
--
-- - `page(requested, cursor)`: a page of the items of the window, and the cursor of the next one (nil: it is
--   the last one);
-- - `item(requested, item)`: an item as `report:add_object` takes it, without `object`; perhaps with
--   `relations`, a list of `{field=, to_object=, to_id=}`;
--
-- and perhaps
--
-- - `one(requested, id)`: an item; nil if it is gone, and the id of the record into which it was
--   merged. It raises an error if the API cannot be asked by id;
-- - `events(requested)`: an iterator over `{id=, into=}` of the records that are gone since the
-- window began;
-- - `after`: object -> the object whose pages must all come first.
-- @module feeds
local pagination = require "pagination"
local values = require "values"

local M = {}

local function add(report, source, requested, item)
  local object = source.item(requested, item)
  local relations = object.relations or {}
  object.object, object.relations = requested.name, nil
  report:add_object(object)
  for _, relation in ipairs(relations) do
    if not values.is_empty(relation.to_id) then
      report:add_relation(values.merge(relation, { object = requested.name, id = object.id }))
    end
  end
end

local function add_end(report, requested, id, into)
  if values.is_empty(into) then
    report:add_deleted(requested.name, id)
  else
    report:merge(requested.name, id, into)
  end
end

local function add_named(report, source, requested)
  for _, id in ipairs(requested.ids) do
    local item, into = source.one(requested, id)
    if item then
      add(report, source, requested, item)
    else
      add_end(report, requested, id, into)
    end
  end
end

local function add_page(report, source, requested, cursor)
  if source.events and requested.from and not cursor then
    for event in source.events(requested) do
      add_end(report, requested, event.id, event.into)
    end
  end
  local items, next_cursor = source.page(requested, cursor)
  for _, item in ipairs(items) do
    add(report, source, requested, item)
  end
  return next_cursor
end

--- Fills a report with one page of each object.
function M.fill(request, report, source)
  local walk = pagination.walk(request, source.after)
  for requested, cursor in walk:objects() do
    local next_cursor = nil
    if requested.ids then
      add_named(report, source, requested)
    else
      next_cursor = add_page(report, source, requested, cursor)
    end
    walk:go_on(requested, next_cursor)
  end
  walk:finish(report)
end

--- After a lost answer: the id of the record that was created after the change was sent and that
-- has its fields, as `find` of an order executioner returns it.
-- @tparam table source
-- @tparam string object
-- @param change
-- @tparam table names of the fields to compare: those that are known must be equal
-- @tparam[opt=60000] integer slack milliseconds by which clocks may differ
function M.made(source, object, change, names, slack)
  local from = datetime.add(change.sent_at, -(slack or 60000), "milliseconds")
  local requested, fields, found = { name = object, from = from }, change:fields(), {}
  for item in pagination.items(pagination.by_cursor(function(cursor)
    return source.page(requested, cursor)
  end)) do
    local record = source.item(requested, item)
    local same = true
    for _, name in ipairs(names) do
      same = same and (values.is_empty(fields[name]) or record.fields[name] == fields[name])
    end
    found[#found + 1] = same and record.id or nil
  end
  if #found > 1 then
    return nil, ("%d records could be this one"):format(#found)
  end
  return found[1]
end

return M
