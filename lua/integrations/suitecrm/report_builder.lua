--- What was created or changed in SuiteCRM. Deletions are not reported: they are noticed when a
-- deleted record is changed or requested by its id.
local client = require "client"
local reports = require "reports"
local values = require "values"

local M = {}

local SOURCE = {
  client = client,
  changed_at = function(record)
    return values.is_empty(record.date_modified) and record.date_entered or record.date_modified
  end,
  relation = { object = "Contacts", field = "account_id", to_object = "Accounts" },
  conversion = { -- converted leads stay in the list of leads
    object = "Leads", to_object = "Contacts", condition = { "status", "eq", "Converted" },
    id = function(lead) return lead.status == "Converted" and lead.contact_id end,
  },
}

--- Fills the report with one page of each object.
function M.build(request, report)
  reports.fill(request, report, SOURCE)
end

return M
