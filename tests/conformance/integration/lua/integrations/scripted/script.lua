--- What the case says about this side.
local M = {}

-- The configuration is read-only and no plain table, so values out of it are copied.
local function plain(value)
  if type(value) ~= "table" then
    return value
  end
  local copy = {}
  for key, item in pairs(value) do
    copy[key] = plain(item)
  end
  return copy
end

--- What the case says about this side.
function M.side()
  return plain(config.side)
end

--- The fields of an object that the case maps.
function M.mapped(object)
  local names = {}
  for _, entry in ipairs(plain(config.manual) or {}) do
    for _, line in ipairs(entry.integration_object == object and entry.fields or {}) do
      names[#names + 1] = line.integration
    end
  end
  return names
end

--- All records that the side ever reports, of whatever list.
function M.records()
  local side, records = M.side(), {}
  local function add(list)
    for _, record in ipairs(list or {}) do
      records[#records + 1] = record
    end
  end
  for _, answer in ipairs(side.reports or {}) do
    add(answer.objects)
  end
  add(side.by_id)
  add(side.by_id_extra)
  return records
end

return M
