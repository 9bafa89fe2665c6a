--- Cyrus in memory: its answers as stubs, for the contract suite. Its states are instants.
local tandem = require "tandem"
local worlds = require "tandem.world"

local M = {
  samples = {
    contact = {
      firstName = "Ann", lastName = "Ash", company = "Acme", birthday = "1990-02-28",
      email = "ann@acme.test", phone_mobile = "+44 1", locality = "Leeds",
    },
  },
  nullable = { contact = "birthday" },
  ids = { "7cgp9jhnndhopq897tqetvzj", "007" },
  tokens = true,
  reads_by_post = true,
  mapping = tandem.sample("jmap").mapping,
}

-- The fields that are entries of lists: list, type of the entry, member.
local PLACES = {
  email = { "emails", "work", "value" },
  phone_mobile = { "phones", "mobile", "value" },
  locality = { "addresses", "home", "locality" },
}
local TEXTS = { "firstName", "lastName", "company" }

local function contact_of(record)
  local contact = { id = record.id, uid = record.id, emails = {}, phones = {}, addresses = {}, online = {} }
  for name, value in pairs(record.fields) do
    local place = PLACES[name]
    if place and value ~= tandem.null then
      contact[place[1]][1] = { type = place[2], [place[3]] = value }
    elseif not place then
      contact[name] = value ~= tandem.null and value or ""
    end
  end
  if contact.birthday == "" then
    contact.birthday = "0000-00-00"
  end
  return contact
end

local function fields_of(members)
  local fields = {}
  for _, name in ipairs(TEXTS) do
    fields[name] = members[name]
  end
  fields.birthday = members.birthday ~= "0000-00-00" and members.birthday or members.birthday and tandem.null
  for name, place in pairs(PLACES) do
    local list = members[place[1]]
    fields[name] = list and (list[1] and list[1][place[3]] or tandem.null)
  end
  return fields
end

local function state_of(world)
  local state = 0
  for _, record in ipairs(world:list "contact") do
    state = math.max(state, record.changed)
  end
  return ("%d"):format(state)
end

local METHODS = {
  ["Contact/changes"] = function(world, arguments)
    if not tonumber(arguments.sinceState) then
      return nil, "invalidArguments"
    end
    local updated = {}
    for _, record in ipairs(world:list "contact") do
      updated[#updated + 1] = record.changed > tonumber(arguments.sinceState) and record.id or nil
    end
    return {
      created = {}, updated = updated, destroyed = {},
      oldState = arguments.sinceState, newState = state_of(world),
    }
  end,
  ["Contact/query"] = function(world, arguments)
    local records, ids = world:list "contact", {}
    table.sort(records, function(left, right) return left.id < right.id end)
    for _, record in ipairs(records) do
      local fits = (not arguments.anchor or record.id > arguments.anchor) and #ids < world.page_size
      ids[#ids + 1] = fits and record.id or nil
    end
    return { ids = ids }
  end,
  ["Contact/get"] = function(world, arguments)
    local list, missing = {}, {}
    for _, id in ipairs(arguments.ids) do
      local record = world:get("contact", id)
      table.insert(record and list or missing, record and contact_of(record) or id)
    end
    return { state = state_of(world), list = list, notFound = missing }
  end,
  ["Contact/set"] = function(world, arguments)
    local result = { created = {}, updated = {}, notUpdated = {}, destroyed = {} }
    if arguments.ifInState ~= state_of(world) then
      return nil, "stateMismatch"
    end
    for key, members in pairs(arguments.create) do
      world:put("contact", members.uid, fields_of(members))
      result.created[key] = { id = members.uid }
    end
    for id, members in pairs(arguments.update) do
      if not world:update("contact", id, fields_of(members)) then
        result.notUpdated[id] = { type = "notFound" }
      end
    end
    for _, id in ipairs(arguments.destroy) do
      world:delete("contact", id)
    end
    result.newState = state_of(world)
    return result
  end,
}

-- Replaces a back reference by the ids of an earlier result.
local function resolve(arguments, responses)
  local reference = arguments["#ids"]
  if reference then
    arguments.ids = responses[1][2][reference.path:sub(2)]
  end
  return arguments
end

--- A new world behind these stubs.
function M.new(http, now)
  local world = worlds.new { now = now }
  http:on("POST", "/", function(request)
    local responses = {}
    for index, call in ipairs(request.json.methodCalls) do
      local result, failure = METHODS[call[1]](world, resolve(call[2], responses))
      responses[index] = result and { call[1], result, call[3] } or { "error", { type = failure }, call[3] }
    end
    return { json = { methodResponses = responses } }
  end)
  return world
end

return M
