--- Makes the engine's changes, many in one Contact/set.
local card = require "card"
local client = require "client"

local M = {}

--- Carries out the order.
function M.execute(order)
  client:execute(order, card.patch)
end

--- After a crash: the contact that the change would have made, if it is there.
function M.find(_, change)
  return client:find(change)
end

return M
