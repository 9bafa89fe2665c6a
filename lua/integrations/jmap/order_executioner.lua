--- Makes the engine's changes in one Contact/set for each batch, which the server carries out only if
-- nothing has happened since we looked (`ifInState`). What somebody else has changed since the pull is
-- left alone: the next run knows it and decides.
local card = require "card"
local client = require "client"
local orders = require "orders"

local M = {}

local TRIES = 3

-- A new contact's uid, and so its id, is the change's key: nothing is created twice.
local function id_of(change)
  return change.object_id or change.idempotency_key
end

-- The contacts of the changes that are there, by id; the server's state; and the ids that are news to us.
local function look(changes)
  local ids, contacts, news = {}, {}, {}
  for index, change in ipairs(changes) do
    ids[index] = id_of(change)
  end
  local seen = cache.get("seen")
  local got, changed = client.read({ "Contact/get", { ids = ids } },
    seen and { "Contact/changes", { sinceState = seen } })
  for _, contact in ipairs(client.expect(got, "Contact/get").list) do
    contacts[contact.id] = contact
  end
  for _, id in ipairs(changed and changed.updated or {}) do
    news[id] = true
  end
  return contacts, got.state, news
end

-- Puts a change into the arguments of Contact/set, or answers it at once; true if it is in.
local function add(order, arguments, change, contacts, news)
  local id = id_of(change)
  local contact = contacts[id]
  if not contact and change.object_id then
    order:delete_object(change)
  elseif news[id] then
    order:retry_sync_later(change)
  elseif change.deletion then
    table.insert(arguments.destroy, id)
  elseif contact then -- also one that an earlier try has made, whose answer was lost
    arguments.update[id] = card.patch(orders.fields(change), contact)
  else
    arguments.create[id] = card.patch(change:fields(), {})
    arguments.create[id].uid = id
  end
  return (contact or not change.object_id) and not news[id]
end

-- A member of an object that is null when it is empty.
local function member(object, name)
  return object ~= json.null and object and object[name] or nil
end

local function settle(order, change, result)
  local id = id_of(change)
  local failure = member(result.notCreated, id) or member(result.notUpdated, id)
    or member(result.notDestroyed, id)
  if failure and failure.type == "notFound" then
    order:delete_object(change)
  elseif failure then
    order:note_object_sync_issue(change,
      ("the JMAP server says %s: %s"):format(failure.type, table.concat(failure.properties or {}, ", ")))
  else
    local created = member(result.created, id)
    orders.done(order, change, not change.object_id and (created and created.id or id))
  end
end

-- False if something has happened since we looked.
local function send(order, changes)
  local contacts, state, news = look(changes)
  local arguments = {
    ifInState = state, create = json.object {}, update = json.object {}, destroy = json.array {},
  }
  for index = #changes, 1, -1 do
    if not add(order, arguments, changes[index], contacts, news) then
      table.remove(changes, index)
    end
  end
  local result = #changes > 0 and client.call { { "Contact/set", arguments } }
  if not result or result.error == "stateMismatch" then
    return not result
  end
  for _, change in ipairs(changes) do
    settle(order, change, client.expect(result, "Contact/set"))
  end
  if not next(news) then
    cache.set("seen", result.newState) -- our own changes are no news
  end
  return true
end

local function send_all(order, changes)
  for _ = 1, TRIES do
    if send(order, changes) then
      return
    end
  end
  for _, change in ipairs(changes) do
    order:retry_sync_later(change)
  end
end

--- Carries out the order, batch by batch.
function M.execute(order)
  for changes in orders.batches(order, client.BATCH_SIZE, { "changes", "deletions" }) do
    send_all(order, changes)
  end
end

return M
