---@meta definitions
-- Made by scripts/reference of lua/lib; do not edit.

--- Definitions: the list of an object's fields, from an API's description of them.
---@class lib.definitions
local M = {}

--- The fields of a table of definitions, sorted by name.
---@param definitions table name -> what the API says about it
---@param describe function `describe(name, definition)` returns the type (nil: no field of ours), whether the field is required, whether it can't be written, and its label (nil: its name)
---@return table # as `list` of an integration's `fields.lua` returns it
function M.fields(definitions, describe) end

return M
