--- Salesforce's REST API, as it is for all objects of an organization: queries, what it describes,
-- collections of records, and what answers say of the day's requests.
-- @module salesforce
local outcomes = require "outcomes"
local queries = require "queries"
local rest = require "rest"
local values = require "values"

local M = { null = json.null }

local PAGE = 2000 -- records of one answer at most
local TRIES = 2 -- the second one without fields that were refused
local LATER = { UNABLE_TO_LOCK_ROW = true, SERVER_UNAVAILABLE = true, REQUEST_LIMIT_EXCEEDED = true }
local GONE = { ENTITY_IS_DELETED = true, NOT_FOUND = true, INVALID_CROSS_REFERENCE_KEY = true }
local NO_FIELD = { INVALID_FIELD_FOR_INSERT_UPDATE = true, INVALID_FIELD = true }

-- ---- requests ----

-- Errors are a list; that of a query that names an unknown column says so in its text only.
local function first_error(response)
  return rest.body(response)[1] or {}
end

local function message_of(failure)
  return failure.errorCode and ("%s: %s"):format(failure.errorCode, failure.message) or failure.message
end

-- Each answer says how many of the day's requests all programs of the organization have used.
local function hear(response)
  local used, all = tostring(response.headers["sforce-limit-info"]):match "api%-usage=(%d+)/(%d+)"
  if used then
    local remaining = math.max(0, tonumber(all) - tonumber(used))
    http.told { bucket = "daily", limit = tonumber(all), remaining = remaining }
  end
end

local api = rest.client {
  name = "Salesforce", heard = hear,
  -- "Forbidden" are also requests beyond those of the day: that is no lack of rights
  status = function(response)
    return response.status == 403 and LATER[first_error(response).errorCode] and 429 or nil
  end,
  reason = function(response) return message_of(first_error(response)) end,
}

--- Why it refused.
M.reason = api.reason

-- ---- whose records these are ----

-- The same id may have 15 characters or 18.
local function same_id(left, right)
  return left ~= nil and right ~= nil and left:sub(1, 15) == right:sub(1, 15)
end

-- The ids of the organization and of our user; asked for once an hour. Another organization than before is an
-- error: its records are others, under ids that the links do not have.
local function identity()
  local key = "identity " .. tostring(config.base_url)
  local known = cache.get(key)
  if not known then
    local url = tostring(values.present(api:read("/").identity) or "")
    known = { organization = url:match "/id/(%w+)/", user = url:match "/id/%w+/(%w+)" }
    local before = config.organization or cache.get "organization"
    if before and known.organization and not same_id(before, known.organization) then
      error(("these are the records of organization %s, and the credentials lead to %s; if that is meant, "
        .. "set 'organization' in the configuration"):format(before, known.organization), 0)
    end
    cache.set("organization", known.organization)
    cache.set(key, known, 3600)
  end
  return known
end

--- Raises an error if the records are those of another organization than before.
function M.check_organization() identity() end

--- Was the last edit of a row made by our own user?
function M.is_own(row)
  return same_id(values.present(row.LastModifiedById), identity().user)
end

-- ---- reading ----

--- A text as a literal of SOQL.
function M.quote(text)
  return "'" .. tostring(text):gsub("[\\']", "\\%0") .. "'"
end

--- An instant as a literal of SOQL: that of an answer has another zone, and a window fractions.
function M.instant(instant)
  return (instant:gsub("%+0000$", "Z"))
end

--- A value as Salesforce takes it: nothing is null, not "".
function M.write(value)
  return value ~= "" and value or json.null
end

--- What describes an object: its fields by their names; asked for once an hour.
function M.describe(object)
  local key = "describe " .. object
  local fields = cache.get(key)
  if not fields then
    fields = {}
    for _, field in ipairs(api:read(("/sobjects/%s/describe"):format(object)).fields) do
      fields[field.name] = {
        label = field.label, type = field.type, createable = field.createable, updateable = field.updateable,
        required = not field.nillable and field.createable and not field.defaultedOnCreate
          and field.type ~= "boolean",
      }
    end
    cache.set(key, fields, 3600)
  end
  return fields
end

