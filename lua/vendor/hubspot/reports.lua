--- Reports of HubSpot: a first sync reads the list, later ones search what was modified and read it, and then
-- look through the archive; or they read what the journal tells of.
-- @module hubspot.reports
local batch = require "batch"
local hubspot = require "hubspot"
local journal = require "hubspot.journal"
local pagination = require "pagination"
local queries = require "queries"
local values = require "values"

local M = {}

-- Who was merged into a record: "12;13" and, of contacts, "12:1772445600000;13:1772445600000".
local MERGED = { "hs_merged_object_ids", "hs_calculated_merged_vids" }

local function merged_into(item)
  local ids, seen = {}, { [item.id] = true }
  for _, property in ipairs(MERGED) do
    for id in tostring(values.present(item.properties[property]) or ""):gmatch "(%d+)[:%d]*" do
      ids[#ids + 1] = not seen[id] and id or nil
      seen[id] = true
    end
  end
  return ids
end

local NAMED = 500 -- records that are read together

local function ids_of(items)
  return values.map(items, function(item) return item.id end)
end

-- The date of a record is that of its last edit, whichever field that was of. Where our side was edited as
-- well, the dates of fields tell who was the later one.
local function dates_of(requested, items)
  local edited = links.edited(requested.name, ids_of(items))
  local ids = {}
  for _, item in ipairs(items) do
    ids[#ids + 1] = edited[item.id] and item.id or nil
  end
  if ids[1] then
    return hubspot.dates(requested.name, ids, queries.wanted(requested, {}))
  end
  return {}, {}
end

local function add_item(report, source, requested, item, other, dates, own)
  local relation = source.relation
  report:add_object {
    object = requested.name, id = item.id, changed_at = item.updatedAt,
    fields = source.fields(requested, item, other), field_changed_at = dates,
  }
  if other then
    report:add_relation {
      object = requested.name, id = item.id, field = relation.field,
      to_object = relation.to_object, to_id = other,
    }
  end
  for _, name in ipairs(own or {}) do
    report:own_edit(requested.name, item.id, name)
  end
  for _, id in ipairs(merged_into(item)) do
    report:merge(requested.name, id, item.id)
  end
end

-- What was modified after the window waits for the next one.
local function add(report, source, requested, items)
  local relation = source.relation
  local others = relation.object == requested.name and relation.association:of(ids_of(items)) or {}
  local dates, own = dates_of(requested, items)
  for _, item in ipairs(items) do
    if requested.ids or datetime.compare(item.updatedAt, requested.to) < 0 then
      add_item(report, source, requested, item, others[item.id], dates[item.id], own[item.id])
    end
  end
end

-- Of those that are not there, some were merged into others.
local function read_named(report, source, requested)
  local items = hubspot.read(requested.name, requested.ids, queries.wanted(requested, MERGED))
  local there = {}
  for _, item in ipairs(items) do
    there[item.id] = true
  end
  add(report, source, requested, items)
  for _, id in ipairs(requested.ids) do
    local survivor = not there[id] and hubspot.one(requested.name, id)
    if survivor and survivor.id ~= id then
      report:merge(requested.name, id, survivor.id)
    elseif not there[id] then
      report:add_deleted(requested.name, id)
    end
  end
end

local READ = {}

function READ.list(report, source, requested, after)
  local items, next_after = hubspot.list(requested.name, queries.wanted(requested, MERGED), after)
  add(report, source, requested, items)
  return next_after and "list " .. next_after or journal.finish(requested.name, requested.to)
end

function READ.search(report, source, requested, after)
  local from = journal.unsearched(requested.name, requested.from)
  local ids = hubspot.search(requested.name, from, requested.to, after)
  add(report, source, requested, hubspot.read(requested.name, ids, queries.wanted(requested, MERGED)))
  return ids[1] and "search " .. ids[#ids] or source.archive and "archive"
    or journal.finish(requested.name, requested.to)
end

-- It has no dates to ask for: all of it is looked through.
function READ.archive(report, _, requested, after)
  local from = journal.unsearched(requested.name, requested.from)
  local items, next_after = hubspot.list(requested.name, {}, after, true)
  for _, item in ipairs(items) do
    if datetime.compare(item.archivedAt or requested.to, from) >= 0 then
      report:add_deleted(requested.name, item.id)
    end
  end
  return next_after and "archive " .. next_after or journal.finish(requested.name, requested.to)
end

-- Its entries say which records to read; what became of those that are not there is asked for.
function READ.journal(report, source, requested, after)
  local ids, next_after = journal.after(requested.name, after)
  if ids then
    for some in batch.of(NAMED, ids) do
      read_named(report, source, values.merge(requested, { ids = some }))
    end
    return "journal " .. next_after
  elseif ids == false then
    journal.begin(requested.name)
    return "search"
  end
  return journal.is_search_due(requested.name, requested.to) and "search" or nil
end

local function begin(requested)
  local place, mark = journal.place(requested.name, queries.wanted(requested, {}))
  if place and requested.from then
    return "journal " .. place
  end
  journal.begin(requested.name, mark)
  return requested.from and "search" or "list"
end

--- Fills a report with one page of each object. `source` has
--
-- - `fields(requested, item, other)`: the fields of a record, of which `other` is the other end of the
-- relation;
-- - `relation`: `{object=, field=, to_object=, association=}`: this field is the other end of an association
--   (see the library `hubspot.associations`);
-- - `archive`: is the archive looked through for what was deleted?
function M.fill(request, report, source)
  local walk = pagination.walk(request, { [source.relation.object] = source.relation.to_object })
  for requested, cursor in walk:objects() do
    if requested.ids then
      walk:go_on(requested, read_named(report, source, requested))
    else
      local how, after = (cursor or begin(requested)):match "^(%a+) ?(.*)$"
      walk:go_on(requested, READ[how](report, source, requested, after ~= "" and after or nil))
    end
  end
  walk:finish(report)
end

return M
