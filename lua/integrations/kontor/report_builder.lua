--- What was created, changed, deleted or merged in Kontor.
local client = require "client"
local feeds = require "feeds"

local M = {}

--- Fills the report with one page of each object.
function M.build(request, report)
  feeds.fill(request, report, client)
end

return M
