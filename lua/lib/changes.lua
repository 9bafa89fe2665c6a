--- Changes: what has to be sent for a change of an order, and how to answer it from the API's
-- response.
-- @module changes
local batch = require "batch"
local orders = require "orders"
local parallel = require "parallel"
local queries = require "queries"
local records = require "records"
local values = require "values"

local M = {}

local AT_ONCE = 8 -- the operator's `concurrent_requests` says how many of their requests are on their way

-- Statuses of a busy server, or of a record that somebody is editing or has just edited: try again.
local LATER = { [408] = true, [409] = true, [412] = true, [423] = true, [425] = true, [429] = true }

-- What is sent instead of null.
local function cleared(client, type_of)
  if type(client.null) == "function" then
    return client.null(type_of)
  end
  return client.null
end

--- The fields to send: to a new object all that are not null, to an existing one those that changed and those
-- that are required (a required field that changed counts as required in a full push).
-- @param change of an order
-- @tparam table client `null`: what is sent instead of null (nil: it is left out), or a function of the
-- type that returns it; `write(value, type)`: how a value is written, if more than instants differs
-- @treturn table name -> value
function M.written(change, client)
  local written = {}
  for name, value in pairs(orders.fields(change)) do
    local type_of = change:field(name).type
    if not values.is_null(value) then
      written[name] = (client.write or M.write)(value, type_of)
    elseif change.object_id then
      written[name] = cleared(client, type_of)
    end
  end
  return written
end

--- A value as many APIs accept it: instants without a zone, everything else unchanged.
function M.write(value, type_of)
  return type_of == "datetime" and queries.datetime(value) or value
end

--- Answers a change that was not carried out: it is kept for the next run if the server is to
-- blame, the record is locked, or the user lacks the right, which may be restored; otherwise an
-- issue is noted. Refused credentials are not the object's fault: an error is raised. If somebody
-- was faster (412) with a record whose version was sent, the record is requested and judged again.
-- @param order
-- @param change
-- @tparam table response of which the `status` counts
-- @tparam string reason what the API says
-- @tparam[opt] table fields the names of the refused fields: the others are sent once more without
-- them
function M.refuse(order, change, response, reason, fields)
  if response.status == 401 then
    error(("the credentials are not taken (401, %s); is 'auth' in the configuration right?"):format(
      reason), 0)
  elseif response.status == 403 then
    order:retry_sync_later(change, { counts = false, reason = ("may not be written and waits (403, %s): does "
      .. "the user have the rights that the integration's page in docs asks for?"):format(reason) })
  elseif response.status == 412 and change.version then
    order:stale(change)
  elseif LATER[response.status] or response.status >= 500 then
    order:retry_sync_later(change)
  else
    order:note_object_sync_issue(change, reason, fields and fields[1] and { fields = fields } or nil)
  end
end

--- Answers a change of an existing object, or a deletion, by the response: carried out (204, or a
-- JSON body; any other body does not come from the API, and raises an error), no such object, or
-- refused.
-- @param order
-- @param change
-- @tparam table response
-- @tparam string reason what the API says about a refusal
-- @tparam[opt] boolean gone does the response mean that there is no such object? By default 404 and
-- 410 do.
-- @tparam[opt] table fields names of the refused fields, if the API gives them
-- @tparam[opt] table details about the stored record, as for `order:update_last_sync_date`
function M.settle(order, change, response, reason, gone, fields, details)
  if gone == nil then
    gone = response.status == 404 or response.status == 410
  end
  if gone then
    order:delete_object(change)
  elseif response.ok then
    if response.status ~= 204 then
      response:json()
    end
    order:update_last_sync_date(change, details)
  else
    M.refuse(order, change, response, reason, fields)
  end
end

--- Answers a change with the API's result for it in a batch.
-- @param order
-- @param change
-- @tparam table result `{ok=, status=, reason=, fields=, id=, left_out=, stored=}`; the id counts for new
-- objects; `left_out`: the names of the fields that were left out, for this reason; `stored`: the
-- fields of the record as it is now
-- @treturn boolean was it carried out?
function M.settle_result(order, change, result)
  local details = result.stored and { fields = result.stored } or nil
  if result.status == 404 and change.object_id then
    order:delete_object(change)
  elseif not result.ok then
    M.refuse(order, change, result, result.reason, result.fields)
  elseif result.left_out and change.object_id then
    order:note_object_sync_issue(change, result.reason, { fields = result.left_out })
  elseif change.object_id then
    order:update_last_sync_date(change, details)
  else
    order:add_object_mapping(change, change.object, result.id, details)
    if result.left_out then
      order:note_object_sync_issue(change, result.reason, { fields = result.left_out })
    end
  end
  return result.ok
end

--- The record to which a field of a change refers, if our value is a name and the API needs an id:
-- the linked record, else the one with exactly this name.
-- @param change
-- @tparam string field its name
-- @param value what would be written: an empty value stays as it is (it clears the field)
-- @tparam string to_object the object that it must be
-- @tparam function find `find(name)`: the id of the record with exactly this name, nil if there is none
-- @return the id; nil if there is none: the field is left out, and sent once there is one
function M.referred(change, field, value, to_object, find)
  if type(value) ~= "string" or value == "" then
    return value
  end
  local linked = change:reference(field)
  return linked and linked.object == to_object and linked.id or find(value) or nil
