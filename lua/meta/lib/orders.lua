---@meta orders
-- Made by scripts/reference of lua/lib; do not edit.

--- Orders: helpers for executioners of APIs that accept many objects at once.
---@class lib.orders
local M = {}

--- What has to be sent: for an existing object the changed and the required fields (a required
--- field that changed counts as required in a full push), for a new one all fields.
function M.fields(change) end

--- Answers a change that was carried out: created (with the new id), deleted or updated.
function M.done(order, change, new_id) end

--- Iterates over an order in batches of changes of one object and one kind: first changes of existing
--- records, then new ones, then deletions.
---
---     for changes, sort in orders.batches(order, 100) do ... end
---@param order order the engine's
---@param size integer the most changes of a batch
---@param sorts? table the methods of the order that give the changes: { "identified", "unidentified", "deletions" }; { "changes", "deletions" } for APIs that create and update in one request
---@return any # an iterator over a list and its sort
function M.batches(order, size, sorts) end

--- Sends a batch to an API that protects records by their versions. A refused batch is halved until
--- the bad changes are isolated (see `batch.split`); if somebody else was faster, the batch is read
--- and sent again a few times, and then left for the next run.
---@param order order the engine's
---@param changes table a list
---@param send function `send(order, some)`: reads the records, sends a list of changes, and answers them. Returns true; or nil and the reason, if they are refused; or nil alone, if the records have changed since they were read
---@param refuse function `refuse(order, change, reason)`: answers a change that is refused on its own
function M.send(order, changes, send, refuse) end

return M
