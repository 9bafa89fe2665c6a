--- Reports of Pipedrive: what was updated in the window; and, once in a while, everything, because update
-- times can be set by imports, and because nothing tells what is gone.
-- @module pipedrive.reports
local gone = require "gone"
local pagination = require "pagination"
local pipedrive = require "pipedrive"
local queries = require "queries"
local values = require "values"

local M = {}

local NAMED = 100

-- Whole seconds, as the API has them.
local function second(instant)
  return (instant:gsub("%.%d+", ""))
end

-- The date of a record is that of its last edit, whichever field that was of. Where our side was edited as
-- well, its changelog tells who was the later one.
local function add(report, source, requested, record, edited)
  local relation, dates, own = source.relation, nil, {}
  if record.is_deleted then
    report:add_deleted(requested.name, record.id)
    return
  end
  if edited then
    dates, own = pipedrive.changes(requested.name, record.id, queries.wanted(requested, {}))
  end
  report:add_object {
    object = requested.name, id = record.id, changed_at = record.update_time or record.add_time,
    fields = source.fields(requested.name, record), field_changed_at = dates,
  }
  for _, name in ipairs(own) do
    report:own_edit(requested.name, record.id, name)
  end
  local other = relation.object == requested.name and values.present(record[relation.field])
  if other then
    report:add_relation {
      object = requested.name, id = record.id, field = relation.field,
      to_object = relation.to_object, to_id = other,
    }
  end
end

local function add_all(report, source, requested, records)
  local ids = values.map(records, function(record) return values.id(record.id) end)
  local edited = ids[1] and links.edited(requested.name, ids) or {}
  for index, record in ipairs(records) do
    add(report, source, requested, record, edited[ids[index]])
  end
end

local function is_due(source, requested)
  local key = "compared " .. requested.name
  local last = cache.get(key)
  if not last then -- the first sync has read everything
    cache.set(key, requested.to)
    last = requested.to
  end
  local due = datetime.add(last, source.compare_hours * 3600, "seconds")
  return requested.from and datetime.compare(due, requested.to) <= 0
end

-- Is a record that is missing there because it was merged into another one?
local function tell_merge(report, requested, id)
  local winner = pipedrive.merged_into(requested.name, id)
  if winner then
    report:merge(requested.name, id, winner)
  end
  return winner
end

-- Some that are missing were merged into others. Everything is read afterwards: before, who is left of a
-- merge would be taken for somebody new.
local function compare(report, requested, after)
  local last = gone.compare(report, requested, after, NAMED, function(ids)
    local there = {}
    for _, record in ipairs(pipedrive.named(requested.name, {}, ids)) do
      there[values.id(record.id)] = not record.is_deleted or nil
    end
    for _, id in ipairs(ids) do
      if there[id] == nil and tell_merge(report, requested, id) then
        there[id] = false
      end
    end
    return there
  end)
  return last and "keys " .. last or "all "
end

local function add_named(report, source, requested)
  local there = {}
  for first = 1, #requested.ids, NAMED do
    local some = table.move(requested.ids, first, math.min(first + NAMED - 1, #requested.ids), 1, {})
    local records = pipedrive.named(requested.name, source.query(requested.name), some)
    add_all(report, source, requested, records)
    for _, record in ipairs(records) do
      there[values.id(record.id)] = true
    end
  end
  for _, id in ipairs(requested.ids) do
    if not there[id] and not tell_merge(report, requested, id) then
      report:add_deleted(requested.name, id)
    end
  end
end

-- A page: in the window ("page") or of everything ("all"). If a cursor has expired, reading starts
-- again at the last second that was read.
local function read_page(report, source, requested, how, since, cursor)
  local query = source.query(requested.name)
  query.updated_since = since or (how == "page" and requested.from and second(requested.from)) or nil
  query.updated_until = how == "page" and second(datetime.add(requested.to, 999, "milliseconds")) or nil
  local records, next_cursor = pipedrive.page(requested.name, query, cursor)
  if not records then
    return read_page(report, source, requested, how, since)
  end
  add_all(report, source, requested, records)
  local last = records[#records]
  if next_cursor and last then
    return ("%s %s %s"):format(how, second(last.update_time), next_cursor)
  end
  if how == "all" then
    cache.set("compared " .. requested.name, requested.to)
  end
  return nil
end

local function read(report, source, requested, cursor)
  if requested.ids then
    return add_named(report, source, requested)
  end
  cursor = cursor or (is_due(source, requested) and "keys " or "page ")
  local how, rest_of_cursor = cursor:match "^(%a+) (.*)$"
  if how == "keys" then
    return compare(report, requested, rest_of_cursor ~= "" and rest_of_cursor or nil)
  end
  local since, place = rest_of_cursor:match "^(%S+) (.+)$"
  return read_page(report, source, requested, how, since, place)
end

--- Fills a report with one page of each object. `source` has
--
-- - `fields(object, record)`: the fields of a record; `query(object)`: parameters of all requests for a list;
-- - `relation`: `{object=, field=, to_object=}`: this field is the id of such an object;
-- - `compare_hours`: how often everything is read and compared.
function M.fill(request, report, source)
  local walk = pagination.walk(request, { [source.relation.object] = source.relation.to_object })
  for requested, cursor in walk:objects() do
    walk:go_on(requested, read(report, source, requested, cursor))
  end
  walk:finish(report)
end

return M
