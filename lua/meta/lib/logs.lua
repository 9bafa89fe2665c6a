---@meta logs
-- Made by scripts/reference of lua/lib; do not edit.

--- Logs: for APIs whose lists do not show deleted records, but that keep a log of deletions and
--- merges.
---@class lib.logs
local M = {}

--- Reports records that were deleted or merged since `requested.from`. After a merge, the log may
--- also list the loser as deleted: it is reported as merged. `log` has
---
--- - `page(requested, action, after)`: a page of the rows of an action, "merge" or "delete", in the order of
---   their ids, after this one: `id` and `object_id`;
--- - `winner(row)`: the object into which the row's object was merged; nil if that is unknown.
function M.gone(report, requested, log) end

return M
