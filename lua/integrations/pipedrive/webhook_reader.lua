--- Pipedrive's webhooks (version 2): each delivery is about one record; that of a merge is the deletion of
-- the record that is gone.
local values = require "values"

local M = {}

local OBJECTS = { person = "persons", organization = "organizations" }

--- The record that changed; an ordinary sync requests its current state.
function M.read(delivery)
  local meta = json.decode(delivery.body).meta
  local object, survivor = OBJECTS[meta.entity], values.id(meta.merged_to_id)
  return object and { { object = object, id = values.id(meta.entity_id), merged_into = survivor } } or {}
end

return M
