---@meta outcomes
-- Made by scripts/reference of lua/lib; do not edit.

--- Outcomes: answers of APIs that accept many objects at once and answer for each of them, with 207
--- (Multi-Status), or with 200 and the errors in the body.
---
--- The result is a list in the order of what was sent, as `changes.settle_result` takes it:
--- `{ok=, status=, reason=, id=, fields=}`. An item that the answer does not mention has no result
--- (false): it never counts as done.
---@class lib.outcomes
local M = {}

--- Results of an answer that has one entry for each item, in their order (Salesforce's collections).
---@param items table what was sent
---@param entries table what was answered
---@param result_of function `result_of(entry, item, index)` returns a result
---@return table # results
function M.by_place(items, entries, result_of) end

--- Results of an answer that identifies its items by a key and lists done and failed ones
--- separately, in any order (HubSpot's batches).
---@param items table what was sent
---@param answer table - `key(item)`: the key that was sent with it - `done`: a list; `done_key(entry)`: the key of one; `done_result(entry, item)`: its result - `failed`: a list; `failed_keys(entry)`: the keys of all that failed for this reason; `failed_result(entry, item)`: their result
---@return table # results
function M.by_key(items, answer) end

--- The same result for all items: for an answer that is not a list because the whole request
--- failed.
---@param items table
---@param result table
---@return table # results
function M.all(items, result) end

return M
