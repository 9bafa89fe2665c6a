--- Pipedrive in memory: its answers as stubs, for the contract suite.
local names = require "names"
local tandem = require "tandem"
local worlds = require "tandem.world"

local M = {
  samples = {
    organizations = { name = "Acme", Level = "high" },
    persons = { first_name = "Ann", last_name = "Ash", email = "ann@acme.test", job_title = "Cook" },
  },
  nullable = { organizations = "Level", persons = "job_title" },
  required = { organizations = "name" },
  mapping = tandem.sample("pipedrive").mapping,
  config = { key_field = "Tandem ID" },
}

local KEY, LEVEL = ("a"):rep(40), ("d"):rep(40)
local NAMES = { [KEY] = "Tandem ID", [LEVEL] = "Level" }
local PLACES = {
  email = { "emails", nil }, ["phone work"] = { "phones", "work" }, ["phone mobile"] = { "phones", "mobile" },
}
local FIELDS = {
  organizations = { { "name", "varchar" }, { LEVEL, "enum" }, { KEY, "varchar" } },
  persons = { { "job_title", "varchar" }, { "birthday", "date" }, { "org_id", "org" }, { KEY, "varchar" } },
}

local function definition(field)
  local custom = NAMES[field[1]]
  return {
    field_name = custom or field[1], field_code = field[1], field_type = field[2],
    is_custom_field = custom ~= nil,
    options = field[1] == LEVEL and { { id = 20, label = "low" }, { id = 21, label = "high" } } or nil,
  }
end

local function person_of(record, item)
  item.emails, item.phones = {}, {}
  for name, value in pairs(record.fields) do
    local place = PLACES[name]
    if place and value ~= tandem.null then
      table.insert(item[place[1]], { value = value, label = place[2] or "work", primary = true })
    elseif not place then
      item[name] = value
    end
  end
end

local function item_of(record)
  local item = {
    id = math.tointeger(tonumber(record.id)), is_deleted = false, custom_fields = {},
    update_time = tandem.iso(record.changed):sub(1, 19) .. "Z",
    add_time = tandem.iso(record.created):sub(1, 19) .. "Z",
  }
  if record.object == "persons" then
    person_of(record, item)
  else
    local level = record.fields.Level
    item.name = record.fields.name
    item.custom_fields[LEVEL] = level == "high" and 21 or level == "low" and 20 or level
  end
  return item
end

-- The contents of a write, as our fields.
local function fields_of(object, written)
  local fields = {}
  for name, value in pairs(written) do
    fields[name] = value
  end
  for name, place in pairs(PLACES) do
    local list, value = written[place[1]], nil
    for _, entry in ipairs(list or {}) do
      value = (not place[2] or entry.label == place[2]) and (value or entry.value) or value
    end
    fields[name] = list and (value or tandem.null)
  end
  fields.emails, fields.phones, fields.custom_fields = nil, nil, nil
  if object == "persons" and written.name then
    fields.name, fields.first_name, fields.last_name = nil, names.split(written.name)
  end
  local level = (written.custom_fields or {})[LEVEL]
  if level ~= nil then
    fields.Level = level == 21 and "high" or level == 20 and "low" or tandem.null
  end
  return fields
end

local function list(world, request)
  local object, query, ids = request.params.object, request.query, nil
  if query.ids then
    ids = {}
    for id in query.ids:gmatch "[^,]+" do
      ids[#ids + 1] = id
    end
  end
  local records = world:list(object, query.updated_since, query.updated_until, ids)
  local offset, items = tonumber(query.cursor or 0), {}
  for index, record in ipairs(world:slice(records, offset)) do
    items[index] = item_of(record)
  end
  local more = offset + #items < #records and ("%d"):format(offset + #items) or tandem.null
  return { json = { success = true, data = items, additional_data = { next_cursor = more } } }
end

-- The search finds records by their keys at once.
local function search(world, request)
  local items = {}
  for _, record in ipairs(world:list(request.params.object)) do
    items[#items + 1] = record.key == request.query.term and { item = { id = tonumber(record.id) } } or nil
  end
  return { json = { success = true, data = { items = items } } }
end

local function create(world, object, written)
  local record = world:create(object, fields_of(object, written))
  record.key = (written.custom_fields or {})[KEY]
  return record
end

local function one(record)
  return record and { json = { success = true, data = item_of(record) } }
    or { status = 404, json = { success = false, error = "Person not found." } }
end

--- A new world behind these stubs.
function M.new(http, now)
  local world = worlds.new { now = now }
  local path = "/api/v2/{object}"
  http:on("GET", path, function(request) return list(world, request) end)
  http:on("GET", path .. "/{id}", function(request)
    return one(world:get(request.params.object, request.params.id))
  end)
  http:on("GET", "/api/v1/{object}/{id}", { status = 404, json = { success = false } }) -- nobody is merged
  http:on("GET", "/api/v1/{object}/{id}/changelog", { json = { success = true, data = {} } })
  http:on("GET", path .. "/search", function(request) return search(world, request) end)
  http:on("POST", path, function(request)
    return one(create(world, request.params.object, request.json))
  end)
  http:on("PATCH", path .. "/{id}", function(request)
    local object = request.params.object
    return one(world:update(object, request.params.id, fields_of(object, request.json)))
  end)
  for object, fields in pairs(FIELDS) do
    local definitions = {}
    for index, field in ipairs(fields) do
      definitions[index] = definition(field)
    end
    local fields_path = ("/api/v2/%sFields"):format(object:sub(1, -2))
    http:on("GET", fields_path, { json = { success = true, data = definitions } })
  end
  return world
end

return M
