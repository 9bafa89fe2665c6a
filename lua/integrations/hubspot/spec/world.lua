--- HubSpot in memory: its answers as stubs, for the contract suite.
local tandem = require "tandem"
local worlds = require "tandem.world"

local M = {
  samples = {
    companies = { name = "Acme", phone = "12", city = "Ulm" },
    contacts = { firstname = "Ann", lastname = "Ash", email = "ann@acme.test", jobtitle = "Cook" },
  },
  nullable = { companies = "city", contacts = "jobtitle" },
  required = { companies = "name" },
  precision = 1,
  mapping = tandem.sample("hubspot").mapping,
  config = { unique_property = "tandem_id" },
  reads_by_post = true,
}

local OBJECTS = "/crm/objects/2026-09/{object}"

local function item_of(record, trace)
  local properties = { hs_object_id = record.id }
  for name, value in pairs(record.fields) do
    properties[name] = value
  end
  return {
    id = record.id, properties = tandem.object(properties), objectWriteTraceId = trace, archived = false,
    createdAt = tandem.iso(record.created), updatedAt = tandem.iso(record.changed),
  }
end

local function by_number(records, after)
  table.sort(records, function(a, b) return tonumber(a.id) < tonumber(b.id) end)
  local found = {}
  for _, record in ipairs(records) do
    found[#found + 1] = tonumber(record.id) > tonumber(after or 0) and record or nil
  end
  return found
end

local function page(world, records, limit)
  local items, size = {}, math.min(limit, world.page_size)
  for index = 1, math.min(#records, size) do
    items[index] = item_of(records[index])
  end
  local more = #records > size
  return { json = { results = items, paging = more and { next = { after = items[size].id } } or nil } }
end

local function list(world, request)
  local archived = request.query.archived == "true"
  local records = archived and {} or world:list(request.params.object)
  return page(world, by_number(records, request.query.after), 100)
end

local function search(world, request)
  local window, after = request.json.filterGroups[1].filters[1], request.json.filterGroups[1].filters[2]
  if window.operator ~= "BETWEEN" then
    return { json = { results = {} } }
  end
  local records = world:list(request.params.object, tandem.iso(tonumber(window.value)),
    tandem.iso(tonumber(window.highValue) + 1))
  return page(world, by_number(records, after and after.value), 200)
end

local function read(world, request)
  local results = {}
  for _, input in ipairs(request.json.inputs) do
    local record = request.json.idProperty and world.keys[input.id]
      or world:get(request.params.object, input.id)
    results[#results + 1] = record and item_of(record) or nil
  end
  return { json = { status = "COMPLETE", results = results } }
end

local function write(world, request, verb)
  local results, errors = {}, {}
  for _, input in ipairs(request.json.inputs) do
    local record = verb == "upsert" and world:create_once(request.params.object, input.id, input.properties)
      or verb == "update" and world:update(request.params.object, input.id, input.properties)
    results[#results + 1] = record and item_of(record, input.objectWriteTraceId) or nil
    errors[#errors + 1] = not record and {
      category = "OBJECT_NOT_FOUND", message = "not found",
      context = { objectWriteTraceId = { input.objectWriteTraceId } },
    } or nil
  end
  local answer = { status = "COMPLETE", results = results, errors = errors }
  return { status = errors[1] and 207 or 200, json = answer }
end

--- A new world behind these stubs.
function M.new(http, now)
  local world = worlds.new { now = now }
  http:on("GET", OBJECTS, function(request) return list(world, request) end)
  http:on("GET", OBJECTS .. "/{id}", { status = 404, json = { message = "resource not found" } })
  http:on("POST", OBJECTS .. "/search", function(request) return search(world, request) end)
  http:on("POST", OBJECTS .. "/batch/read", function(request) return read(world, request) end)
  for _, verb in ipairs { "upsert", "update" } do
    http:on("POST", OBJECTS .. "/batch/" .. verb, function(request) return write(world, request, verb) end)
  end
  http:on("POST", "/crm/associations/2026-09/contacts/companies/batch/read", { json = { results = {} } })
  return world
end

return M
