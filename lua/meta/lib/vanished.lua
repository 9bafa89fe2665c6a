---@meta vanished
-- Made by scripts/reference of lua/lib; do not edit.

--- Vanished: notices deletions that an API does not report by the number of records, if ids only grow.
---
--- For each kind of record it remembers how many there are up to this id and, if ids are read, which
--- ids these are. It is kept in the integration's cache.
---
---     local fewer = vanished.any({ "mechanism" }, count)      -- have some vanished?
---     for _, id in ipairs(vanished.ids("party", count, older)) do ... end  -- which?
---     vanished.keep({ "mechanism", "party" }, newer)          -- at the end of the pull
---@class lib.vanished
local M = {}

--- At the beginning of a pull: have some vanished since the last complete pull?
---@param kinds table a list of names
---@param count function `count(kind, last)`: how many there are up to this id
function M.any(kinds, count) end

--- At the beginning of a pull: the ids of those that have vanished since the last complete pull.
--- None if there are too many to be remembered.
---@param kind string a name
---@param count function as for `any`
---@param older function `older(kind, last)`: the ids up to the last one, in their order
function M.ids(kind, count, older) end

--- At the end of a pull: remember what was counted at its beginning, and the new ones. Not before,
--- so that a pull after a failed one notices the same deletions again.
---@param kinds table
---@param newer function `newer(kind, last)`: the ids after the last one, in their order
function M.keep(kinds, newer) end

--- Some were deleted by ourselves, so they do not count as vanished. (Only for kinds that `any`
--- counts.)
function M.deleted(kind, number) end

return M
