--- Tryton's models over JSON-RPC: what all modules of Tryton have in common.
--
-- A record has two dates, and `write_date` is null until its first change. Its *parts*, records of other
-- models that belong to it, have dates of their own: changing one does not touch the record.
--
--     local client = tryton.client {
--       model = "party.party",
--       fields = { "name", "active" },
--       parts = {
--         { name = "contact_mechanisms", model = "party.contact_mechanism", fields = { "type", "value" } },
--       },
--     }
-- @module tryton
local batch = require "batch"
local orders = require "orders"
local pagination = require "pagination"
local rest = require "rest"
local values = require "values"
local vanished = require "vanished"

local M = {}

local Client = {}
Client.__index = Client

--- How many records a page or a batch has.
M.SIZE = 200

-- How long after the pull a push may go by when that was.
local PULLED_SECONDS = 600

-- ---- calls ----

local api = rest.client { name = "Tryton", reason = function() return nil end }

-- A model, method or field that is not there is a KeyError: its name in quotes, and nothing else.
local function message_of(failure)
  local kind, detail = failure[1], failure[2]
  if type(detail) == "table" then
    return detail[1]
  elseif kind:match "^'.*'$" then
    return ("there is no %s, perhaps its module is missing"):format(kind)
  end
  return values.trim(("%s %s"):format(kind, detail))
end

local function post(method, params, reads)
  local body = api:body_of(method, api:send("POST", "/", {
    json = { id = 1, method = "model." .. method, params = params }, reads = reads,
  }))
  if body.error == nil then
    return body.result
  end
  return nil, { kind = body.error[1], message = message_of(body.error) }
end

--- Calls a method: `tryton.call("party.party.write", ids, values, context)`. Errors come inside of HTTP 200.
-- @return the result; or nil and `{kind=, message=}`
function M.call(method, ...)
  return post(method, { ... }, false)
end

--- Calls a method that only reads: the engine may send it again, and sends it for a plan. Errors are raised.
function M.read(method, ...)
  local result, failure = post(method, { ... }, true)
  return failure and error(("%s: Tryton says: %s"):format(method, failure.message), 0) or result
end

-- ---- instants ----

local PARTS_OF_DATETIME = { "year", "month", "day", "hour", "minute", "second", "microsecond" }

local function to_datetime(instant)
  local datetime = { __class__ = "datetime" }
  local found = { instant:match("^(%d+)-(%d+)-(%d+)T(%d+):(%d+):(%d+)%.?(%d*)") }
  found[7] = (found[7] .. "000000"):sub(1, 6)
  for index, name in ipairs(PARTS_OF_DATETIME) do
    datetime[name] = math.tointeger(tonumber(found[index]))
  end
  return datetime
end

local function to_instant(datetime)
  return ("%04d-%02d-%02dT%02d:%02d:%02d.%06dZ"):format(datetime.year, datetime.month, datetime.day,
    datetime.hour, datetime.minute, datetime.second, datetime.microsecond)
end

--- When a record was changed, or else created; as text, of which the later one is the greater one.
function M.changed_at(record)
  return to_instant(values.present(record.write_date, record.create_date))
end

--- Not archived? (On SQLite, booleans are 1 and 0.)
function M.is_active(record)
  return record.active ~= false and record.active ~= 0
end

-- ---- searching ----

