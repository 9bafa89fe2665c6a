--- EspoCRM in memory: its answers as stubs, for the contract suite.
local tandem = require "tandem"
local worlds = require "tandem.world"

local UNIQUE = { Account = "name", Contact = "emailAddress", Lead = "emailAddress" }

local M = {
  samples = {
    Account = { name = "Acme", emailAddress = "info@acme.test", website = "https://acme.test" },
    Contact = { firstName = "Ann", lastName = "Ash", emailAddress = "ann@acme.test", title = "Cook" },
    Lead = { firstName = "Flo", lastName = "Fink", emailAddress = "flo@fink.test" },
  },
  nullable = { Account = "website", Contact = "firstName", Lead = "firstName" },
  unique = UNIQUE,
  mapping = tandem.sample("espocrm").mapping,
  refuse = function(object, field)
    local reason = "Field validation failure; entityType: %s, field: %s, type: valid."
    return { status = 400, headers = { ["X-Status-Reason"] = reason:format(object, field) }, body = "" }
  end,
}

local function datetime(milliseconds)
  return (tandem.iso(milliseconds):sub(1, 19):gsub("T", " "))
end

local function item_of(record)
  local item = { id = record.id, createdAt = datetime(record.created), modifiedAt = datetime(record.changed) }
  for name, value in pairs(record.fields) do
    item[name] = value
  end
  return item
end

-- The conditions of a query: attribute and type -> value.
local function conditions(query)
  local found, index = {}, 0
  while query[("where[%d][type]"):format(index)] do
    local part = ("where[%d]"):format(index)
    local attribute = query[part .. "[attribute]"] or "any"
    found[attribute .. " " .. query[part .. "[type]"]] = query[part .. "[value]"]
    index = index + 1
  end
  return found
end

-- Does it have one of the addresses of an "or"?
local function has_any(query, record)
  local index, own = 0, (record.fields.emailAddress or ""):lower()
  local address = query["where[0][value][0][value]"]
  while address and address ~= own do
    index = index + 1
    address = query[("where[0][value][%d][value]"):format(index)]
  end
  return address ~= nil
end

local function list(world, request)
  local wanted, items = conditions(request.query), {}
  local records = world:list(
    request.params.object, wanted["modifiedAt greaterThanOrEquals"], wanted["modifiedAt lessThan"])
  table.sort(records, function(a, b) return a.id < b.id end)
  for _, record in ipairs(records) do
    local after, status = wanted["id greaterThan"], wanted["status equals"]
    local fits = not (after and record.id <= after) and not (status and record.fields.status ~= status)
      and (request.query["where[0][type]"] ~= "or" or has_any(request.query, record))
    items[#items + 1] = fits and #items < world.page_size and item_of(record) or nil
  end
  return { json = { total = #records, list = items } }
end

local function one(record)
  return record and { json = item_of(record) } or { status = 404, body = "" }
end

--- A new world behind these stubs.
function M.new(http, now)
  local world = worlds.new { now = now }
  http:on("GET", "/App/user", { json = { acl = { fieldTableQuickAccess = {} } } })
  http:on("GET", "/{object}", function(request) return list(world, request) end)
  http:on("GET", "/{object}/{id}", function(request)
    return one(world:get(request.params.object, request.params.id))
  end)
  http:on("POST", "/{object}", function(request)
    local name = UNIQUE[request.params.object]
    local same = world:find(request.params.object, name, request.json[name])
    return same and { status = 409, json = { item_of(same) } }
      or one(world:create(request.params.object, request.json))
  end)
  http:on("PUT", "/{object}/{id}", function(request)
    return one(world:update(request.params.object, request.params.id, request.json))
  end)
  return world
end

return M
