--- Makes the engine's changes, many in one call.
local client = require "client"
local organisations = require "organisations"
local orders = require "orders"
local party = require "party"

local M = {}

-- What to write for each of these changes; or nil and the reason why it is impossible.
local function prepare(changes)
  local employments, refusals = organisations.employments(changes)
  return function(change, record)
    local refusal = refusals[orders.fields(change).employer]
    if refusal then
      return nil, "the employer: " .. refusal
    end
    return party.patch(change, record, employments)
  end
end

--- Carries out the order.
function M.execute(order)
  client:execute(order, { prepare = prepare, made = organisations.made })
end

--- After a crash: the party that the change has made, if it has.
function M.find(object, change)
  return client:find(change, organisations.domain(object), function(record)
    return party.is_like(record, change)
  end)
end

return M
