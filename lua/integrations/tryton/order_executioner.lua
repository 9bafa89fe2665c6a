--- Makes the engine's changes, many in one call. A call is one transaction: if one party is refused,
-- all are, so a refused batch is halved until the bad ones stand alone.
local batch = require "batch"
local client = require "client"
local orders = require "orders"
local party = require "party"
local values = require "values"

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

local function create(items)
  local records = {}
  for index, item in ipairs(items) do
    records[index] = item.record
  end
  return client.create(items[1].change.object, records)
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
      orders.done(order, item.change, call == create and ids[index])
    end
    return not failure, failure
  end, function(item, failure)
    refuse(order, item.change, failure)
  end)
end

-- The parties of the changes by id; what is archived or not there any more is gone.
local function current(changes)
  local ids, found = {}, {}
  for _, change in ipairs(changes) do
    ids[#ids + 1] = change.object_id
  end
  for _, item in ipairs(ids[1] and client.by_ids(ids) or {}) do
    found[tostring(item.id)] = party.is_active(item) and item or nil
  end
  return found
end

local function employments(changes)
  local names = {}
  for _, change in ipairs(changes) do
    local employer = orders.fields(change).employer
    names[#names + 1] = not values.is_empty(employer) and employer or nil
  end
  return client.employments(names)
end

local function carry_out(order, changes, call)
  local found, relations, items = current(changes), employments(changes), {}
  for _, change in ipairs(changes) do
    local item = { change = change, party = found[change.object_id or ""] }
    if change.deletion then
      item.record = { active = false }
    else
      item.record = party.patch(orders.fields(change), item.party or {}, relations)
    end
    if item.party or call == create then
      items[#items + 1] = item
    else
      order:delete_object(change)
    end
  end
  send(order, items, call)
end

--- Carries out the order.
function M.execute(order)
  for changes, sort in orders.batches(order, client.BATCH_SIZE) do
    carry_out(order, changes, sort == "unidentified" and create or write)
  end
end

return M
