---@meta gone
-- Made by scripts/reference of lua/lib; do not edit.

--- Gone: records that vanished over there without a trace, or whose trace is gone by now, found by comparing
--- those that are linked here with those that are there.
---
---     walk:go_on(requested, gone.compare(report, requested, cursor, 200, there))
---@class lib.gone
local M = {}

--- Compares some of the linked records, those after a place; reports those that are not there as deleted.
---@param report report
---@param requested table an object of the request
---@param after? string the place: the last id that was compared; nil at the beginning
---@param size integer how many are compared at once: at most 1000
---@param there function `there(ids)`: a table id -> true of those that are there, or -> false of those about which the caller has said something else (they were merged)
---@return string? # the place after these; nil: all are compared
function M.compare(report, requested, after, size, there) end

return M
