--- Shapes: flat fields of records whose values are nested, or entries of lists.
--
--     local person = shapes.new {
--       given = "name.given", -- a path
--       email = { list = "channels", where = { medium = "email" }, member = "address" }, -- see `lists`
--     }
--     person:flat(record)            -- { given = "Ann", email = "ann@acme.test" }
--     person:write(record, fields)   -- writes them and leaves everything else unchanged
-- @module shapes
local lists = require "lists"
local values = require "values"

local M = {}

local Shape = {}
Shape.__index = Shape

--- A shape.
-- @tparam table places name of the field -> path, or place of an entry
function M.new(places)
  return setmetatable({ places = places }, Shape)
end

--- The fields of a record.
-- @function shape:flat
-- @param record
-- @param[opt] absent the value of a missing field: `json.null` for APIs that leave out empty fields
function Shape:flat(record, absent)
  local fields = {}
  for name, place in pairs(self.places) do
    local get = type(place) == "table" and lists.get or values.at
    local value = get(record, place)
    fields[name] = value == nil and absent or value
  end
  return fields
end

--- Writes fields into a record; those that the shape does not have are left out.
-- @function shape:write
-- @treturn table the record
function Shape:write(record, fields)
  for name, value in pairs(fields) do
    local place = self.places[name]
    if type(place) == "table" then
      lists.put(record, record, place, value)
    elseif place then
      values.put(record, place, value)
    end
  end
  return record
end

return M
