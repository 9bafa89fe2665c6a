--- What was created, changed, archived or deleted.
local client = require "client"
local organisations = require "organisations"
local party = require "party"

local M = {}

local SOURCE = {
  domain = organisations.domain, fields = party.fields, relations = { employer = "organisation" },
}

--- One page of each object. Without its category every party would be a person: that ends the run.
function M.build(request, report)
  if request.iteration == 1 then
    organisations.check()
  end
  client:report(request, report, SOURCE)
end

return M
