---@meta definitions
-- Made by scripts/reference of lua/lib; do not edit.

--- Definitions: the list of an object's fields, from an API's description of them.
---@class lib.definitions
local M = {}

--- The fields of a table of definitions, sorted by name.
---@param definitions table name -> the API's definition
---@param describe function `describe(name, definition)` returns the type (nil: the field is left out), whether the field is required, whether it is read-only, and its label (nil: its name)
---@return table # as `list` of an integration's `fields.lua` returns it
function M.fields(definitions, describe) end

return M
