--- What was created, changed, merged or archived in HubSpot.
local client = require "client"
local reports = require "hubspot.reports"

local M = {}

local SOURCE = {
  fields = client.fields, archive = config.deletions ~= false,
  relation = {
    object = "contacts", field = client.COMPANY, to_object = "companies", association = client.company,
  },
}

--- Fills the report with one page of each object.
function M.build(request, report)
  reports.fill(request, report, SOURCE)
end

return M
