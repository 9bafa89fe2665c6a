--- Lists of Pipedrive: e-mails and phones, which are written as a whole. Fields are their entries: the
-- primary one ("email"), or the first one with a label ("email work").
-- @module pipedrive.lists
local values = require "values"

local M = {}

local function place_of(name)
  local list, label = name:match "^(%a+) (%w+)$"
  return (list or name) .. "s", label
end

local function find(list, label)
  for index, entry in ipairs(list) do
    if (label and entry.label == label) or (not label and entry.primary) then
      return index
    end
  end
  return not label and list[1] and 1 or nil
end

--- The value of a field in a record; null if there is none.
function M.get(record, name)
  local member, label = place_of(name)
  local list = values.present(record[member]) or {}
  local index = find(list, label)
  local value = index and list[index].value
  return values.is_empty(value) and json.null or value
end

--- Puts a value into the record's list of `patch`, which begins as that of `current`: all other entries stay.
function M.put(patch, current, name, value)
  local member, label = place_of(name)
  if not patch[member] then
    patch[member] = table.move(values.present(current[member]) or {}, 1, 100, 1, {})
  end
  local list = patch[member]
  local index = find(list, label)
  if values.is_empty(value) then
    table.remove(list, index or #list + 1)
  elseif index then
    list[index] = values.merge(list[index], { value = values.id(value) })
  else
    list[#list + 1] = { value = values.id(value), primary = #list == 0, label = label or "work" }
  end
  if list[1] and not list[find(list)].primary then
    list[1] = values.merge(list[1], { primary = true })
  end
  patch[member] = json.array(list)
end

return M
