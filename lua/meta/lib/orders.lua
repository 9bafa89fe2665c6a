---@meta orders
-- Made by scripts/reference of lua/lib; do not edit.

--- Orders: helpers for executioners of APIs that accept many objects at once.
---@class lib.orders
local M = {}

--- What has to be sent: what changed and what is required of an object that is there (a required field that
--- changed counts as required in a full push), everything of a new one.
function M.fields(change) end

--- Answers a change that was carried out: created (with the new id), deleted or updated.
function M.done(order, change, new_id) end

--- Iterates over an order in batches of changes of one object and one kind: first changes of existing
--- records, then new ones, then deletions.
---
---     for changes, sort in orders.batches(order, 100) do ... end
---@param order order the engine's
---@param size integer how many changes a batch has at most
---@param sorts? table which methods of the order give the changes: { "identified", "unidentified", "deletions" }; { "changes", "deletions" } for APIs that create and update in one request
---@return any # an iterator over a list and its sort
function M.batches(order, size, sorts) end

--- Sends a batch to an API that guards what is there by its version. A batch that is refused is halved
--- until the bad changes stand alone (see `batch.split`); a batch that somebody else was faster with is
--- looked at again, a few times, and then left for the next run.
---@param order order the engine's
---@param changes table a list
---@param send function `send(order, some)`: looks at what is there, sends a list of changes, and answers them. Returns true; or nil and the reason, if they are refused; or nil alone, if what is there is not what was looked at any more
---@param refuse function `refuse(order, change, reason)`: answers a change that is refused alone
function M.send(order, changes, send, refuse) end

return M
