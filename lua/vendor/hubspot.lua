--- HubSpot's CRM API, as it is for objects of all kinds: lists, the search, batches, owners, and what
-- answers say of rates.
-- @module hubspot
local batch = require "batch"
local outcomes = require "outcomes"
local rest = require "rest"
local values = require "values"

local M = { null = "", write = function(value) return value end }

--- The version of the API; each lives for at least 18 months.
M.VERSION = config.api_version or "2026-09"

local STATUS = { OBJECT_NOT_FOUND = 404, RATE_LIMITS = 429, MISSING_SCOPES = 403 } -- others are 400

-- ---- requests ----

local function message_of(failure)
  return failure.message and failure.correlationId
    and ("%s (correlation %s)"):format(failure.message, failure.correlationId) or failure.message
end

-- Every answer but that of the search says what is left of the rates.
local function hear(response)
  local headers = response.headers
  local function number(name) return tonumber(headers["x-hubspot-ratelimit-" .. name]) end
  local interval = number "interval-milliseconds"
  if interval and number "remaining" then
    http.told { limit = number "max", remaining = number "remaining", resets_in = interval / 1000 }
  end
  if number "daily-remaining" then
    http.told { bucket = "daily", limit = number "daily", remaining = number "daily-remaining" }
  end
end

local api = rest.client {
  name = "HubSpot", heard = hear,
  -- an account that is being moved elsewhere is locked for that long
  status = function(response) return response.status == 477 and 423 or nil end,
  reason = function(response) return message_of(rest.body(response)) end,
  -- Retry-After is not promised
  waits = { policyName = { SECONDLY = 1, TEN_SECONDLY_ROLLING = 10, DAILY = 3600 } },
}

--- Why it refused.
M.reason = api.reason

--- A value as HubSpot takes it: always a text.
function M.text(value)
  if type(value) == "table" then
    return table.concat(value, ";")
  end
  return type(value) == "number" and values.id(value) or tostring(value)
end

local function objects(object, rest_of_path)
  return ("/crm/objects/%s/%s%s"):format(M.VERSION, object, rest_of_path or "")
end

--- What a POST that only asks answers; 207 says that some were not found. If anything else is wrong with
-- some, nothing is known of them, and no answer is one.
function M.ask(path, body, costs)
  local request, options = "POST " .. path, { json = body, reads = true, costs = costs }
  local answer = api:body_of(request, api:send("POST", path, options))
  for _, failure in ipairs(values.present(answer.errors) or {}) do
    if failure.category ~= "OBJECT_NOT_FOUND" then
      error(("%s: HubSpot failed at some of what was asked for (%s)"):format(request, message_of(failure)), 0)
    end
  end
  return answer
end

-- ---- reading ----

--- A page of all records in the order of their ids, and where the next one begins.
function M.list(object, properties, after, archived)
  local body = api:read(objects(object), {
    limit = 100, after = after, archived = archived, properties = table.concat(properties, ","),
  })
  return body.results, values.at(body, "paging.next.after")
end

--- The ids of a page of the records that were modified in the window, after this id. No page is asked for
-- by its number, of which there are 10,000 records at most: each is the first one of a search of its
-- own.
function M.search(object, from, to, after)
  local date = object == "contacts" and "lastmodifieddate" or "hs_lastmodifieddate"
  local function milliseconds(instant) return ("%d"):format(datetime.to_epoch_ms(instant)) end
  local filters = {
    { propertyName = date, operator = "BETWEEN", value = milliseconds(from), highValue = milliseconds(to) },
    after and { propertyName = "hs_object_id", operator = "GT", value = after } or nil,
  }
  local body = M.ask(objects(object, "/search"), {
    filterGroups = { { filters = filters } }, sorts = { "hs_object_id" }, limit = 200, after = "0",
    properties = json.array {},
  }, { search = 1 })
  return values.map(body.results, function(item) return item.id end)
end

--- The id of the oldest record with exactly this value of a property (the search finds it in other
-- letters as well); nil if there is none, or the search does not yet know it.
function M.first(object, property, value)
  local filter = { propertyName = property, operator = "EQ", value = value }
  local body = M.ask(objects(object, "/search"), {
    filterGroups = { { filters = { filter } } }, sorts = { "hs_object_id" }, limit = 20, after = "0",
    properties = { property },
  }, { search = 1 })
  for _, record in ipairs(body.results) do
    if record.properties[property] == value then
      return record.id
    end
  end
  return nil
end

