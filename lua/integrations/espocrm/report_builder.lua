--- What was created or changed in EspoCRM. Deletions cannot be queried: they are noticed when a
-- deleted record is changed or requested by its id.
local client = require "client"
local reports = require "reports"
local values = require "values"

local M = {}

local SOURCE = {
  client = client,
  changed_at = function(record) return values.present(record.modifiedAt, record.createdAt) end,
  relation = { object = "Contact", field = "accountId", to_object = "Account" },
  conversion = { -- converted leads stay in the list of leads
    object = "Lead", to_object = "Contact", condition = { "status", "eq", "Converted" },
    id = function(lead) return lead.status == "Converted" and lead.createdContactId end,
  },
}

--- Fills the report with one page of each object.
function M.build(request, report)
  reports.fill(request, report, SOURCE)
end

return M
