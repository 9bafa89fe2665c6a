--- What was created, changed, deleted, merged or converted in Salesforce.
local client = require "client"
local reports = require "salesforce.reports"

local M = {}

local SOURCE = {
  name = client.name, conditions = client.conditions,
  more = {
    Account = { "MasterRecordId" }, Contact = { "MasterRecordId" }, PersonAccount = { "MasterRecordId" },
    Lead = { "MasterRecordId", "ConvertedContactId" },
  },
  relation = { object = "Contact", field = "AccountId", to_object = "Account" },
  conversion = { object = "Lead", field = "ConvertedContactId", to_object = "Contact" },
}

--- Fills the report with one page of each object.
function M.build(request, report)
  reports.fill(request, report, SOURCE)
end

return M
