--- What was created or changed in the window. Archived parties count as deleted; those that were deleted
-- vanish without a trace.
local client = require "client"
local organisations = require "organisations"
local party = require "party"

local M = {}

local SOURCE = {
  domain = organisations.domain, fields = party.fields, relations = { employer = "organisation" },
}

--- One page of each object.
function M.build(request, report)
  client:report(request, report, SOURCE)
end

return M
