--- hello.world in memory: what tests/server answers, as stubs, for the contract suite.
local tandem = require "tandem"
local worlds = require "tandem.world"

local M = {
  --- One record of each object, with every field that syncs.
  samples = {
    world = { name = "Magrathea", email = "office@magrathea.test", phone = "+44 1", population = 42 },
    citizen = {
      email = "kim@magrathea.test", first_name = "Kim", last_name = "Zhou", phone = "+44 2",
      birthday = "1990-02-28", home_planet = "Earth",
    },
    tourist = { email = "pat@earth.test", first_name = "Pat", last_name = "Low" },
  },
  --- A field of each object that may be empty.
  nullable = { world = "phone", citizen = "phone", tourist = "last_name" },
  --- The API leaves out what it does not know.
  sparse = true,
}

local function item_of(record)
  return {
    id = math.tointeger(tonumber(record.id)) or record.id,
    created_timestamp = tandem.iso(record.created),
    last_modified_timestamp = tandem.iso(record.changed),
    fields = tandem.object(record.fields),
  }
end

local function list(world, request)
  local query, ids, items = request.query, nil, {}
  if query.ids then
    ids = {}
    for id in query.ids:gmatch("[^,]+") do
      ids[#ids + 1] = id
    end
  end
  local records = world:list(request.params.object, query.createdOrModifiedSince,
    query.createdOrModifiedBefore, ids)
  for _, record in ipairs(world:slice(records, (tonumber(query.page) - 1) * world.page_size)) do
    items[#items + 1] = item_of(record)
  end
  return { json = items }
end

local function upsert(world, request)
  local answers = {}
  for index, item in ipairs(request.json) do
    local record
    if item.id then
      record = world:update(request.params.object, item.id, item.fields)
    else
      record = world:create_once(request.params.object, item.idempotency_key, item.fields)
    end
    answers[index] = {
      code = not record and 404 or item.id and 200 or 201,
      id = record and record.id,
      metadata = item.metadata,
    }
  end
  return { json = answers }
end

--- A new world behind these stubs.
-- @tparam table http of an integration under test
-- @tparam string now
function M.new(http, now)
  local world = worlds.new { now = now }
  http:on("GET", "/{object}", function(request) return list(world, request) end)
  http:on("POST", "/{object}", function(request) return upsert(world, request) end)
  http:on("GET", "/converted", { json = {} })
  return world
end

return M
