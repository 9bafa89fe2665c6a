--- JMAP (RFC 8620): what its object types have in common, whether they are contacts, events or mails.
--
-- There are no modification times but states: tokens of all objects of a type. So reports go by change
-- tokens, and changes are made on the condition that the state is still what it was when they were looked
-- at (`ifInState`).
--
--     local client = jmap.client { using = { ... }, type = "Contact" }
--     client:report(request, report, fields_of)
--     client:execute(order, patch)
-- @module jmap
local changes = require "changes"
local orders = require "orders"
local rest = require "rest"
local tokens = require "tokens"
local values = require "values"

local M = {}

local Client = {}
Client.__index = Client

--- How many objects a page or a batch has: RFC 8620 lets every client have 500.
M.SIZE = 500

-- ---- calls ----

-- What a JMAP server says of a request that it refuses as a whole (RFC 7807).
local api = rest.client {
  name = "the JMAP server",
  reason = function(response) return rest.body(response).detail end,
}

local function post(client, calls, reads)
  for index, call in ipairs(calls) do
    call[1] = client.type .. "/" .. call[1]
    call[2].accountId = client.account
    call[3] = "c" .. index
  end
  return api:send("POST", "/", { json = { using = client.using, methodCalls = calls }, reads = reads })
end

-- A result for each call; one that failed (JMAP says so inside of HTTP 200) has the member `error`.
local function results(response, calls)
  local list = {}
  for index, answer in ipairs(api:body_of(calls[1][1], response).methodResponses) do
    list[index] = answer[1] == "error" and { error = answer[2].type } or answer[2]
  end
  return table.unpack(list, 1, #calls)
end

--- The results of calls `{method, arguments}` that only read; the method without its type, "get". The
-- engine may send them again, and sends them for a plan.
function Client:read(...)
  local calls = { ... }
  return results(post(self, calls, true), calls)
end

-- The result, which must not be a failure.
local function expect(client, method, result)
  local failure = result and result.error or not result and "nothing"
  if failure then
    error(("%s/%s: the JMAP server answered '%s'"):format(client.type, method, failure), 0)
  end
  return result
end

--- The objects with these ids, the ids that there are none of, and the state.
function Client:get(ids)
  local result = expect(self, "get", self:read { "get", { ids = ids } })
  return result.list, result.notFound, result.state
end

--- The state of now.
function Client:state()
  local _, _, state = self:get(json.array {})
  return state
end

-- ---- reports ----

local function ids_of_first(client, method, path)
  return { ["#ids"] = { resultOf = "c1", name = client.type .. "/" .. method, path = path } }
end

-- A page in the order of the uid, which never changes; nothing if `after` is not there any more.
local function page(client, after)
  local query, got = client:read(
    { "query", { sort = { { property = "uid" } }, limit = M.SIZE,
      anchor = after, anchorOffset = after and 1 } },
    { "get", ids_of_first(client, "query", "/ids") })
  if query.error == "anchorNotFound" then
    return nil
  end
  local ids = expect(client, "query", query).ids
  return expect(client, "get", got).list, ids[#ids]
end

-- Whole numbers may be compared. A state that goes back is that of a server restored from a backup; Cyrus
-- says nothing of it.
local function is_before(state, other)
  return (math.tointeger(tonumber(state)) or 0) < (math.tointeger(tonumber(other)) or 0)
end

-- The state of another server is an invalid argument.
local FORGOTTEN = { cannotCalculateChanges = true, invalidArguments = true }

local function changes_since(client, since)
  local result, created, updated = client:read(
    { "changes", { sinceState = since, maxChanges = M.SIZE } },
    { "get", ids_of_first(client, "changes", "/created") },
    { "get", ids_of_first(client, "changes", "/updated") })
  if FORGOTTEN[result.error] or not result.error and is_before(result.newState, since) then
    return nil
  end
  local state = expect(client, "changes", result).newState
  local items = expect(client, "get", created).list
  table.move(expect(client, "get", updated).list, 1, #updated.list, #items + 1, items)
  cache.set("seen", state) -- for `execute`: what came before is no news
  return { items = items, deleted = result.destroyed, token = state }
end

--- Fills a report with one page of what has changed.
-- @tparam function fields_of `fields_of(item)`: name -> value
function Client:report(request, report, fields_of)
  tokens.report(request, report, {
    token = function() return self:state() end,
    page = function(_, after) return page(self, after) end,
    changes = function(_, since) return changes_since(self, since) end,
    named = function(_, ids) return self:get(ids) end,
    add = function(_, requested, item)
      report:add_object { object = requested.name, id = item.id, fields = fields_of(item) }
    end,
  })
end

-- ---- orders ----

-- A new object's uid, and so its id, is the change's key: nothing is created twice.
local function id_of(change)
  return change.object_id or change.idempotency_key
end

-- The items of the changes that are there, by id; the state; and the ids of what somebody else has changed
-- since the pull.
local function look(client, some)
  local ids, items, news = json.array {}, {}, {}
  for index, change in ipairs(some) do
    ids[index] = id_of(change)
  end
  local got, changed = client:read({ "get", { ids = ids } },
    { "changes", { sinceState = cache.get "seen" } })
  for _, item in ipairs(expect(client, "get", got).list) do
    items[item.id] = item
  end
  for _, id in ipairs(changed.updated or {}) do
    news[id] = true
  end
  return items, got.state, news
end

-- Adds a change to the arguments of a `set` call; false if it was answered at once instead.
local function add(order, set, change, item, is_news, patch)
  local id = id_of(change)
  if change.object_id and not item then
    order:delete_object(change)
  elseif is_news then -- the next pull brings it, and decides
    order:retry_sync_later(change)
  elseif change.deletion then
    table.insert(set.destroy, id)
    return true
  elseif item then -- also one that an earlier try has made, whose answer was lost
    set.update[id] = patch(orders.fields(change), item)
    return true
  else
    set.create[id] = values.merge(patch(change:fields(), {}), { uid = id })
    return true
  end
  return false
end

-- The failure of an object in the result of a `set` call; if there is none, servers send null or leave it
-- out.
local function failure_of(result, id)
  for _, name in ipairs { "notCreated", "notUpdated", "notDestroyed" } do
    local failures = values.present(result[name]) or {}
    if failures[id] then
      return failures[id]
    end
  end
end

local function settle(order, change, result)
  local id = id_of(change)
  local failure, created = failure_of(result, id), (values.present(result.created) or {})[id]
  if not failure then
    orders.done(order, change, not change.object_id and (created and created.id or id))
  elseif failure.type == "notFound" then
    order:delete_object(change)
  else
    order:note_object_sync_issue(change, ("the server does not take it, %s: %s"):format(
      failure.type, table.concat(failure.properties or {}, ", ")))
  end
end

-- What is refused is what was sent, and a part of it might pass: some fail over one bad value.
local REFUSALS = { [400] = true, [413] = true, [500] = true }

-- As `orders.send` wants it.
local function send(client, order, some, patch)
  local items, state, news = look(client, some)
  local set = { ifInState = state, create = json.object {}, update = json.object {}, destroy = json.array {} }
  for index = #some, 1, -1 do
    local id = id_of(some[index])
    if not add(order, set, some[index], items[id], news[id], patch) then
      table.remove(some, index)
    end
  end
  if #some == 0 then
    return true
  end
  local calls = { { "set", set } }
  local response = post(client, calls, false)
  local result = not REFUSALS[response.status] and results(response, calls)
  if not result or result.error == "stateMismatch" then
    return nil, not result and response
  end
  for _, change in ipairs(some) do
    settle(order, change, expect(client, "set", result))
  end
  if not next(news) then
    cache.set("seen", result.newState) -- our own changes are no news
  end
  return true
end

local function refuse(order, change, response)
  changes.refuse(order, change, response, api.reason(response))
end

--- Carries out an order, many changes in one set. What somebody else has changed since the pull is left
-- for the next run, which knows both.
-- @tparam function patch `patch(fields, current)`: what to send so that an object has these fields;
-- `current` is what it is now, `{}` a new one
function Client:execute(order, patch)
  for some in orders.batches(order, M.SIZE, { "changes", "deletions" }) do
    orders.send(order, some, function(_, part) return send(self, order, part, patch) end, refuse)
  end
end

--- After a crash: the id of what a change would have made, if it is there; nil if not.
function Client:find(change)
  local list = self:get { change.idempotency_key }
  return list[1] and list[1].id
end

--- A client of one object type.
-- @tparam table options `using`: the capabilities; `type`: "Contact" ...; `account`, if it is not the
-- user's own
function M.client(options)
  return setmetatable(options, Client)
end

return M