end

--- Claims a record that an API calls the same as a new one, before anything is written to it.
-- @param order
-- @param change
-- @tparam string id of the record
-- @tparam string api what the API is called in messages
-- @treturn ?string why nothing may be written to it: it belongs to somebody else here; nil if it is free
function M.claimed(order, change, id, api)
  local owner = order:claim(change, change.object, id)
  return owner and ("%s has it already (%s %s), linked to %s %s here: merge these two, or tell them apart")
    :format(api, change.object, id, owner.object, owner.id) or nil
end

-- What has to be sent, with the ids of referenced records.
local function resolved(object, target, change, find)
  local fields, reference = M.written(change, target.client), target.reference
  if reference and reference.object == object and fields[reference.field] ~= nil then
    fields[reference.field] =
      M.referred(change, reference.field, fields[reference.field], reference.to_object, find)
  end
  return fields
end

-- The names of the fields that a response refuses; nil if the API does not give them.
local function refused_by(target, response)
  return target.client.refused and target.client.refused(response)
end

-- The stored record, if the API returns it; otherwise nil. Whom it refers to is told by an id,
-- which nobody sent as our value.
local function stored_by(target, change, response)
  local tells = target.client.stored and response.ok and not change.deletion
  local stored = tells and target.client.stored(response, change) or nil
  if stored and stored.fields and target.reference and target.reference.object == change.object then
    stored.fields = values.merge(stored.fields)
    stored.fields[target.reference.field] = nil
  end
  return stored
end

local function settle_by(order, object, target, change, response)
  local gone = target.gone and target.gone(object, change.object_id, response)
  M.settle(order, change, response, target.client.reason(response), gone, refused_by(target, response),
    stored_by(target, change, response))
end

-- The ids of the records that the API would take new items for, and why nothing may be sent, both by the
-- places of the items: what is linked to something else here is not written to.
local function claim_existing(order, target, some, items)
  if not target.existing then
    return {}, {}
  end
  local ids, reasons = target.existing(items)
  reasons = reasons or {}
  for index = 1, #items do
    local id = not reasons[index] and ids[index]
    reasons[index] = reasons[index] or id and M.claimed(order, some[index], id, target.client.name) or nil
  end
  return ids, reasons
end

-- As `create` of a target.
local function create_or_edit(order, object, target, change, fields)
  local ids, reasons = claim_existing(order, target, { change }, { fields })
  if reasons[1] then
    return nil, nil, reasons[1]
  elseif ids[1] then
    local response = target.client.update(object, ids[1], fields, change)
    return response.ok and ids[1] or nil, response
  end
  return target.create(object, change, fields, order)
end

local function create(order, object, target, change, fields)
  local id, response, reason = create_or_edit(order, object, target, change, fields)
  if id then
    order:add_object_mapping(change, object, id, response and stored_by(target, change, response))
  elseif reason then
    order:note_object_sync_issue(change, reason)
  else
    M.refuse(order, change, response, target.client.reason(response), refused_by(target, response))
  end
end

-- Carries out changes one after the other, or several at once if the API's writes are independent.
local function each(target, sort, changes, carry_out)
  local independent = target.independent
  if independent == true or independent and independent[sort] then
    return parallel.each(changes, AT_ONCE, carry_out)
  end
  for change in changes do
    carry_out(change)
  end
end

local function one_by_one(order, object, target)
  local reference = target.reference or {}
  local find = reference.find or reference.name
    and records.finder(target.client, reference.to_object, reference.name) or function() end
  each(target, "updates", order:identified(object), function(change)
    local fields = resolved(object, target, change, find)
    settle_by(order, object, target, change, target.client.update(object, change.object_id, fields, change))
  end)
  each(target, "creates", order:unidentified(object), function(change)
    create(order, object, target, change, resolved(object, target, change, find))
  end)
end

-- Answers what the API took, after what else it needs was sent. An edit is not done if that failed; a new
-- record that lacks something is edited in the next run.
local function finish(order, target, done)
  local responses = done[1] and target.afterwards and target.afterwards(done) or {}
  for index, one in ipairs(done) do
    local change, failure = one.change, responses[index]
    for _, response in ipairs(target.rest and target.rest(change, one.id, one.item, one.more) or {}) do
      failure = (not failure or failure.ok) and response or failure
    end
    if failure and not failure.ok and (change.object_id or failure.status == 403) then
      M.refuse(order, change, failure, failure.reason or target.client.reason(failure), failure.fields)
    elseif failure and not failure.ok then
      order:retry_sync_later(change)
    elseif change.object_id then
      M.settle_result(order, change, one.result)
    end
  end
end

