--- Orders for a Tryton model: many changes in one call, guarded by the versions of what they overwrite.
-- @module tryton.orders
local calls = require "tryton.calls"
local orders = require "orders"
local pagination = require "pagination"
local records = require "tryton.records"
local values = require "values"
local vanished = require "vanished"

local M = {}

-- ---- what is there ----

-- Has somebody changed it since the pull? The next one brings it then, and decides.
local function is_news(client, record)
  local latest = records.changed_at(record)
  for _, description in ipairs(client.parts) do
    for _, part in ipairs(record[description.name .. "."]) do
      local at = records.changed_at(part)
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
  for _, record in ipairs(ids[1] and records.named(client, ids) or {}) do
    found[tostring(record.id)] = records.is_active(record) and record or nil
  end
  return found
end

-- ---- calls; each is one transaction ----

local function forget_deleted(client, written)
  for _, part in ipairs(client.parts) do
    for _, command in ipairs(written[part.name] or {}) do
      if command[1] == "delete" then
        vanished.deleted(part.model, #command[2])
      end
    end
  end
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
  local _, failure = calls.call(client.model .. ".write", table.unpack(params))
  for _, item in ipairs(failure and {} or items) do
    forget_deleted(client, item.values)
  end
  return nil, failure
end

local function create(client, items)
  local made = {}
  for index, item in ipairs(items) do
    made[index] = item.values
  end
  return calls.call(client.model .. ".create", made, json.object {})
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

-- ---- changes ----

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

-- ---- lost answers ----

-- What an order makes has an id after the last one there was before it.
local function remember(client, order)
  local keys = {}
  for object in order:objects() do
    for change in order:unidentified(object) do
      keys[#keys + 1] = change.idempotency_key
    end
  end
  if keys[1] then
    local last = calls.read(client.model .. ".search", {}, 0, 1, { { "id", "DESC" } }, records.EVERYTHING)[1]
    cache.set("creating " .. client.model, { last = last or 0, keys = keys })
  end
end

local function remembered(client, change)
  local creating = cache.get("creating " .. client.model) or { keys = {} }
  for _, key in ipairs(creating.keys) do
    if key == change.idempotency_key then
      return creating.last
    end
  end
end

--- After a crash: see `client:find` of the library `tryton`.
function M.find(client, change, domain, is_like)
  local last, found = remembered(client, change), {}
  if not last then
    return nil, "nobody knows any more what was there before"
  end
  for record in pagination.items(pagination.by_key(function(after)
    return records.search(client, { domain, { "id", ">", after or last } })
  end, "id")) do
    found[#found + 1] = is_like(record) and values.id(record.id) or nil
  end
  if #found > 1 then
    return nil, ("%d records could be it"):format(#found)
  end
  return found[1]
end

--- Carries out an order. `target`: see `client:execute` of the library `tryton`.
function M.execute(client, order, target)
  remember(client, order)
  for changes in orders.batches(order, records.SIZE) do
    orders.send(order, changes, function(_, some) return send(client, order, some, target) end, refuse)
  end
end

return M
