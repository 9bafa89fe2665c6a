--- SuiteCRM in memory: its answers as stubs, for the contract suite.
local tandem = require "tandem"
local worlds = require "tandem.world"

local M = {
  samples = {
    Accounts = { name = "Acme", email1 = "info@acme.test", website = "https://acme.test" },
    Contacts = { first_name = "Ann", last_name = "O'Hara", email1 = "ann@acme.test", title = "Cook" },
    Leads = { first_name = "Flo", last_name = "Fink", email1 = "flo@fink.test" },
  },
  nullable = { Accounts = "website", Contacts = "title", Leads = "first_name" },
  precision = 60000, -- times are cut to the minute
  mapping = tandem.sample("suitecrm").mapping,
}

local ESCAPED = { ["'"] = "&#039;", ['"'] = "&quot;", ["<"] = "&lt;", [">"] = "&gt;" }

local function minute(milliseconds)
  return tandem.iso(milliseconds):sub(1, 16) .. ":00+00:00"
end

local function resource(record)
  local attributes = { date_entered = minute(record.created), date_modified = minute(record.changed) }
  for name, value in pairs(record.fields) do
    attributes[name] = type(value) == "string" and value:gsub("['\"<>]", ESCAPED) or value
  end
  return { type = record.object:gsub("s$", ""), id = record.id, attributes = tandem.object(attributes) }
end

local function refused(message)
  return { status = 400, json = { errors = { status = 400, title = tandem.null, detail = message } } }
end

local function list(world, request)
  local query, items = request.query, {}
  local records = world:list(
    request.params.object, query["filter[date_modified][gte]"], query["filter[date_modified][lt]"])
  table.sort(records, function(a, b) return a.id < b.id end)
  for _, record in ipairs(records) do
    local after, status = query["filter[id][gt]"], query["filter[status][eq]"]
    local fits = not (after and record.id <= after) and not (status and record.fields.status ~= status)
    items[#items + 1] = fits and #items < world.page_size and resource(record) or nil
  end
  return { json = { data = items } }
end

local function one(world, request)
  local record = world:get(request.params.object, request.params.id)
  return record and { json = { data = resource(record) } }
    or refused(("%s module with id %s is not found"):format(request.params.object, request.params.id))
end

local function write(world, request)
  local data = request.json.data
  local known, record = world:get(data.type, data.id), nil
  if request.method == "PATCH" then
    record = world:update(data.type, data.id, data.attributes)
  elseif not known then
    record = world:put(data.type, data.id, data.attributes)
  end
  return record and { status = 201, json = { data = resource(record) } }
    or refused "is not found, or there already"
end

--- A new world behind these stubs.
function M.new(http, now)
  local world = worlds.new { now = now }
  http:on("GET", "/V8/module/{object}", function(request) return list(world, request) end)
  http:on("GET", "/V8/module/{object}/{id}", function(request) return one(world, request) end)
  http:on("POST", "/V8/module", function(request) return write(world, request) end)
  http:on("PATCH", "/V8/module", function(request) return write(world, request) end)
  return world
end

return M
