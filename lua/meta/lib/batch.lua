---@meta batch
-- Made by scripts/reference of lua/lib; do not edit.

--- Batches: for APIs that take many objects at once.
---
--- Pure Lua; the caller decides what is sent and how.
---@class lib.batch
local M = {}

--- Iterates over lists of at most `size` elements.
---
---     for changes in batch.of(100, order:changes(object)) do ... end
---@param size integer the most elements of a batch
---@param source any a list, or an iterator (with its state and first value), of which the first value counts
---@return any # an iterator over lists, none of them empty
function M.of(size, source, state, control) end

--- Sends a batch to an API that refuses the whole batch if one item is bad: a refused batch is
--- halved until the bad items are isolated, so that all others get through.
---
--- Of n items with k bad ones, about 2 k log2(n) requests are made. `send` must distinguish a
--- refusal (such as 422) from an outage: for an outage it must raise an error, or else every single
--- item would be tried.
---@param items table a list
---@param send function `send(some)`: sends a list; returns true (or any value but nil and false) if it was accepted, else nil and the reason
---@param refused function `refused(item, reason)`: called for each item that is refused on its own
---@return integer # how many items were accepted
function M.split(items, send, refused) end

return M
