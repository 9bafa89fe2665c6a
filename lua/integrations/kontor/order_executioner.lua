--- Makes the engine's changes in Kontor, one by one.
local changes = require "changes"
local client = require "client"
local feeds = require "feeds"

local M = {}

local function create(object, change, fields)
  local response = client.create(object, fields, change.idempotency_key)
  return response.ok and response:json().ref or nil, response
end

-- Kontor cannot be searched for a firm by its name: a firm that is not linked is left out, and sent
-- later.
local EMPLOYER = { object = "people", field = "employer", to_object = "firms" }

--- Carries out the order; an answer counts from the moment it is given.
function M.execute(order)
  changes.execute(order, { client = client, create = create, reference = EMPLOYER, independent = true })
end

--- After a lost answer: the record that has been created since and has the values that the change
-- would have sent.
function M.find(object, change)
  return feeds.made(client, object, change, { "title", "email", "given", "family" })
end

return M
