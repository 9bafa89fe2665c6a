---@meta logs
-- Made by scripts/reference of lua/lib; do not edit.

--- Logs: of APIs whose lists don't show what is gone, but that keep a log of deletions and merges.
---@class lib.logs
local M = {}

--- Reports records that were deleted or merged since `requested.from`. Of two that were merged the log
--- may have the loser as deleted as well: it is reported as merged. `log` has
---
--- - `page(requested, action, after)`: a page of the rows of an action, "merge" or "delete", in the order of
---   their ids, after this one: `id` and `object_id`;
--- - `winner(row)`: into which object the one of a merge was merged; nil if that can't be told.
function M.gone(report, requested, log) end

return M
