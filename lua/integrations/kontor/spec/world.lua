--- Kontor in memory: its answers as stubs, for the contract suite.
local shapes = require "shapes"
local tandem = require "tandem"
local worlds = require "tandem.world"

local M = {
  samples = {
    firms = { title = "Acme", email = "info@acme.test" },
    people = {
      given = "Ann", family = "Ash", email = "ann@acme.test", phone = "0170", newsletter = true,
    },
  },
  nullable = { firms = "email", people = "phone" },
  required = { firms = "title" },
  ids = { "P-00007", "a/b?c" },
  mapping = tandem.sample("kontor").mapping,
  tells_merges = true,
  refuse = function(_, field)
    local path = field == "phone" and "channels.phone" or field
    return { status = 422, json = { problems = { { field = path, says = "is refused" } } } }
  end,
}

local function channel(medium)
  return { list = "channels", where = { medium = medium, use = "work" }, member = "address" }
end

local SHAPES = {
  firms = shapes.new { title = "title", email = channel "email" },
  people = shapes.new {
    given = "name.given", family = "name.family", email = channel "email", phone = channel "phone",
    newsletter = "newsletter",
  },
}

-- Booleans are sent as "Y" and "N".
local LETTERS, ANSWERS = { [true] = "Y", [false] = "N" }, { Y = true, N = false }

-- What is empty is left out.
local function item_of(record)
  local item = { ref = record.id, rev = record.changed, created = record.created, changed = record.changed }
  local known = {}
  for name, value in pairs(record.fields) do
    known[name] = LETTERS[value] or value ~= tandem.null and value or nil
  end
  return SHAPES[record.object]:write(item, known)
end

local function at(text)
  return text and tandem.iso(math.tointeger(tonumber(text)))
end

local function list(world, request)
  local query, items = request.query, {}
  local offset = math.tointeger(tonumber(query.cursor or "0"))
  local records = world:list(request.params.object, at(query.since), at(query["until"]))
  for index, record in ipairs(world:slice(records, offset)) do
    items[index] = item_of(record)
  end
  local last = offset + #items
  return { json = { items = items, next = last < #records and tostring(last) or tandem.null } }
end

local function one(record, status)
  return record and { status = status or 200, json = item_of(record) } or { status = 410, json = {} }
end

local function events(world, request)
  local told = {}
  for kind in pairs(SHAPES) do
    for _, record in ipairs(world:gone(kind, at(request.query.since))) do
      told[#told + 1] = { kind = kind, ref = record.id, into = record.merged_into or tandem.null }
    end
  end
  return { json = { events = told, next = tandem.null } }
end

--- A new world behind these stubs.
function M.new(http, now)
  local world = worlds.new { now = now }
  local function fields_of(request)
    local fields = SHAPES[request.params.object]:flat(request.json, tandem.null)
    if ANSWERS[fields.newsletter] ~= nil then
      fields.newsletter = ANSWERS[fields.newsletter]
    end
    return fields
  end
  http:on("GET", "/{object}", function(request) return list(world, request) end)
  http:on("GET", "/events", function(request) return events(world, request) end)
  http:on("GET", "/{object}/{id}", function(request)
    return one(world:get(request.params.object, request.params.id))
  end)
  http:on("POST", "/{object}", function(request)
    return one(world:create(request.params.object, fields_of(request)), 201)
  end)
  http:on("PUT", "/{object}/{id}", function(request)
    return one(world:update(request.params.object, request.params.id, fields_of(request)))
  end)
  return world
end

return M