-- Sends new items: as edits if the API has them already. Returns nil if the server failed at all of them.
local function send_new(order, target, some, items)
  local ids, reasons = claim_existing(order, target, some, items)
  local results, edits, creates, place = {}, {}, {}, {}
  for index, item in ipairs(items) do
    place[item] = index
    if reasons[index] then
      results[index] = { ok = false, status = 422, reason = reasons[index] }
    else
      local list = ids[index] and edits or creates
      item.id, list[#list + 1] = ids[index] or item.id, item
    end
  end
  for _, list in ipairs { edits, creates } do
    local answers = not list[1] and {} or target.send(list, list == creates, some, order)
    for index, item in ipairs(answers and list or {}) do
      results[place[item]] = answers[index]
    end
    if not answers then
      return nil
    end
  end
  return results
end

-- Sends some changes and answers them; returns nil if the server failed at all of them.
local function send_batch(order, target, some)
  local items, more, done = {}, {}, {}
  for index, change in ipairs(some) do
    items[index], more[index] = target.item(change)
  end
  local results
  if some[1].object_id == nil and target.existing then
    results = send_new(order, target, some, items)
  else
    results = target.send(items, some[1].object_id == nil, some, order)
  end
  for index, change in ipairs(results and some or {}) do
    local result = results[index]
    if result and not (result.ok and change.object_id) then
      M.settle_result(order, change, result) -- the id of a new record counts from now on
    end
    done[#done + 1] = result and result.ok and {
      change = change, id = result.id, item = items[index], more = more[index], result = result,
    } or nil
  end
  finish(order, target, done)
  return results
end

-- A batch at which the server fails as a whole is halved until the change that causes it is alone; that
-- one is kept for the next run.
local function in_batches(order, object, target)
  for _, sort in ipairs { "identified", "unidentified" } do
    for some in batch.of(target.size, order[sort](order, object)) do
      batch.split(some, function(part) return send_batch(order, target, part) end,
        function(change) order:retry_sync_later(change) end)
    end
  end
end

local function erase_in_batches(order, object, target)
  for some in batch.of(target.size, order:deletions(object)) do
    local ids = values.map(some, function(change) return change.object_id end)
    for index, result in ipairs(target.erase(ids, object)) do
      if result then
        M.settle(order, some[index], result, result.reason)
      end
    end
  end
end

--- Carries out an order in the way that a target describes. A target has
--
-- - `client`: the API's client, as in the library `records`. It also has `update(object, id, fields, change)`
--   and `delete(object, id, change)`, which return the response, and `reason(response)`: why it was refused.
--   If the API tells, it has `refused(response)`: the names of the refused fields, and
--   `stored(response, change)`: the record as it is now, `{version=, fields=}`. `null` and `write` are those
--   of `written`;
-- - `create(object, change, fields, order)`: creates a record. It returns the new id and the response; or
--   nil and the response that refused it; or nil, nil and a message for people. A record that the API
--   considers a duplicate is claimed (`order:claim`) before anything is written to it;
-- - `gone(object, id, response)` (optional): whether a response means that there is no such record. By
--   default 404 and 410 do;
-- - `independent` (optional): true if several of the API's writes may be made at once, or which of them
--   may: `{updates=, creates=, deletions=}`. The client's requests are then those of the library `rest`, or
--   sent by `parallel.request`;
-- - `reference` (optional): `{object=, field=, to_object=, name=}` for a field that is a name here (of a
--   company) and an id in the API. The id is that of the linked record, otherwise that of the record whose
--   field `name` is exactly this name, or the one that `find(name)` returns;
-- - `existing(items)` (optional), for APIs that take a new record with a known name or e-mail address for an
--   edit: returns the ids of the existing records and, perhaps, reasons why some items may not be sent, both
--   by the places of the items (of their fields, if they are sent one by one). An existing record that is
--   linked to nothing else here is edited (an item of a batch gets its `id`); nothing is written to others.
--   The client's `name` is that of the API.
--
-- For an API that accepts many objects at once and answers for each of them, a target has, in place of
-- `create`, `gone` and `independent`,
--
-- - `size`: how many changes a batch may have;
-- - `item(change)`: returns what is sent for a change, and whatever `rest` needs to know about it;
-- - `send(items, are_new, changes, order)`: sends a batch of either new or known objects. It returns a result
--   for each of them, as for `settle_result` (false: the answer has no result for it; see the library
--   `outcomes`), or nil if the server failed for all of them;
-- - `rest(change, id, item, more)` (optional): sends what a change needs in addition after the API has taken
--   it; returns the list of responses, each perhaps with `fields`: names of the fields that it is about;
-- - `afterwards(done)` (optional): the same for all changes of a batch together: a list of `{change=, id=,
--   item=, more=}`; returns `{ok=, status=, reason=, fields=}` at the places of those that failed;
-- - `erase(ids, object)` (optional), instead of `client.delete`: deletes a batch; returns a result for each.
--
-- @param order
-- @tparam table target
-- @tparam[opt] table targets object -> target, for objects that need a different target
function M.execute(order, target, targets)
  for object in order:objects() do
    local own = targets and targets[object] or target
    local carry_out = own.send and in_batches or one_by_one
    carry_out(order, object, own)
    if own.erase then
      erase_in_batches(order, object, own)
    else
      each(own, "deletions", order:deletions(object), function(change)
        settle_by(order, object, own, change, own.client.delete(object, change.object_id, change))
      end)
    end
  end
end

return M
