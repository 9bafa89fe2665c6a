--- PHP: lists as APIs written in PHP read and write them.
-- @module php
local values = require "values"

local M = {}

local function add(query, name, value, keys)
  if type(value) ~= "table" then
    query[name] = value
  elseif type(value[1]) == "table" then
    M.where(query, name, value, keys)
  else
    for index, one in ipairs(value) do
      query[("%s[%d]"):format(name, index - 1)] = one
    end
  end
end

--- Adds conditions to a query as PHP reads them: `where[0][col]=id`, `where[0][expr]=gt` ...
-- @tparam table query name -> value
-- @tparam string place "where"
-- @tparam table conditions list of conditions; where the third member is a list of conditions, it goes in
-- below `keys[3]`; a list of plain values becomes `where[0][value][0]`, `where[0][value][1]` ...
-- @tparam table keys the names of a condition's three members
-- @treturn table query
function M.where(query, place, conditions, keys)
  for index, condition in ipairs(conditions) do
    local prefix = ("%s[%d]"):format(place, index - 1)
    for part = 1, 3 do
      local name = ("%s[%s]"):format(prefix, keys[part])
      add(query, name, condition[part], keys)
    end
  end
  return query
end

--- What stands at an index (from 1) of a list in JSON: a list with gaps comes as an object of indexes from 0.
-- nil if there is nothing.
function M.at(list, index)
  return list and values.present(list[tostring(index - 1)], list[index])
end

--- The records of a list in the order of their ids, which are whole numbers: it may come as an object keyed
-- by id, which has no order, and if it is empty as an array.
function M.by_id(list)
  local records = {}
  for _, record in pairs(list) do
    records[#records + 1] = record
  end
  table.sort(records, function(a, b) return tonumber(a.id) < tonumber(b.id) end)
  return records
end

return M
