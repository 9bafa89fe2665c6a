--- Tryton in memory: its answers as stubs, for the contract suite.
local tandem = require "tandem"
local worlds = require "tandem.world"

local M = {
  samples = {
    organisation = { name = "Acme", email = "info@acme.test", website = "https://acme.test" },
    person = { first_name = "Ann", last_name = "Ash", email = "ann@acme.test", mobile = "+44 1" },
  },
  nullable = { organisation = "website", person = "mobile" },
  reads_by_post = true,
  config = { organisation_category = "Organisation", employer_relation = "Employee Of" },
  mapping = tandem.sample("tryton").mapping,
}

local MECHANISMS = { "phone", "mobile", "fax", "email", "website" }

local function datetime(milliseconds)
  local at = { __class__ = "datetime" }
  local parts = { tandem.iso(milliseconds):match("^(%d+)-(%d+)-(%d+)T(%d+):(%d+):(%d+)%.?(%d*)") }
  for index, name in ipairs { "year", "month", "day", "hour", "minute", "second" } do
    at[name] = math.tointeger(tonumber(parts[index]))
  end
  at.microsecond = (math.tointeger(tonumber(parts[7])) or 0) * 1000
  return at
end

local function iso(at)
  return at and ("%04d-%02d-%02dT%02d:%02d:%02d.%03dZ"):format(
    at.year, at.month, at.day, at.hour, at.minute, at.second, at.microsecond // 1000)
end

local function party_of(record)
  local party = {
    id = math.tointeger(tonumber(record.id)), code = record.id, active = 1, _timestamp = "1.0",
    create_date = datetime(record.created), write_date = datetime(record.changed),
    name = record.fields.name or record.fields.first_name .. " " .. record.fields.last_name,
    ["contact_mechanisms."] = {}, ["relations."] = {},
  }
  for index, type in ipairs(MECHANISMS) do
    local value = record.fields[type]
    if value and value ~= tandem.null then
      table.insert(party["contact_mechanisms."], {
        id = index, type = type, value = value, active = 1, _timestamp = "1.0",
        create_date = datetime(record.created), write_date = tandem.null,
      })
    end
  end
  return party
end

-- The fields of a record that is written by commands; the id of a mechanism is the place of its type.
local function fields_of(object, values)
  local fields = {}
  if object == "organisation" then
    fields.name = values.name
  elseif values.name then
    fields.first_name, fields.last_name = values.name:match("^(%S*) (%S*)$")
  end
  for _, command in ipairs(values.contact_mechanisms or {}) do
    local what, first, written = table.unpack(command)
    if what == "create" then
      fields[first[1].type] = first[1].value
    else
      fields[MECHANISMS[first[1]]] = written and written.value or tandem.null
    end
  end
  return fields
end

-- The contents of a domain, as far as the integration uses them: kind, ids or the previous id, and
-- the window.
local function read_domain(domain)
  local asked = {}
  for _, clause in ipairs(domain) do
    if clause[1] == "categories" then
      asked.object = clause[2] == "where" and "organisation" or "person"
    elseif clause[1] == "id" and clause[2] == "in" then
      asked.ids = clause[3]
    elseif clause[1] == "id" then
      asked.after = clause[3]
    elseif clause[1] == "OR" then
      asked.from, asked.to = iso(clause[2][2][1][3]), iso(clause[2][2][2][3])
    end
  end
  return asked
end

local function search(world, domain, limit)
  local asked, found = read_domain(domain), {}
  for _, object in ipairs(asked.object and { asked.object } or { "organisation", "person" }) do
    for _, record in ipairs(world:list(object, asked.from, asked.to, asked.ids)) do
      local party = party_of(record)
      found[#found + 1] = party.id > (asked.after or 0) and party or nil
    end
  end
  table.sort(found, function(left, right) return left.id < right.id end)
  return table.move(found, 1, math.min(#found, limit), 1, {})
end

local METHODS = {
  ["party.search_read"] = function(world, params)
    return search(world, params[1], params[3])
  end,
  ["party.create"] = function(world, params)
    local ids = {}
    for index, values in ipairs(params[1]) do
      local object = values.categories and "organisation" or "person"
      ids[index] = math.tointeger(tonumber(world:create(object, fields_of(object, values)).id))
    end
    return ids
  end,
  ["party.write"] = function(world, params)
    for index = 1, #params - 1, 2 do
      local id = tostring(params[index][1])
      local object = world:get("organisation", id) and "organisation" or "person"
      if not world:update(object, id, fields_of(object, params[index + 1])) then
        return nil, { "UserError", { "this record does not exist anymore", "", tandem.null } }
      end
    end
    return tandem.null
  end,
  ["party.search_count"] = function() return 0 end,
  ["party.search"] = function() return {} end,
  ["contact_mechanism.search_count"] = function() return 0 end,
  ["contact_mechanism.search"] = function() return {} end,
  ["relation.all.search_count"] = function() return 0 end,
  ["relation.all.search"] = function() return {} end,
  ["category.search"] = function() return { 1 } end,
  ["relation.type.search"] = function() return { 1 } end,
  ["contact_mechanism.fields_get"] = function()
    local selection = {}
    for index, type in ipairs(MECHANISMS) do
      selection[index] = { type, type }
    end
    return { type = { selection = selection } }
  end,
}

--- A new world behind these stubs.
function M.new(http, now)
  local world = worlds.new { now = now }
  http:on("POST", "/", function(request)
    local method = request.json.method:gsub("^model%.party%.", "")
    local result, failure = METHODS[method](world, request.json.params)
    return { json = { id = 1, result = result, error = failure } }
  end)
  return world
end

return M
