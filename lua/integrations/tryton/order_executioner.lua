--- Makes the engine's changes, many in one call. A call is one transaction: if one party is refused,
-- all are, so a refused batch is halved until the bad ones stand alone.
local batch = require "batch"
local client = require "client"
local party = require "party"

local M = {}

-- An error that is no verdict on the change leaves it unanswered, and so it is tried again.
local function refuse(order, change, failure)
  if failure.kind == "ConcurrencyException" then
    order:retry_sync_later(change)
  elseif failure.kind == "UserError" or failure.kind == "UserWarning" then
    order:note_object_sync_issue(change, failure.message)
  else
    log.warn(("%s '%s': %s"):format(change.object, change.mapped_id, failure.message))
  end
end

local function settle(order, item, new_id)
  local change = item.change
  if new_id then
    order:add_object_mapping(change, change.object, new_id)
  elseif change.deletion then
    order:delete_object(change)
  else
    order:update_last_sync_date(change)
  end
  if item.problem then
    order:note_object_sync_issue(change, item.problem)
  end
end

local function create(items)
  local records = {}
  for index, item in ipairs(items) do
    records[index] = item.record
  end
  return client.call("party.create", { records, json.object {} })
end

-- With the versions that are to be overwritten: refused if one of them has changed since it was read.
local function write(items)
  local params, versions = {}, {}
  for _, item in ipairs(items) do
    table.insert(params, { item.party.id })
    table.insert(params, item.record)
    versions["party.party," .. item.party.id] = item.party._timestamp
    for _, mechanism in ipairs(item.party["contact_mechanisms."]) do
      versions["party.contact_mechanism," .. mechanism.id] = mechanism._timestamp
    end
  end
  table.insert(params, { _timestamp = versions })
  return client.call("party.write", params)
end

local function send(order, items, call)
  batch.split(items, function(some)
    local ids, failure = call(some)
    for index, item in ipairs(failure and {} or some) do
      settle(order, item, call == create and ids[index])
    end
    return not failure, failure
  end, function(item, failure)
    refuse(order, item.change, failure)
  end)
end

local function create_all(order, changes)
  local items = {}
  for index, change in ipairs(changes) do
    local record, problem = party.patch(change:fields(), {})
    if change.object == "organisation" then
      record.categories = { { "add", { client.organisation_category() } } }
    end
    items[index] = { change = change, record = record, problem = problem }
  end
  send(order, items, create)
end

-- What is not there any more, or archived, is gone.
local function write_all(order, changes)
  local ids, found, items = {}, {}, {}
  for index, change in ipairs(changes) do
    ids[index] = change.object_id
  end
  for _, item in ipairs(client.by_ids(ids)) do
    found[tostring(item.id)] = party.is_active(item) and item or nil
  end
  for _, change in ipairs(changes) do
    local item = { change = change, party = found[change.object_id] }
    if not item.party then
      order:delete_object(change)
    else
      item.record, item.problem = { active = false }, nil
      if not change.deletion then
        item.record, item.problem = party.patch(change:changed_fields(), item.party)
      end
      table.insert(items, item)
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
      create_all(order, changes)
    end
    for changes in batch.of(client.BATCH_SIZE, order:deletions(object)) do
      write_all(order, changes)
    end
  end
end

return M
