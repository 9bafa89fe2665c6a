--- References by name: our side has the name of something (a contact's company); the other side has
-- records that must be found or created.
-- @module references
local batch = require "batch"
local values = require "values"

local M = {}

-- Each name once, without empty ones.
local function distinct(names)
  local list, seen = {}, {}
  for _, name in ipairs(names) do
    if not values.is_empty(name) and not seen[name] then
      list[#list + 1], seen[name] = name, true
    end
  end
  return list
end

--- The ids of records by their names.
-- @tparam table names a list, in which names may be empty or occur more than once
-- @tparam function find `find(names)`: name -> id of those that exist
-- @tparam function make `make(names)`: creates records; returns their ids in the same order, or nil
-- and the reason if they are refused together: they are then halved until the bad ones are isolated
-- @treturn table name -> id
-- @treturn table name -> reason, of those that are refused
function M.resolve(names, find, make)
  names = distinct(names)
  local ids, refusals, missing = names[1] and find(names) or {}, {}, {}
  for _, name in ipairs(names) do
    missing[#missing + 1] = ids[name] == nil and name or nil
  end
  batch.split(missing, function(some)
    local made, reason = make(some)
    for index, name in ipairs(made and some or {}) do
      ids[name] = made[index]
    end
    return made, reason
  end, function(name, reason)
    refusals[name] = reason
  end)
  return ids, refusals
end

return M
