--- What was created, changed, merged or deleted in Mautic.
local client = require "client"
local reports = require "reports"

local M = {}

local LOG = {
  page = client.logged,
  winner = function(row) return tostring(row.details):match('merged_into"%D*(%d+)') end,
}

local SOURCE = {
  client = client, open_ended = true, log = config.deletions ~= false and LOG or nil,
  changed_at = function(item) return item.changed_at end,
  field_changed_at = function(item) return item.consent_dates end,
  -- anonymous visitors are contacts in Mautic, too
  known_by = { "companyname", "email", "firstname", "lastname", "company", "phone", "mobile" },
  -- a contact shows the name of its company, not the id
  relation = { object = "contact", field = "company", to_object = "company", name = "companyname" },
}

--- Fills the report with one page of each object.
function M.build(request, report)
  reports.fill(request, report, SOURCE)
end

return M
