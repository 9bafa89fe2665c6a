--- Makes the engine's changes at hello.world, in batches. Every change gets an answer; changes that
-- the API does not answer are retried by the engine.
local batch = require "batch"
local client = require "client"
local values = require "values"

local M = {}

-- An existing object gets what changed and what is required (a required field that changed counts as
-- required in a full push), a new one everything.
local function item(change)
  if change.object_id then
    return {
      id = change.object_id,
      fields = values.merge(change:required_fields(), change:changed_fields()),
    }
  end
  return { fields = change:fields(), idempotency_key = change.idempotency_key }
end

local function settle(order, object, change, answer)
  if answer.code == 201 then
    order:add_object_mapping(change, object, answer.id)
  elseif answer.code == 200 then
    order:update_last_sync_date(change)
  elseif answer.code == 404 then
    order:delete_object(change)
  elseif answer.code == 503 then
    order:retry_sync_later(change)
  else
    order:note_object_sync_issue(change, answer.message or ("hello.world answered " .. answer.code))
  end
end

--- Carries out the order; an answer counts from the moment it is given.
function M.execute(order)
  for object in order:objects() do
    for changes in batch.of(client.BATCH_SIZE, order:changes(object)) do
      local items = {}
      for index, change in ipairs(changes) do
        items[index] = item(change)
        items[index].metadata = { index = index } -- the API hands it back with its answer
      end
      for _, answer in ipairs(client.upsert(object, items)) do
        settle(order, object, changes[answer.metadata.index], answer)
      end
    end
  end
end

return M
