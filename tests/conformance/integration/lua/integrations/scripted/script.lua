--- What the case says about this side.
local M = {}

--- All records that the side ever reports, of whatever list.
function M.records()
  local side, records = config.side, {}
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