--- The records with these ids as they are now, which the search may not yet know; those that are gone are
-- missing.
function M.read(object, ids, properties)
  local found = {}
  for some in batch.of(100, ids) do
    local inputs = values.map(some, function(id) return { id = id } end)
    local body = M.ask(objects(object, "/batch/read"),
      { inputs = inputs, properties = properties, propertiesWithHistory = json.array {} })
    table.move(body.results, 1, #body.results, #found + 1, found)
  end
  return found
end

-- The newest version of a property was written by Tandem, if the operator says what HubSpot calls it.
local function is_own(version)
  return version.sourceType == "INTEGRATION" and config.source_id ~= nil
    and values.id(version.sourceId) == values.id(config.source_id)
end

--- When properties of records were set last: id -> name -> instant. More than records themselves it costs a
-- request for 50.
-- @treturn table the dates
-- @treturn table id -> list of the properties that Tandem itself set last
function M.dates(object, ids, properties)
  local found, own = {}, {}
  for some in batch.of(50, ids) do
    local inputs = values.map(some, function(id) return { id = id } end)
    local body = M.ask(objects(object, "/batch/read"),
      { inputs = inputs, properties = json.array {}, propertiesWithHistory = properties })
    for _, item in ipairs(body.results) do
      local dates, written = {}, {}
      for name, versions in pairs(values.present(item.propertiesWithHistory) or {}) do
        local newest = versions[1]
        dates[name] = newest and newest.timestamp
        written[#written + 1] = newest and is_own(newest) and name or nil
      end
      found[item.id], own[item.id] = dates, written
    end
  end
  return found, own
end

--- A record by its id; nil if there is none. A record that was merged into another one is answered with
-- that other one.
function M.one(object, id)
  return api:find(objects(object, "/" .. id))
end

--- The id of the record that has this value of a unique property; nil if there is none.
function M.known(object, property, value)
  local body = M.ask(objects(object, "/batch/read"), {
    inputs = { { id = value } }, idProperty = property,
    properties = json.array {}, propertiesWithHistory = json.array {},
  })
  return body.results[1] and body.results[1].id
end

--- The definitions of an object's properties.
function M.properties(object)
  return api:read(("/crm/properties/%s/%s"):format(M.VERSION, object), { archived = false }).results
end

--- The owners: id -> e-mail; asked for once an hour.
function M.owners()
  local owners, after = cache.get "owners", nil
  if not owners then
    owners = {}
    repeat
      local body = api:read("/crm/owners/" .. M.VERSION, { limit = 100, after = after })
      for _, owner in ipairs(body.results) do
        owners[owner.id] = values.present(owner.email)
      end
      after = values.present(values.at(body, "paging.next.after"))
    until not after
    cache.set("owners", owners, 3600)
  end
  return owners
end

-- ---- writing ----

-- The fields that a refusal names; nil if it names none.
local function refused_fields(failure)
  local names = {}
  for _, detail in ipairs(values.present(failure.errors) or {}) do
    names[#names + 1] = values.at(detail, "context.propertyName.1")
  end
  return names[1] and names or nil
end

local function results_of(items, body)
  return outcomes.by_key(items, {
    key = function(item) return item.objectWriteTraceId end,
    done = body.results, done_key = function(entry) return entry.objectWriteTraceId end,
    done_result = function(entry) return { ok = true, status = 200, id = entry.id } end,
    failed = body.errors,
    failed_keys = function(entry) return values.at(entry, "context.objectWriteTraceId") or {} end,
    failed_result = function(entry)
      return {
        ok = false, status = STATUS[entry.category] or 400, reason = message_of(entry),
        fields = refused_fields(entry),
        existing = entry.category == "CONFLICT" and tostring(entry.message):match "Existing ID: (%d+)" or nil,
      }
    end,
  })
end

--- Sends a batch, "create", "update" or "upsert"; a result for each item, or nothing if HubSpot failed at
-- all of them, or refused all because of one.
function M.batch(object, verb, items)
  local response = api:send("POST", objects(object, "/batch/" .. verb), {
    json = { inputs = items }, idempotency_key = verb ~= "create" and crypto.uuid() or nil,
  })
  if response.ok then
    return results_of(items, response:json())
  elseif response.status >= 500 or (response.status == 400 and #items > 1) then
    return nil
  end
  return outcomes.all(items, { ok = false, status = response.status, reason = api.reason(response) })
end

--- Sends a POST that may be sent twice; returns the response.
function M.post(path, body)
  return api:send("POST", path, { json = body, idempotency_key = crypto.uuid() })
end

-- What is known there becomes what is new here; what is empty here stays there. Whoever belongs to somebody
-- else here is not written to.
local function edit_existing(object, items, results, claimed)
  local edits, places = {}, {}
  for index, result in ipairs(results) do
    local taken = result and result.existing and claimed(index, result.existing)
    if taken then
      result.reason = taken
    elseif result and result.existing then
      local known = {}
      for name, value in pairs(items[index].properties) do
        known[name] = value ~= "" and value or nil
      end
      places[#places + 1] = index
      edits[#edits + 1] = {
        id = result.existing, properties = json.object(known),
        objectWriteTraceId = items[index].objectWriteTraceId,
      }
    end
  end
  for index, result in ipairs(edits[1] and M.batch(object, "update", edits) or {}) do
    results[places[index]] = result
  end
end

--- Creates records, or updates those that are there; results as of `batch`. A contact whose e-mail is known
-- becomes that one.
-- @tparam string object
-- @tparam table items as `item` makes them
-- @tparam boolean are_new
-- @tparam function claimed `claimed(index, id)`: why the item at this index must not be written to the record
-- that is there already; nil if it may
function M.send(object, items, are_new, claimed)
  local verb = not are_new and "update" or items[1].idProperty and "upsert" or "create"
  local results = M.batch(object, verb, items)
  if results and are_new then
    edit_existing(object, items, results, claimed)
  end
  return results
end

--- What is sent for a change; a new record gets a key by which HubSpot tells creates from one another, if
-- there is a property for it.
-- @param change
-- @tparam table properties
-- @tparam ?string key the name of a unique property
function M.item(change, properties, key)
  local item = { id = change.object_id, properties = properties, objectWriteTraceId = crypto.uuid() }
  if not change.object_id and key then
    item.id, item.idProperty = change.idempotency_key, key
  elseif not change.object_id then
    item.associations = json.array {}
  end
  return item
end

--- Archives records; a result for each.
function M.archive(object, ids)
  local inputs = values.map(ids, function(id) return { id = id } end)
  local response = M.post(objects(object, "/batch/archive"), { inputs = inputs })
  return outcomes.all(ids, { ok = response.ok, status = response.status, reason = api.reason(response) })
end

return M
