--- What a delivery of {{name}}'s webhooks names. It is a hint, never data: what the records
-- are now is asked for by an ordinary sync.
local M = {}

--- The records that changed: `{ object =, id = }` each, with `merged_into` if it was merged into another.
function M.read(delivery)
  local records = {}
  for _, event in ipairs(json.decode(delivery.body).events or {}) do
    records[#records + 1] = { object = event.object, id = tostring(event.id) }
  end
  return records
end

return M
