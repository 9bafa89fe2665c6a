--- The API of {{name}} in memory, as stubs, for the contract suite.
-- When client.lua follows the real API, let this follow it as well.
local tandem = require "tandem"
local worlds = require "tandem.world"

local M = {
  --- One record of each object, with every field that syncs.
  samples = {
{{samples}}  },
  --- A field of each object that may be empty.
  nullable = { {{nullable}} },
  --- The API leaves out what it does not know.
  sparse = true,
  --- Ids are texts.
  ids = { "007", "ab12", "a/b?c=d" },
}

local function item_of(record)
  local item = { id = record.id, updated_at = tandem.iso(record.changed) }
  for name, value in pairs(record.fields) do
    item[name] = value
  end
  return item
end

local function items_of(records)
  local items = {}
  for index, record in ipairs(records) do
    items[index] = item_of(record)
  end
  return items
end

{{world_page}}
local function answer(record, status)
  return { status = record and status or 404, json = record and item_of(record) or { error = "not found" } }
end

--- A new world behind these stubs.
-- @tparam table http of an integration under test
-- @tparam string now
function M.new(http, now)
  local world = worlds.new { now = now }
  http:on("GET", "/{object}", function(request)
    local query = request.query
    local records = world:list(request.params.object, query.updated_since, query.updated_before)
    local body, headers = page_of(world, records, request)
    return { json = body, headers = headers }
  end)
  http:on("GET", "/{object}/{id}", function(request)
    return answer(world:get(request.params.object, request.params.id), 200)
  end)
  http:on("POST", "/{object}", function(request)
    return answer(world:create(request.params.object, request.json), 201)
  end)
  http:on("PATCH", "/{object}/{id}", function(request)
    return answer(world:update(request.params.object, request.params.id, request.json), 200)
  end)
  return world
end

return M
