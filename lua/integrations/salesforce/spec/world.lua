--- Salesforce in memory: its answers as stubs, for the contract suite.
local tandem = require "tandem"
local worlds = require "tandem.world"

local M = {
  samples = {
    Account = { Name = "Acme", Phone = "12", BillingCity = "Ulm" },
    Contact = { FirstName = "Ann", LastName = "Ash", Email = "ann@acme.test", Title = "Cook" },
    Lead = { FirstName = "Flo", LastName = "Fink", Email = "flo@fink.test", Company = "Fink Ltd" },
    PersonAccount = { FirstName = "Per", LastName = "Son", PersonEmail = "per@son.test" },
  },
  nullable = { Account = "BillingCity", Contact = "Title", Lead = "Title", PersonAccount = "FirstName" },
  required = { Account = "Name" },
  mapping = tandem.sample("salesforce").mapping,
}

local DESCRIBED = {
  "Id", "IsDeleted", "SystemModstamp", "MasterRecordId", "ConvertedContactId", "IsPersonAccount",
}

-- A SOQL query, as far as the integration uses the language.
local function read_query(soql)
  local query = { object = soql:match " FROM (%w+)", ids = nil }
  query.person = soql:match "IsPersonAccount = (%a+)"
  query.from = soql:match "SystemModstamp >= ([%d:TZ.-]+)"
  query.to = soql:match "SystemModstamp < ([%d:TZ.-]+)"
  query.date, query.after = soql:match "SystemModstamp > ([%d:TZ.-]+) OR .-Id > '([^']+)'"
  query.converted = soql:match "ConvertedContactId != null" ~= nil
  query.field, query.value = soql:match "WHERE ([%w_]+) = '([^']*)'"
  local list = soql:match "Id IN %(([^)]*)%)"
  if list then
    query.ids = {}
    for id in list:gmatch "'([^']*)'" do
      query.ids[#query.ids + 1] = id
    end
  end
  return query
end

local function stamp(record)
  return (tandem.iso(record.changed):gsub("Z$", "+0000"))
end

local function row_of(record)
  local row = {
    attributes = { type = record.object }, Id = record.id, IsDeleted = false, SystemModstamp = stamp(record),
  }
  for name, value in pairs(record.fields) do
    row[name] = value
  end
  return row
end

local function comes_after(record, query)
  local date = query.date and tandem.instant(query.date)
  return not date or record.changed > date or (record.changed == date and record.id > query.after)
end

local function answer(world, request)
  local query = read_query(request.query.q)
  local object = query.person == "true" and "PersonAccount" or query.object
  local found, rows = {}, {}
  local kind = query.field == "PersonEmail" and "PersonAccount" or object
  for _, record in ipairs(world:list(kind, query.from, query.to, query.ids)) do
    found[#found + 1] = (not query.field or record.fields[query.field] == query.value) and record or nil
  end
  if query.ids and object == "Account" then
    table.move(world:list("PersonAccount", nil, nil, query.ids), 1, #query.ids, #found + 1, found)
  end
  table.sort(found, function(a, b)
    return a.changed < b.changed or (a.changed == b.changed and a.id < b.id)
  end)
  for _, record in ipairs(query.converted and {} or found) do
    if #rows < world.page_size and comes_after(record, query) then
      rows[#rows + 1] = row_of(record)
    end
  end
  return { json = { totalSize = #rows, done = true, records = rows } }
end

local function described(name, type, writable)
  return { name = name, type = type, createable = writable, updateable = writable, nillable = true }
end

local function describe(object)
  local fields = {}
  for _, list in ipairs { DESCRIBED, object == "Lead" and { "City" } or {} } do
    for _, name in ipairs(list) do
      fields[#fields + 1] = described(name, "string", false)
    end
  end
  for _, kind in ipairs { object, object == "Account" and "PersonAccount" or nil } do
    for _, field in ipairs(loadfile(tandem.home .. "/lua/integrations/salesforce/spec/fields.lua")()[kind]) do
      fields[#fields + 1] = described(field.name, field.type, true)
    end
  end
  return { json = { fields = fields } }
end

local function write(world, request)
  local results = {}
  for index, item in ipairs(request.json.records) do
    local object = item.PersonEmail and "PersonAccount" or item.attributes.type
    if item.Id and not world:get(object, item.Id) and object == "Account" then
      object = "PersonAccount"
    end
    local id = item.Id
    item.attributes, item.Id, item.Tandem_Id__c = nil, nil, nil
    local record = id and world:update(object, id, item) or not id and world:create(object, item)
    results[index] = record and { id = record.id, success = true, errors = {} }
      or { success = false, errors = { { statusCode = "ENTITY_IS_DELETED", message = "", fields = {} } } }
  end
  return { json = results }
end

--- A new world behind these stubs.
function M.new(http, now)
  local world = worlds.new { now = now }
  http:on("GET", "/queryAll", function(request) return answer(world, request) end)
  http:on("GET", "/sobjects/{object}/describe", function(request)
    return describe(request.params.object)
  end)
  local us = { identity = "https://login.salesforce.com/id/00D000000000001AAA/005000000000001AAA" }
  http:on("GET", "/", { json = us })
  http:on("GET", "/sobjects/{object}/deleted/", { json = { deletedRecords = {} } })
  for _, method in ipairs { "PATCH", "POST" } do
    http:on(method, "/composite/sobjects", function(request) return write(world, request) end)
  end
  return world
end

return M
