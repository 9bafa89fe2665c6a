--- Mautic in memory: its answers as stubs, for the contract suite.
local tandem = require "tandem"
local worlds = require "tandem.world"

local M = {
  samples = {
    company = { companyname = "Acme", companyemail = "info@acme.test", companycity = "Ulm" },
    contact = { firstname = "Ann", lastname = "Ash", email = "ann@acme.test", position = "Cook" },
  },
  nullable = { company = "companycity", contact = "position" },
  unique = { company = "companyname", contact = "email" },
  mapping = tandem.sample("mautic").mapping,
  refuse = function(object, field)
    local failure = { code = 400, message = "Refused.", details = { [field] = { "This is not valid." } } }
    return object == "company" and { status = 400, json = { errors = { failure } } }
      or { json = { statusCodes = { 400 }, contacts = {}, errors = { ["0"] = failure } } }
  end,
}

local SINGULAR = { contacts = "contact", companies = "company" }

-- Unlike in Mautic, companies have dates here, because the suite asks every object for its instant.
local function item_of(record)
  return {
    id = math.tointeger(tonumber(record.id)),
    dateAdded = tandem.iso(record.created):sub(1, 19) .. "+00:00",
    dateModified = record.changed ~= record.created and tandem.iso(record.changed) or tandem.null,
    doNotContact = {},
    fields = { core = {}, all = tandem.object(record.fields) },
  }
end

-- The values of a condition that may be any of several.
local function any_of(query)
  local wanted = {}
  for index = 0, 39 do
    wanted[(query[("where[0][val][%d][val]"):format(index)] or ""):lower()] = true
  end
  return wanted
end

local function list(world, request)
  local plural, query = request.params.plural, request.query
  local from, after, column, wanted = nil, nil, nil, nil
  for index = 0, 1 do
    local part = ("where[%d]"):format(index)
    local name, value = query[part .. "[col]"], query[part .. "[val]"]
    after = name == "id" and tonumber(value) or after
    if name and name ~= "id" then
      column, wanted = name, { [value:lower()] = true }
    end
  end
  local any = query["where[0][val][0][col]"]
  if any and any ~= "date_modified" then
    column, wanted = any, any_of(query)
  else
    from = query["where[0][val][0][val]"]
  end
  local records, items, count = world:list(SINGULAR[plural], from), {}, 0
  table.sort(records, function(a, b) return tonumber(a.id) < tonumber(b.id) end)
  for _, record in ipairs(records) do
    local own = column == "id" and record.id or column and tostring(record.fields[column])
    local fits = not (after and tonumber(record.id) <= after) and not (column and not wanted[own:lower()])
    if fits and count < world.page_size then
      count, items[record.id] = count + 1, item_of(record)
    end
  end
  return { json = { total = tostring(count), [plural] = tandem.object(items) } }
end

local function one(record, object)
  return record and { json = { [object] = item_of(record) } }
    or { status = 404, json = { errors = { { code = 404, message = "Item was not found." } } } }
end

-- With a known e-mail address, or name of a company, it becomes an edit.
local function made(world, object, name, values)
  local known = world:find(object, name, values[name])
  return known and world:update(object, known.id, values) or world:create(object, values)
end

local function batch(world, request, code)
  local answer = { statusCodes = {}, contacts = {}, errors = tandem.object {} }
  for index, values in ipairs(request.json) do
    local record = code == 201 and made(world, "contact", "email", values)
      or code == 200 and world:update("contact", values.id, values)
    answer.statusCodes[index] = record and code or 404
    answer.contacts[#answer.contacts + 1] = record and item_of(record) or nil
    answer.errors[tostring(index - 1)] = not record and { code = 404, message = "Item was not found." } or nil
  end
  return { status = code, json = answer }
end

--- A new world behind these stubs.
function M.new(http, now)
  local world = worlds.new { now = now }
  http:on("GET", "/{plural}", function(request) return list(world, request) end)
  http:on("GET", "/{plural}/{id}", function(request)
    local object = SINGULAR[request.params.plural]
    return one(world:get(object, request.params.id), object)
  end)
  http:on("GET", "/stats/audit_log", { json = { total = 0, stats = {} } })
  http:on("POST", "/contacts/batch/new", function(request) return batch(world, request, 201) end)
  http:on("PATCH", "/contacts/batch/edit", function(request) return batch(world, request, 200) end)
  http:on("POST", "/companies/new", function(request)
    return one(made(world, "company", "companyname", request.json), "company")
  end)
  http:on("PATCH", "/companies/{id}/edit", function(request)
    return one(world:update("company", request.params.id, request.json), "company")
  end)
  http:on("POST", "/contacts/{id}/dnc/{channel}/{action}", { json = {} })
  return world
end

return M
