--- What was created, changed, merged or deleted in Mautic.
local client = require "client"
local reports = require "reports"
local values = require "values"

local M = {}

-- Of two contacts that were merged, the loser is deleted as well.
local function gone(report, requested)
  local merged = {}
  for _, row in ipairs(client.logged(requested, "merge")) do
    local winner = tostring(row.details):match('merged_into"%D*(%d+)')
    if winner then
      report:merge(requested.name, row.object_id, winner)
      merged[values.id(row.object_id)] = true
    end
  end
  local rows, denied = client.logged(requested, "delete")
  for _, row in ipairs(rows) do
    if not merged[values.id(row.object_id)] then
      report:add_deleted(requested.name, row.object_id)
    end
  end
  if denied then
    log.error(("deletions in Mautic go unnoticed: only administrators may read the audit log (%s); say "
      .. "'deletions = false' in the configuration if that is meant so"):format(denied))
  end
end

-- What was changed after the window waits for the next one. Visitors of whom nothing is known are contacts in
-- Mautic, too: they are nobody.
local function skip(requested, item)
  if item.changed_at and not requested.ids and datetime.compare(item.changed_at, requested.to) >= 0 then
    return true
  end
  for _, name in ipairs { "companyname", "email", "firstname", "lastname", "company", "phone", "mobile" } do
    if not values.is_empty(item[name]) then
      return false
    end
  end
  return true
end

local SOURCE = {
  page = client.page, one = client.one, skip = skip,
  gone = config.deletions ~= false and gone or nil,
  changed_at = function(item) return item.changed_at end, -- companies show no dates
  relation = { -- a contact shows the name of its company, not the id
    object = "contact", field = "company", to_object = "company",
    find = function(names)
      local ids = {}
      for _, company in ipairs(client.with("company", "companyname", names)) do
        ids[company.companyname] = company.id
      end
      return ids
    end,
  },
}

--- Fills the report with one page of each object.
function M.build(request, report)
  reports.fill(request, report, SOURCE)
end

return M
