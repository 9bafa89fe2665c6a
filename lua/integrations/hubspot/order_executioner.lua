--- Makes the engine's changes in HubSpot, 100 at once; the companies of contacts follow their batch.
local changes = require "changes"
local client = require "client"
local hubspot = require "hubspot"
local values = require "values"

local M = {}

local KEY = config.unique_property -- HubSpot itself then tells creates from one another

local function company_named(name)
  return hubspot.first("companies", "name", name)
end

local function item_of(change)
  local properties, company = client.properties(changes.written(change, hubspot))
  return hubspot.item(change, properties, KEY),
    changes.referred(change, client.COMPANY, company, "companies", company_named)
end

local function join(done)
  local joins, answers = {}, {}
  for index, one in ipairs(done) do
    joins[#joins + 1] = one.more and { from = one.id, to = one.more, index = index } or nil
  end
  client.company:join(joins, function(refused, answer)
    answers[refused.index] = values.merge(answer, { fields = { client.COMPANY } })
  end)
  return answers
end

local function target(object)
  return {
    client = hubspot, size = 100, item = item_of, afterwards = object == "contacts" and join or nil,
    send = function(items, are_new, some, order)
      return hubspot.send(object, items, are_new, function(index, id)
        return changes.claimed(order, some[index], id, "HubSpot")
      end)
    end,
    erase = function(ids) return hubspot.archive(object, ids) end,
  }
end

--- Carries out the order; an answer counts from the moment it is given.
function M.execute(order)
  changes.execute(order, nil, { companies = target "companies", contacts = target "contacts" })
end

--- After a crash: the record that the change would have made, by the key that it would have, or its e-mail.
function M.find(object, change)
  local email = change:fields().email
  if KEY then
    return hubspot.known(object, KEY, change.idempotency_key)
  elseif object == "contacts" and not values.is_empty(email) then
    return hubspot.known(object, "email", email)
  end
  return nil, "HubSpot has nothing to know it by; 'unique_property' in the configuration names something"
end

return M
