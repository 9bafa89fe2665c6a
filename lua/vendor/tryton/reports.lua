--- Reports of a Tryton model: windows, records by id, and deletions.
-- @module tryton.reports
local batch = require "batch"
local calls = require "tryton.calls"
local pagination = require "pagination"
local records = require "tryton.records"
local values = require "values"
local vanished = require "vanished"

local M = {}

-- How long after the pull a push may go by when that was.
local PULLED_SECONDS = 600

-- ---- what is deleted leaves no trace but in the number of records ----

-- The models of the parts that are missed when they are deleted by themselves.
local function watched(client)
  local models = {}
  for _, part in ipairs(client.parts) do
    models[#models + 1] = part.watched and part.model or nil
  end
  return models
end

local function count(model, last)
  return calls.read(model .. ".search_count", { { "id", "<=", last } }, records.EVERYTHING)
end

local function ids(model, comparison, last)
  return calls.read(model .. ".search", { { "id", comparison, last } }, 0, json.null, { { "id", "ASC" } },
    records.EVERYTHING)
end

local function older(model, last)
  return ids(model, "<=", last)
end

local function newer(model, last)
  return ids(model, ">", last)
end

-- ---- records ----

-- Archived records count as deleted.
local function add(report, source, requested, record)
  if not records.is_active(record) then
    report:add_deleted(requested.name, record.id)
    return
  end
  local fields, times = source.fields(record, requested.fields)
  report:add_object {
    object = requested.name, id = record.id, changed_at = records.changed_at(record),
    fields = fields, field_changed_at = times,
  }
  for name, object in pairs(source.relations or {}) do
    if not values.is_empty(fields[name]) then
      report:add_relation {
        object = requested.name, id = record.id, field = name, to_object = object, to_id = fields[name],
      }
    end
  end
end

local function add_named(client, report, source, requested)
  for some in batch.of(records.SIZE, requested.ids) do
    local found = {}
    for _, record in ipairs(records.named(client, some, source.domain(requested.name))) do
      found[tostring(record.id)] = true
      add(report, source, requested, record)
    end
    for _, id in ipairs(some) do
      if not found[id] then
        report:add_deleted(requested.name, id)
      end
    end
  end
end

-- "all" in a cursor: whatever the window is.
local function add_page(client, report, source, requested, cursor)
  local all, after = cursor:match "^(%a*) ?(%d+)$"
  local window = requested.from and all == "" and records.changed(client, requested.from, requested.to)
  local page = records.search(client, {
    source.domain(requested.name), { "id", ">", math.tointeger(after) }, window or nil,
  })
  for _, record in ipairs(page) do
    add(report, source, requested, record)
  end
  return #page == records.SIZE and ("%s %d"):format(all, page[#page].id) or nil
end

local function add_gone(client, request, report)
  for _, id in ipairs(client.watched and vanished.ids(client.model, count, older) or {}) do
    for _, requested in ipairs(request.objects) do
      report:add_deleted(requested.name, id)
    end
  end
end

--- Fills a report with one page of each object, in the order of the id: nothing is missed while records
-- change. `source`: see `client:report` of the library `tryton`.
function M.fill(client, request, report, source)
  local walk, ended, first = pagination.walk(request), true, "0"
  if not request.cursor and not request.object_ids then
    first = vanished.any(watched(client), count) and "all 0" or first
    add_gone(client, request, report)
  end
  for requested, cursor in walk:objects() do
    ended = false
    if requested.ids then
      add_named(client, report, source, requested)
      walk:go_on(requested, nil)
    else
      walk:go_on(requested, add_page(client, report, source, requested, cursor or first))
    end
    cache.set("pulled", records.instant(requested.to), PULLED_SECONDS)
  end
  if ended then
    vanished.keep(watched(client), newer)
    vanished.keep(client.watched and { client.model } or {}, newer)
  end
  walk:finish(report)
end

return M
