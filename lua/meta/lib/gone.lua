---@meta gone
-- Made by scripts/reference of lua/lib; do not edit.

--- Gone: finds deleted records that an API does not report (any more), by comparing linked records with
--- existing ones.
---
---     walk:go_on(requested, gone.compare(report, requested, cursor, 200, there))
---@class lib.gone
local M = {}

--- Compares some linked records, beginning after a given one; reports those that do not exist as deleted.
---@param report report
---@param requested table an object of the request
---@param after? string the place: the last id that was compared; nil at the beginning
---@param size integer how many to compare at once: at most 1000
---@param there function `there(ids)`: a table id -> true for those that exist, or -> false for those that the caller has already reported otherwise (they were merged)
---@return string? # the place after these; nil: all have been compared
function M.compare(report, requested, after, size, there) end

return M
