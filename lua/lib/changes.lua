--- Changes: what has to be sent for a change of an order, and what the answer of an API means for it.
-- @module changes
local batch = require "batch"
local queries = require "queries"
local values = require "values"

local M = {}

-- Statuses of a server that is busy, or of a record that somebody is editing: to be tried again.
local LATER = { [408] = true, [409] = true, [423] = true, [425] = true, [429] = true }

--- What has to be sent: everything to a new object; to an existing one what changed and what is required
-- (a required field that changed counts as required in a full push). Instants are written as
-- `queries.datetime` does.
-- @param change of an order
-- @param null what is sent instead of null; nil: left out
-- @treturn table name -> value
function M.written(change, null)
  local fields = change.object_id and values.merge(change:required_fields(), change:changed_fields())
    or change:fields()
  local written = {}
  for name, value in pairs(fields) do
    if values.is_null(value) then
      written[name] = null
    else
      written[name] = change:field(name).type == "datetime" and queries.datetime(value) or value
    end
  end
  return written
end

--- Answers a change that was not carried out: kept for the next run if the server is to blame, or the
-- record is locked, else noted. Credentials that are not taken are nobody's object's fault: raised.
-- @param order
-- @param change
-- @tparam table response of which the `status` counts
-- @tparam string reason what the API says
function M.refuse(order, change, response, reason)
  if response.status == 401 then
    error(("the credentials are not taken (401, %s); is 'auth' in the configuration right?"):format(
      reason), 0)
  elseif LATER[response.status] or response.status >= 500 then
    order:retry_sync_later(change)
  else
    order:note_object_sync_issue(change, reason)
  end
end

--- Answers a change of an existing object, or a deletion, by the response: carried out (a body that is not
-- JSON is somebody else's answer, and raised), no such object, or refused.
-- @param order
-- @param change
-- @tparam table response
-- @tparam string reason what the API says about a refusal
-- @tparam[opt] boolean gone does it mean that there is no such object? By default 404 and 410 do.
function M.settle(order, change, response, reason, gone)
  if gone == nil then
    gone = response.status == 404 or response.status == 410
  end
  if gone then
    order:delete_object(change)
  elseif response.ok then
    response:json()
    order:update_last_sync_date(change)
  else
    M.refuse(order, change, response, reason)
  end
end

--- Answers a change by what an API says of it in its answer to a batch.
-- @param order
-- @param change
-- @tparam table result `{ok=, status=, reason=, id=}`; the id counts for new objects
-- @treturn boolean was it carried out?
function M.settle_result(order, change, result)
  if result.status == 404 and change.object_id then
    order:delete_object(change)
  elseif not result.ok then
    M.refuse(order, change, result, result.reason)
  elseif change.object_id then
    order:update_last_sync_date(change)
  else
    order:add_object_mapping(change, change.object, result.id)
  end
  return result.ok
end

-- What has to be sent, with the id of what a field refers to by its name. What can't be found is left out.
-- `ids` remembers what was found.
local function resolved(object, target, change, ids)
  local fields, reference = M.written(change, target.null), target.reference
  local name = reference and reference.object == object and fields[reference.field]
  if type(name) == "string" and name ~= "" then
    ids[name] = ids[name] or reference.find(name)
    fields[reference.field] = ids[name]
  end
  return fields
end

local function settle_by(order, object, target, change, response)
  local gone = target.gone and target.gone(object, change.object_id, response)
  M.settle(order, change, response, target.reason(response), gone)
end

--- Carries out the deletions of one object of an order. `target`: see `one_by_one`.
function M.deletions(order, object, target)
  for change in order:deletions(object) do
    settle_by(order, object, target, change, target.delete(object, change.object_id))
  end
end

--- Carries out all changes of one object of an order. `target`: see `one_by_one`.
function M.singly(order, object, target)
  local ids = {}
  for change in order:identified(object) do
    local fields = resolved(object, target, change, ids)
    settle_by(order, object, target, change, target.update(object, change.object_id, fields))
  end
  for change in order:unidentified(object) do
    target.create(order, object, change, resolved(object, target, change, ids))
  end
  M.deletions(order, object, target)
end

--- Carries out an order of an API that takes one object at a time. `target` has
--
-- - `update(object, id, fields)` and `delete(object, id)`: return the response;
-- - `create(order, object, change, fields)`: answers the change itself;
-- - `null`: what clears a field;
-- - `reason(response)`: why it was refused;
-- - `reference`: `{object=, field=, find=}`, if there: our value of this field is a name (of a company), the
--   API wants the id that `find(name)` returns (nil: there is none with this name);
-- - `gone(object, id, response)`: if there, tells whether a response means that there is no such object;
--   otherwise 404 and 410 do.
function M.one_by_one(order, target)
  for object in order:objects() do
    M.singly(order, object, target)
  end
end

--- Sends changes in batches. One at which the server fails as a whole is halved, until what is too much for
-- it stands alone: that is kept for the next run.
-- @param order
-- @tparam integer size how many changes a batch has at most
-- @tparam function send `send(some)`: sends a list of changes and answers them; returns nil if the server
-- failed at all of them
-- @param source an iterator (with its state and first value), as the order's `identified(object)`
function M.in_batches(order, size, send, source, ...)
  for some in batch.of(size, source, ...) do
    batch.split(some, send, function(change) order:retry_sync_later(change) end)
  end
end

return M