local function dotted(client)
  local names = { "create_date", "write_date", "_timestamp", table.unpack(client.fields) }
  for _, part in ipairs(client.parts) do
    for _, name in ipairs { "create_date", "write_date", table.unpack(part.fields) } do
      names[#names + 1] = part.name .. "." .. name
    end
  end
  return names
end

-- Archived records included, in the order of the id.
local function search(client, domain)
  return M.read(client.model .. ".search_read", domain, 0, M.SIZE, { { "id", "ASC" } }, dotted(client),
    { active_test = false })
end

-- At most `SIZE` records by their ids, as far as they are there and in a domain (nil: any).
local function named(client, ids, domain)
  local numbers = json.array {}
  for index, id in ipairs(ids) do
    numbers[index] = math.tointeger(tonumber(id)) or 0
  end
  return search(client, { { "id", "in", numbers }, domain })
end

-- Of the record or of one of its parts; `to` is not in it.
local function changed(client, from, to)
  from, to = to_datetime(from), to_datetime(to)
  local window = { "OR",
    { { "write_date", ">=", from }, { "write_date", "<", to } },
    { { "write_date", "=", json.null }, { "create_date", ">=", from }, { "create_date", "<", to } },
  }
  local domain = { "OR", window }
  for _, part in ipairs(client.parts) do
    domain[#domain + 1] = { part.name, "where", { window } }
  end
  return domain
end

-- ---- parts that are gone ----

-- A part that is deleted by itself leaves no trace but in the number of parts.
local EVERYTHING = { active_test = false }

local function watched(client)
  local models = {}
  for _, part in ipairs(client.parts) do
    models[#models + 1] = part.watched and part.model or nil
  end
  return models
end

local function count(model, last)
  return M.read(model .. ".search_count", { { "id", "<=", last } }, EVERYTHING)
end

local function newer(model, last)
  return M.read(model .. ".search", { { "id", ">", last } }, 0, json.null, { { "id", "ASC" } }, EVERYTHING)
end

local function forget_deleted(client, written)
  for _, part in ipairs(client.parts) do
    for _, command in ipairs(written[part.name] or {}) do
      if command[1] == "delete" then
        vanished.deleted(part.model, #command[2])
      end
    end
  end
end

-- ---- reports ----

-- Archived records count as deleted.
local function add(report, source, requested, record)
  if not M.is_active(record) then
    report:add_deleted(requested.name, record.id)
    return
  end
  local fields, times = source.fields(record, requested.fields)
  report:add_object {
    object = requested.name, id = record.id, changed_at = M.changed_at(record),
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
  for ids in batch.of(M.SIZE, requested.ids) do
    local found = {}
    for _, record in ipairs(named(client, ids, source.domain(requested.name))) do
      found[tostring(record.id)] = true
      add(report, source, requested, record)
    end
    for _, id in ipairs(ids) do
      if not found[id] then
        report:add_deleted(requested.name, id)
      end
    end
  end
end

-- "all" in a cursor: whatever the window is.
local function add_page(client, report, source, requested, cursor)
  local all, after = cursor:match "^(%a*) ?(%d+)$"
  local window = requested.from and all == "" and changed(client, requested.from, requested.to) or nil
  local records = search(client, {
    source.domain(requested.name), { "id", ">", math.tointeger(after) }, window,
  })
  for _, record in ipairs(records) do
    add(report, source, requested, record)
  end
  return #records == M.SIZE and ("%s %d"):format(all, records[#records].id) or nil
end

--- Fills a report with one page of each object, in the order of the id: nothing is missed while records
-- change. `source` has
--
-- - `domain(object)`: which records are of this object;
-- - `fields(record, wanted)`: the wanted fields, and the instants of those that are in parts;
-- - `relations`: field -> object, of the fields that are ids.
function Client:report(request, report, source)
  local walk, ended = pagination.walk(request), true
  local begins = not request.cursor and not request.object_ids
  local first = begins and vanished.any(watched(self), count) and "all 0" or "0"
  for requested, cursor in walk:objects() do
    ended = false
    if requested.ids then
      add_named(self, report, source, requested)
      walk:go_on(requested, nil)
    else
      walk:go_on(requested, add_page(self, report, source, requested, cursor or first))
    end
    cache.set("pulled", to_instant(to_datetime(requested.to)), PULLED_SECONDS)
  end
  if ended then
    vanished.keep(watched(self), newer)
  end
  walk:finish(report)
end

-- ---- orders ----

-- Has somebody changed it since the pull? The next one brings it then, and decides.
local function is_news(client, record)
  local latest = M.changed_at(record)
  for _, description in ipairs(client.parts) do
    for _, part in ipairs(record[description.name .. "."]) do
      local at = M.changed_at(part)
      latest = at > latest and at or latest
    end
  end
  local pulled = cache.get "pulled"
  return pulled ~= nil and latest >= pulled
end

-- The records that the changes are about, by id; what is archived is gone.
local function look(client, some, made)
  local ids, found = {}, {}
  for _, change in ipairs(some) do
    ids[#ids + 1] = change.object_id or made(change)
  end
  for _, record in ipairs(ids[1] and named(client, ids) or {}) do
    found[tostring(record.id)] = M.is_active(record) and record or nil
  end
  return found
end

-- With the versions that are to be overwritten: refused if one of them has changed since it was read.
local function write(client, items)
  local params, versions = {}, {}
  for _, item in ipairs(items) do
    table.insert(params, { item.record.id })
    table.insert(params, item.values)
    versions[client.model .. "," .. item.record.id] = item.record._timestamp
    for _, description in ipairs(client.parts) do
      for _, part in ipairs(item.record[description.name .. "."]) do
        versions[description.model .. "," .. part.id] = part._timestamp
      end
    end
  end
  table.insert(params, { _timestamp = versions })
  local _, failure = M.call(client.model .. ".write", table.unpack(params))
  for _, item in ipairs(failure and {} or items) do
    forget_deleted(client, item.values)
  end
  return nil, failure
end

local function create(client, items)
  local records = {}
  for index, item in ipairs(items) do
    records[index] = item.values
  end
  return M.call(client.model .. ".create", records, json.object {})
end

local function deliver(client, order, items, call)
  local ids, failure
  if items[1] then
    ids, failure = call(client, items)
  end
  if failure then
    return nil, failure.kind ~= "ConcurrencyException" and failure or nil
  end
  for index, item in ipairs(items) do
    local id = item.record and item.record.id or ids[index]
    orders.done(order, item.change, not item.change.object_id and id)
  end
  return true
end

-- Answers a change at once, or says what to write.
local function prepared(client, order, change, record, patch)
  if change.object_id and not record then
    order:delete_object(change)
  elseif change.object_id and is_news(client, record) then
    order:retry_sync_later(change)
  elseif change.deletion then
    return { active = false }
  else
    local written, refusal = patch(change, record)
    if not written then
      order:note_object_sync_issue(change, refusal)
    end
    return written
  end
end

-- As `orders.send` wants it; what is answered leaves the list.
local function send(client, order, some, target)
  local found, patch = look(client, some, target.made), target.prepare(some)
  local writes, creates = {}, {}
  for index = #some, 1, -1 do
    local change = some[index]
    local record = found[change.object_id or target.made(change)]
    local written = prepared(client, order, change, record, patch)
    if written then
      table.insert(record and writes or creates, 1, { change = change, record = record, values = written })
    else
      table.remove(some, index)
    end
  end
  local taken, failure = deliver(client, order, writes, write)
  if not taken then
    return nil, failure
  end
  return deliver(client, order, creates, create)
end

-- An error that is no verdict on the change leaves it unanswered, and so it is tried again.
local function refuse(order, change, failure)
  if failure.kind == "UserError" or failure.kind == "UserWarning" then
    order:note_object_sync_issue(change, failure.message)
  else
    log.warn(("%s '%s': %s"):format(change.object, change.mapped_id, failure.message))
  end
end

--- Carries out an order, many changes in one call. A call is one transaction: what is refused is halved until
-- the bad changes stand alone. Deletions archive. `target` has
--
-- - `prepare(changes)`: returns `patch(change, record)`, which tells what to write so that the record (nil:
--   a new one) is as the change wants it, or nil and why that can't be;
-- - `made(change)`: the id of what is there already of something that is to be created; nil: nothing.
function Client:execute(order, target)
  for changes in orders.batches(order, M.SIZE) do
    orders.send(order, changes, function(_, some) return send(self, order, some, target) end,
      refuse)
  end
end

--- A client of one model. `options` as above; parts with `watched = true` are missed when they are deleted by
-- themselves: all records are read again then.
function M.client(options)
  return setmetatable(options, Client)
end

return M
