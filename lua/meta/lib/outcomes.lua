---@meta outcomes
-- Made by scripts/reference of lua/lib; do not edit.

--- Outcomes: answers of APIs that take many objects at once and answer for each of them, with 207 (Multi-
--- Status), or with 200 and the errors in the body.
---
--- The result is a list in the order of what was sent, as `changes.settle_result` takes it:
--- `{ok=, status=, reason=, id=, fields=}`. An item of which the answer says nothing has no result (false): it
--- is never taken for done.
---@class lib.outcomes
local M = {}

--- Results of an answer that has one entry for each item, in their order (Salesforce's collections).
---@param items table what was sent
---@param entries table what was answered
---@param result_of function `result_of(entry, item)` returns a result
---@return table # results
function M.by_place(items, entries, result_of) end

--- Results of an answer that names its items by a key, done ones and failed ones apart, in any order
--- (HubSpot's batches).
---@param items table what was sent
---@param answer table - `key(item)`: the key that was sent with it - `done`: a list; `done_key(entry)`: the key of one; `done_result(entry, item)`: its result - `failed`: a list; `failed_keys(entry)`: the keys of all that failed for this reason; `failed_result(entry, item)`: their result
---@return table # results
function M.by_key(items, answer) end

--- The same result for all items: of an answer that is no list, because the request failed as a whole.
---@param items table
---@param result table
---@return table # results
function M.all(items, result) end

return M
