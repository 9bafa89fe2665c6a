--- What a delivery of the API's webhooks names: {"events": [{"object": "citizen", "id": 7}, ...]}.
local M = {}

--- The records that changed; an ordinary sync requests their current state.
function M.read(delivery)
  local records = {}
  for _, event in ipairs(json.decode(delivery.body).events or {}) do
    records[#records + 1] = { object = event.object, id = tostring(event.id) }
  end
  return records
end

return M
