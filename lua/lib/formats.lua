--- Formats: a `value_normalizer.lua` for APIs that write all values of a type in their own way.
--
--     return require("formats").normalizer { boolean = { yes = "Y", no = "N" }, date = "epoch_ms" }
-- @module formats
local values = require "values"

local M = {}

-- A number below 1e11 may mean seconds or milliseconds; only here it is known to be milliseconds.
local EPOCH_MS = {
  to_internal = function(value, type_of)
    local instant = type(value) == "number" and datetime.from_epoch_ms(value)
    return instant and (type_of == "date" and instant:sub(1, 10) or instant) or value
  end,
  to_integration = function(value)
    return type(value) == "string" and datetime.to_epoch_ms(value) or value
  end,
}

-- Several choices in one text.
local function list(separator)
  return {
    to_internal = function(value)
      return type(value) == "string" and values.split(value, separator) or value
    end,
    to_integration = function(value)
      return type(value) == "table" and table.concat(value, separator) or value
    end,
  }
end

local function words(format)
  return {
    to_internal = function(value)
      if value == format.yes or value == format.no then
        return value == format.yes
      end
      return value
    end,
    to_integration = function(value)
      if type(value) == "boolean" then
        return value and format.yes or format.no
      end
      return value
    end,
  }
end

--- A value normalizer.
-- @tparam table formats type -> format: of `boolean` `{yes=, no=}`, of `date` and `datetime` "epoch_ms", of
-- `multiselect` the text between two choices (";"). Other values, and values of other types, stay as they are
function M.normalizer(formats)
  local ways = {}
  for type_of, format in pairs(formats) do
    ways[type_of] = type_of == "multiselect" and list(format) or format == "epoch_ms" and EPOCH_MS
      or words(format)
  end
  local function convert(direction)
    return function(value, field)
      local way = ways[field.type]
      if way == nil then
        return value
      end
      return way[direction](value, field.type)
    end
  end
  return { to_internal = convert "to_internal", to_integration = convert "to_integration" }
end

return M
