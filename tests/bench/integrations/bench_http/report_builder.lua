--- One page of the API is one report.
local M = {}

function M.build(request, report)
  local response = http.get("/records", { query = { page = request.iteration } })
  for _, item in ipairs(response:json()) do
    report:add_object {
      object = "record", id = item.id, changed_at = item.changed_at, fields = item.fields,
    }
  end
end

return M
