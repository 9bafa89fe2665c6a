--- Makes the engine's changes, many in one call. A call is one transaction: if one party is refused,
-- all are, so a refused batch is halved until the bad ones stand alone.
local batch = require "batch"
local client = require "client"
local party = require "party"

local M = {}

-- What a business error means for the one change that caused it. Others are no verdict on the change:
-- it stays unanswered, and so is tried again.
local function refuse(order, change, failure)
  if failure.kind == "ConcurrencyException" then
    order:retry_sync_later(change)
  elseif failure.kind == "UserError" or failure.kind == "UserWarning" then
    order:note_object_sync_issue(change, failure.message)
  else
    log.warn(("%s '%s': %s"):format(change.object, change.mapped_id, failure.message))
  end
end

local function note(order, item)
  if item.problem then
    order:note_object_sync_issue(item.change, item.problem)
  end
end

local function create(order, items)
  local records = {}
  for index, item in ipairs(items) do
    records[index] = item.record
  end
  local ids, failure = client.call("model.party.party.create", { records, json.object {} })
  if not ids then
    return nil, failure
  end
  for index, item in ipairs(items) do
    order:add_object_mapping(item.change, item.change.object, tostring(ids[index]))
    note(order, item)
  end
  return true
end

local function write(order, items)
  local params, parties = {}, {}
  for index, item in ipairs(items) do
    params[#params + 1] = { item.party.id }
    params[#params + 1] = item.record
    parties[index] = item.party
  end
  params[#params + 1] = { _timestamp = party.timestamps(parties) }
  local _, failure = client.call("model.party.party.write", params)
  if failure then
    return nil, failure
  end
  for _, item in ipairs(items) do
    if item.change.deletion then
      order:delete_object(item.change)
    else
      order:update_last_sync_date(item.change)
    end
    note(order, item)
  end
  return true
end

local function send(order, items, function_)
  batch.split(items, function(some) return function_(order, some) end,
    function(item, failure) refuse(order, item.change, failure) end)
end

local function create_all(order, changes, object)
  local items = {}
  for index, change in ipairs(changes) do
    local record, problem = party.patch(change:fields(), {})
    if object == "organisation" then
      record.categories = { { "add", { client.category_id() } } }
    end
    items[index] = { change = change, record = record, problem = problem }
  end
  send(order, items, create)
end

-- The parties of the changes, by id as text; archived ones are as good as deleted.
local function current(changes)
  local ids, found = {}, {}
  for index, change in ipairs(changes) do
    ids[index] = math.tointeger(tonumber(change.object_id))
  end
  for _, item in ipairs(client.by_ids(ids, changes[1]:field "employer" ~= nil)) do
    found[tostring(item.id)] = party.is_active(item) and item or nil
  end
  return found
end

local function write_all(order, changes)
  local found, items = current(changes), {}
  for _, change in ipairs(changes) do
    local item = found[change.object_id]
    if not item then
      order:delete_object(change)
    elseif change.deletion then
      items[#items + 1] = { change = change, party = item, record = { active = false } }
    else
      local record, problem = party.patch(change:changed_fields(), item)
      items[#items + 1] = { change = change, party = item, record = record, problem = problem }
    end
  end
  send(order, items, write)
end

--- Carries out the order.
function M.execute(order)
  for object in order:objects() do
    for changes in batch.of(client.BATCH_SIZE, order:identified(object)) do
      write_all(order, changes)
    end
    for changes in batch.of(client.BATCH_SIZE, order:unidentified(object)) do
      create_all(order, changes, object)
    end
    for changes in batch.of(client.BATCH_SIZE, order:deletions(object)) do
      write_all(order, changes)
    end
  end
end

return M
