--- Organisations are the parties in one category. Relations of one type say who works for them.
local orders = require "orders"
local references = require "references"
local tryton = require "tryton"
local values = require "values"

local M = {}

local CATEGORY = config.organisation_category or "Organisation"

-- How long an employer that was created may be a company of the same run.
local MADE_SECONDS = 3600

--- The condition for the parties of this object.
function M.domain(object)
  local where = object == "organisation" and "where" or "not where"
  return { "categories", where, { { "name", "=", CATEGORY } } }
end

--- The categories of a new organisation.
function M.categories()
  return { { "add", { tryton.required("party.category", CATEGORY) } } }
end

--- Ends the run if something that the configuration names does not exist.
function M.check()
  tryton.required("party.category", CATEGORY)
  if config.employer_relation then
    tryton.required("party.relation.type", config.employer_relation)
  end
end

local function find(names)
  return tryton.by_name("party.party", M.domain "organisation", names)
end

local function make(names)
  local parties, categories = {}, M.categories()
  for index, name in ipairs(names) do
    parties[index] = { name = name, categories = categories }
  end
  local ids, failure = tryton.call("party.party.create", parties, json.object {})
  for index, name in ipairs(ids and names or {}) do
    cache.set("made " .. name, ids[index], MADE_SECONDS)
  end
  return ids, failure and failure.message
end

--- The id of a new organisation if it has been created as an employer meanwhile.
function M.made(change)
  local name = change.object == "organisation" and values.present(change:fields().name)
  return name and values.id(cache.get("made " .. name))
end

--- For each employer's name in the changes, the relation to it, or the reason why there is none.
-- Missing organisations are created.
function M.employments(changes)
  local names, relations = {}, {}
  for _, change in ipairs(changes) do
    names[#names + 1] = values.present(orders.fields(change).employer)
  end
  local type = names[1] and tryton.required("party.relation.type", config.employer_relation)
  local ids, refusals = references.resolve(names, find, make)
  for name, id in pairs(ids) do
    relations[name] = { type = type, to = id }
  end
  return relations, refusals
end

return M