--- All records of a query, with those in the recycle bin: Salesforce may give them in several answers,
-- however few were asked for.
function M.query(soql)
  local body, records = api:read("/queryAll", { q = soql }), {}
  while true do
    table.move(body.records, 1, #body.records, #records + 1, records)
    local rest_of_it = not body.done and tostring(body.nextRecordsUrl):match "/query/.+$"
    if not rest_of_it then
      return records
    end
    body = api:read(rest_of_it)
  end
end

--- A page of the records of an object for which all conditions are true, those that were deleted or merged
-- included, in the order of SystemModstamp (which nobody can set) and id, after a place.
-- @tparam string object
-- @tparam table fields names
-- @tparam table conditions texts of SOQL
-- @tparam[opt] string date of the place: SystemModstamp of the last record
-- @tparam[opt] string id of the place
function M.page(object, fields, conditions, date, id)
  local wanted, all = { "Id", "IsDeleted", "SystemModstamp" }, { table.unpack(conditions) }
  table.move(fields, 1, #fields, #wanted + 1, wanted)
  if date then
    local at = M.instant(date)
    all[#all + 1] = ("(SystemModstamp > %s OR (SystemModstamp = %s AND Id > %s))"):format(at, at, M.quote(id))
  end
  local soql = ("SELECT %s FROM %s%s ORDER BY SystemModstamp, Id LIMIT %d"):format(
    table.concat(wanted, ","), object, all[1] and " WHERE " .. table.concat(all, " AND ") or "", PAGE)
  return api:read("/queryAll", { q = soql }).records -- the next page begins after the last one of these
end

--- The records with these ids, at most 200, those that were deleted or merged included; those that are gone
-- for good are missing.
function M.named(object, fields, ids)
  local list = table.concat(values.map(ids, M.quote), ",")
  local wanted = { "Id", "IsDeleted", "SystemModstamp", table.unpack(fields) }
  return M.query(("SELECT %s FROM %s WHERE Id IN (%s)"):format(table.concat(wanted, ","), object, list))
end

--- The ids of what was deleted in the window, also where the recycle bin has been emptied since; nil if the
-- log of deletions does not go back that far, or has too many.
function M.deleted(object, from, to)
  local path, earliest = ("/sobjects/%s/deleted/"):format(object), datetime.add(to, -2, "minutes")
  local start = datetime.compare(from, earliest) < 0 and from or earliest -- it wants a minute at least
  local query = { start = queries.zoned(start), ["end"] = queries.zoned(to) }
  local response = api:send("GET", path, { query = query })
  local code = first_error(response).errorCode
  if code == "EXCEEDED_ID_LIMIT" or code == "INVALID_REPLICATION_DATE" then
    return nil
  end
  local body = api:body_of("GET " .. path, response)
  local available = values.present(body.earliestDateAvailable)
  if available and datetime.compare(M.instant(available), start) > 0 then
    return nil
  end
  return values.map(body.deletedRecords, function(record) return record.id end)
end

--- The id of the first record with this value of a field, letters of either case; nil if there is none.
-- @treturn ?string the id
-- @treturn boolean are there several?
function M.first(object, field, value)
  local rows = M.query(("SELECT Id FROM %s WHERE %s = %s AND IsDeleted = false "
    .. "ORDER BY CreatedDate, Id LIMIT 2"):format(object, field, M.quote(value)))
  return rows[1] and rows[1].Id, rows[2] ~= nil
end

--- The id of the first record with exactly this name; queries compare without regard to the case of letters.
function M.exactly(object, field, value)
  local rows = M.query(("SELECT Id, %s FROM %s WHERE %s = %s AND IsDeleted = false "
    .. "ORDER BY CreatedDate, Id LIMIT 20"):format(field, object, field, M.quote(value)))
  for _, row in ipairs(rows) do
    if row[field] == value then
      return row.Id
    end
  end
  return nil
end

-- ---- writing ----

-- Of several errors the first one counts; fields are named by those that are about fields.
local function result_of(entry)
  local failure = (values.present(entry.errors) or {})[1]
  if entry.success or not failure then
    local done = entry.success == true
    return { ok = done, status = done and 200 or 500, id = values.present(entry.id) }
  end
  local code = failure.statusCode
  return {
    ok = false, code = code, fields = failure.fields, reason = ("%s: %s"):format(code, failure.message),
    status = LATER[code] and 503 or GONE[code] and 404 or 400,
  }
end

-- Fields that this user may not write, by security of fields, are left out for an hour; it is said once.
-- Returns the places of the items that have to be sent again without them.
local function refused_places(object, results)
  local key, places = "not writable " .. object, {}
  local dropped = cache.get(key) or {}
  for index, result in ipairs(results) do
    if result and NO_FIELD[result.code] and values.at(result, "fields.1") then
      places[#places + 1] = index
      for _, name in ipairs(result.fields) do
        if not dropped[name] then
          log.error(("Salesforce does not let this user write '%s.%s', which is left out (%s)"):format(
            object, name, result.reason))
          dropped[name] = true
        end
      end
    end
  end
  if places[1] then
    cache.set(key, json.object(dropped), 3600)
  end
  return places
end

-- What was carried out without some of its fields: they stay as they are here, and people are told.
local function name_left_out(object, items, results)
  local dropped = cache.get("not writable " .. object) or {}
  for index, result in ipairs(results) do
    for name in pairs(result and result.ok and items[index] or {}) do
      if dropped[name] then
        result.left_out = result.left_out or {}
        table.insert(result.left_out, name)
        result.reason = ("this user may not write '%s'"):format(table.concat(result.left_out, "', '"))
      end
    end
  end
end

-- Records that were merged, or leads that were converted, meanwhile: the next report says what became of
-- them, and the change then goes there.
local function follow(object, items, results)
  local ids, places = {}, {}
  for index, result in ipairs(results) do
    local known = items[index].Id
    if known and result and (result.status == 404 or result.code == "CANNOT_UPDATE_CONVERTED_LEAD") then
      ids[#ids + 1], places[known] = known, index
    end
  end
  local converted = object == "Lead" and ",ConvertedContactId" or ""
  for _, row in ipairs(ids[1] and M.named(object, { "MasterRecordId" .. converted }, ids) or {}) do
    if values.present(row.ConvertedContactId, row.MasterRecordId) then
      results[places[row.Id]].status = 503
    end
  end
end

-- Records of one account next to one another: they lock it, and would be in each other's way.
local function by_account(items)
  local places = {}
  for index in ipairs(items) do
    places[index] = index
  end
  local function account(index) return tostring(values.present(items[index].AccountId) or "") end
  table.sort(places, function(left, right)
    return account(left) < account(right) or (account(left) == account(right) and left < right)
  end)
  return places
end

local function post(method, path, object, items)
  local dropped = cache.get("not writable " .. object) or {}
  local records = values.map(items, function(item)
    local record = { attributes = { type = object } }
    for name, value in pairs(item) do
      record[name] = not dropped[name] and value or nil
    end
    return record
  end)
  local response = api:send(method, path, {
    json = { allOrNone = false, records = records },
    idempotency_key = method == "PATCH" and crypto.uuid() or nil,
  })
  if response.ok then
    return outcomes.by_place(items, api:body_of(method .. " " .. path, response), result_of)
  elseif response.status >= 500 then
    return nil
  end
  local failure = first_error(response)
  return outcomes.all(items, {
    ok = false, status = LATER[failure.errorCode] and 503 or response.status, reason = api.reason(response),
  })
end

--- Creates, updates, or, by an external id, makes sure of at most 200 records of one object; a result for
-- each, or nothing if Salesforce failed at all of them.
-- @tparam string object
-- @tparam table items name -> value; known records have an `Id`
-- @tparam ?string external_id the name of the field by which new records are known
function M.send(object, items, external_id)
  M.check_organization()
  local method, path = items[1].Id and "PATCH" or "POST", "/composite/sobjects"
  if not items[1].Id and external_id then
    method, path = "PATCH", ("%s/%s/%s"):format(path, object, external_id)
  end
  local results, places = {}, by_account(items)
  for _ = 1, TRIES do
    local some = values.map(places, function(index) return items[index] end)
    local answers = places[1] and post(method, path, object, some) or {}
    for index, place in ipairs(places) do
      results[place] = answers[index] or results[place] or false
    end
    if places[1] and not answers[1] then
      return nil
    end
    places = refused_places(object, results)
  end
  follow(object, items, results)
  name_left_out(object, items, results)
  return results
end

--- Deletes at most 200 records; a result for each.
function M.delete(ids)
  local path = "/composite/sobjects"
  local response = api:send("DELETE", path, { query = { ids = table.concat(ids, ","), allOrNone = false } })
  if not response.ok then
    return outcomes.all(ids, { ok = false, status = response.status, reason = api.reason(response) })
  end
  return outcomes.by_place(ids, api:body_of("DELETE " .. path, response), function(entry)
    local result = result_of(entry)
    result.status = result.ok and 204 or result.status
    return result
  end)
end

return M
