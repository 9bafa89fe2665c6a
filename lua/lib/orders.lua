--- Orders: helpers for executioners of APIs that accept many objects at once.
-- @module orders
local batch = require "batch"
local values = require "values"

local M = {}

local TRIES = 3

--- What has to be sent: for an existing object the changed and the required fields (a required
-- field that changed counts as required in a full push), for a new one all fields.
function M.fields(change)
  return change.object_id and values.merge(change:required_fields(), change:changed_fields())
    or change:fields()
end

--- Answers a change that was carried out: created (with the new id), deleted or updated.
function M.done(order, change, new_id)
  if new_id then
    order:add_object_mapping(change, change.object, new_id)
  elseif change.deletion then
    order:delete_object(change)
  else
    order:update_last_sync_date(change)
  end
end

--- Iterates over an order in batches of changes of one object and one kind: first changes of existing
-- records, then new ones, then deletions.
--
--     for changes, sort in orders.batches(order, 100) do ... end
--
-- @param order the engine's
-- @tparam integer size the most changes of a batch
-- @tparam[opt] table sorts the methods of the order that give the changes: { "identified",
-- "unidentified", "deletions" }; { "changes", "deletions" } for APIs that create and update in one
-- request
-- @return an iterator over a list and its sort
function M.batches(order, size, sorts)
  sorts = sorts or { "identified", "unidentified", "deletions" }
  return coroutine.wrap(function()
    for object in order:objects() do
      for _, sort in ipairs(sorts) do
        for changes in batch.of(size, order[sort](order, object)) do
          coroutine.yield(changes, sort)
        end
      end
    end
  end)
end

local function retry(order, changes)
  for _, change in ipairs(changes) do
    order:retry_sync_later(change)
  end
end

--- Sends a batch to an API that protects records by their versions. A refused batch is halved until
-- the bad changes are isolated (see `batch.split`); if somebody else was faster, the batch is read
-- and sent again a few times, and then left for the next run.
-- @param order the engine's
-- @tparam table changes a list
-- @tparam function send `send(order, some)`: reads the records, sends a list of changes, and
-- answers them. Returns true; or nil and the reason, if they are refused; or nil alone, if the
-- records have changed since they were read
-- @tparam function refuse `refuse(order, change, reason)`: answers a change that is refused on its
-- own
function M.send(order, changes, send, refuse)
  batch.split(changes, function(some)
    for _ = 1, TRIES do
      local taken, reason = send(order, some)
      if taken or reason then
        return taken, reason
      end
    end
    retry(order, some)
    return true
  end, function(change, reason)
    refuse(order, change, reason)
  end)
end

return M
