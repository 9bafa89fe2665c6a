--- What was created or changed in SuiteCRM. Deletions do not show: they come out when a deleted record
-- is to be changed, or asked for by its id.
local client = require "client"
local reports = require "reports"
local values = require "values"

local M = {}

local SOURCE = {
  page = client.page,
  one = client.one,
  changed_at = function(item)
    return values.is_empty(item.date_modified) and item.date_entered or item.date_modified
  end,
  relation = { object = "Contacts", field = "account_id", to_object = "Accounts" },
  conversion = { -- converted leads stay in the list of leads
    object = "Leads", to_object = "Contacts", condition = { ["[status][eq]"] = "Converted" },
    id = function(item) return item.status == "Converted" and item.contact_id end,
  },
}

--- Fills the report with one page of each object.
function M.build(request, report)
  reports.fill(request, report, SOURCE)
end

return M
