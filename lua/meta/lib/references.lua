---@meta references
-- Made by scripts/reference of lua/lib; do not edit.

--- References by name: our side has the name of something (a contact's company); the other side has
--- records that must be found or created.
---@class lib.references
local M = {}

--- The ids of records by their names.
---@param names table a list, in which names may be empty or occur more than once
---@param find function `find(names)`: name -> id of those that exist
---@param make function `make(names)`: creates records; returns their ids in the same order, or nil and the reason if they are refused together: they are then halved until the bad ones are isolated
---@return table # name -> id
---@return table # name -> reason, of those that are refused
function M.resolve(names, find, make) end

return M
