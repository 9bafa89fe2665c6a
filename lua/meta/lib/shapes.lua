---@meta shapes
-- Made by scripts/reference of lua/lib; do not edit.

--- Shapes: flat fields of records whose values are nested, or entries of lists.
---
---     local person = shapes.new {
---       given = "name.given", -- a path
---       email = { list = "channels", where = { medium = "email" }, member = "address" }, -- see `lists`
---     }
---     person:flat(record)            -- { given = "Ann", email = "ann@acme.test" }
---     person:write(record, fields)   -- writes them and leaves everything else unchanged
---@class lib.shapes
local M = {}

--- A shape.
---@param places table name of the field -> path, or place of an entry
function M.new(places) end

---@class lib.shapes.Shape
local Shape = {}

--- The fields of a record.
---@param record any
---@param absent? any the value of a missing field: `json.null` for APIs that leave out empty fields
function Shape:flat(record, absent) end

--- Writes fields into a record; those that the shape does not have are left out.
---@return table # the record
function Shape:write(record, fields) end

return M
