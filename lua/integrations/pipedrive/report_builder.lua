--- What was created, changed, merged or deleted in Pipedrive.
local client = require "client"
local reports = require "pipedrive.reports"

local M = {}

local SOURCE = {
  fields = client.fields, query = client.query, compare_hours = config.compare_hours or 24,
  relation = { object = "persons", field = "org_id", to_object = "organizations" },
}

--- Fills the report with one page of each object.
function M.build(request, report)
  reports.fill(request, report, SOURCE)
end

return M
