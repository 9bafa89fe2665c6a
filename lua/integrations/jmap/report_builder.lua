--- What has changed on the server, according to its states: it has no modification times.
local card = require "card"
local client = require "client"

local M = {}

--- One page of contacts.
function M.build(request, report)
  client:report(request, report, card.fields)
end

return M
