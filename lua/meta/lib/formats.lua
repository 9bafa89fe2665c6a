---@meta formats
-- Made by scripts/reference of lua/lib; do not edit.

--- Formats: a `value_normalizer.lua` for APIs that write all values of a type in their own way.
---
---     return require("formats").normalizer { boolean = { yes = "Y", no = "N" }, date = "epoch_ms" }
---@class lib.formats
local M = {}

--- A value normalizer.
---@param formats table type -> format: of `boolean` `{yes=, no=}`, of `date` and `datetime` "epoch_ms", of `multiselect` the text between two choices (";"). Other values, and values of other types, stay as they are
function M.normalizer(formats) end

return M
