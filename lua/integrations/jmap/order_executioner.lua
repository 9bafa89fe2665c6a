--- Makes the engine's changes in one Contact/set for each batch, which the server carries out only if
-- nothing else has happened since we looked (`ifInState`). What somebody else has changed since the pull
-- is left alone: the next run knows it and decides.
local batch = require "batch"
local card = require "card"
local client = require "client"

local M = {}

local TRIES = 3

-- The contacts to be changed as they are now, by id; the server's state; and the ids of what has
-- changed since the pull.
local function look(changes)
  local ids = json.array {}
  for _, change in ipairs(changes) do
    ids[#ids + 1] = change.object_id
  end
  local seen = cache.get("seen")
  local got, changed = client.read({ "Contact/get", { ids = ids } }, seen and { "Contact/changes", { sinceState = seen } })
  local contacts, unseen = {}, {}
  for _, contact in ipairs(client.expect(got, "Contact/get").list) do
    contacts[contact.id] = contact
  end
  for _, id in ipairs(changed and changed.updated or {}) do
    unseen[id] = true
  end
  return contacts, got.state, unseen
end

-- Puts a change into the Contact/set, or answers it. `set.sent` keeps what was put in.
local function add(order, set, change, contacts, unseen)
  local id, key = change.object_id, change.idempotency_key
  if not id then -- the key becomes the contact's uid: it can't be created twice
    set.create[key] = card.patch(change:fields())
    set.create[key].uid = key
  elseif not contacts[id] then
    return order:delete_object(change)
  elseif unseen[id] then
    return order:retry_sync_later(change)
  elseif change.deletion then
    set.destroy[#set.destroy + 1] = id
  else
    set.update[id] = card.patch(change:changed_fields(), contacts[id])
  end
  set.sent[#set.sent + 1] = change
end

local function explain(failure)
  local properties = failure.properties and table.concat(failure.properties, ", ") or failure.description
  return ("the JMAP server refused it: %s%s"):format(failure.type, properties and " (" .. properties .. ")" or "")
end

local function of(table_or_null, key)
  return type(table_or_null) == "table" and table_or_null[key] or nil
end

local function settle(order, result, change)
  local id, key = change.object_id, change.idempotency_key
  local created = of(result.created, key)
  local failure = of(result.notCreated, key) or of(result.notUpdated, id) or of(result.notDestroyed, id)
  if created then
    order:add_object_mapping(change, "contact", created.id)
  elseif not failure and change.deletion then
    order:delete_object(change)
  elseif not failure then
    order:update_last_sync_date(change)
  elseif failure.type == "notFound" then
    order:delete_object(change)
  elseif of(failure.properties, 1) == "uid" and not id then -- made by an earlier try: send it again as an update
    order:add_object_mapping(change, "contact", key)
    order:retry_sync_later(change)
  elseif failure.type == "rateLimit" or failure.type == "serverUnavailable" then
    order:retry_sync_later(change)
  else
    order:note_object_sync_issue(change, explain(failure))
  end
end

local function send(order, changes)
  for _ = 1, TRIES do
    local contacts, state, unseen = look(changes)
    local set = { create = json.object {}, update = json.object {}, destroy = json.array {}, sent = {} }
    for _, change in ipairs(changes) do
      add(order, set, change, contacts, unseen)
    end
    changes = set.sent
    if #changes == 0 then
      return
    end
    local result = client.call { { "Contact/set", {
      ifInState = state, create = set.create, update = set.update, destroy = set.destroy,
    } } }
    if result.error ~= "stateMismatch" then
      for _, change in ipairs(client.expect(result, "Contact/set") and changes) do
        settle(order, result, change)
      end
      if not next(unseen) then
        cache.set("seen", result.newState) -- our own changes are no news either
      end
      return
    end
  end
  for _, change in ipairs(changes) do
    order:retry_sync_later(change)
  end
end

--- Carries out the order, batch by batch.
function M.execute(order)
  for changes in batch.of(client.BATCH_SIZE, order:changes("contact")) do
    send(order, changes)
  end
  for changes in batch.of(client.BATCH_SIZE, order:deletions("contact")) do
    send(order, changes)
  end
end

return M
