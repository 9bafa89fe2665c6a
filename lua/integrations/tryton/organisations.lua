--- Organisations are the parties in one category. Who works for them is told by relations of one type.
local orders = require "orders"
local references = require "references"
local tryton = require "tryton"
local values = require "values"

local M = {}

local CATEGORY = config.organisation_category or "Organisation"

-- How long an employer that was made may be a company of the same run.
local MADE_SECONDS = 3600

--- Which parties are of this object.
function M.domain(object)
  local where = object == "organisation" and "where" or "not where"
  return { "categories", where, { { "name", "=", CATEGORY } } }
end

-- The id of what must be there; asked for once.
local ids_of = {}

local function needed(model, name)
  ids_of[model] = ids_of[model]
    or tryton.read(model .. ".search", { { "name", "=", name } }, 0, 1, json.null, json.object {})[1]
    or error(("Tryton has no %s with the name '%s': add it there"):format(model, name), 0)
  return ids_of[model]
end

--- The categories of a new organisation.
function M.categories()
  return { { "add", { needed("party.category", CATEGORY) } } }
end

--- Ends the run if something is not there that the configuration names.
function M.check()
  needed("party.category", CATEGORY)
  if config.employer_relation then
    needed("party.relation.type", config.employer_relation)
  end
end

-- Of several with the same name it is the oldest.
local function find(names)
  local ids = {}
  for _, party in ipairs(tryton.read("party.party.search_read", { M.domain "organisation",
    { "name", "in", names } }, 0, json.null, { { "id", "DESC" } }, { "name" }, json.object {})) do
    ids[party.name] = party.id
  end
  return ids
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

--- The id of a new organisation if it was made as an employer meanwhile.
function M.made(change)
  local name = change.object == "organisation" and values.present(change:fields().name)
  return name and values.id(cache.get("made " .. name))
end

--- For each name of an employer in the changes the relation to it, or else why there is none. Organisations
-- that are not there are made.
function M.employments(changes)
  local names, relations = {}, {}
  for _, change in ipairs(changes) do
    names[#names + 1] = values.present(orders.fields(change).employer)
  end
  local type = names[1] and needed("party.relation.type", config.employer_relation)
  local ids, refusals = references.resolve(names, find, make)
  for name, id in pairs(ids) do
    relations[name] = { type = type, to = id }
  end
  return relations, refusals
end

return M
