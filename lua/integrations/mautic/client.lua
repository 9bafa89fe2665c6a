--- Mautic's REST API (below `/api`): lists with conditions, the audit log, single objects, batches.
local consent = require "consent"
local pagination = require "pagination"
local php = require "php"
local queries = require "queries"
local rest = require "rest"
local values = require "values"

local DATES = { date = true, datetime = true, time = true }

-- A date is cleared by null alone: Mautic ignores the empty text, which clears all other fields.
local M = { ids = 40, null = function(type_of) return DATES[type_of] and json.null or "" end }

local PAGE_SIZE = config.page_size or 100
local TIMEOUT = 120 -- a call takes half a second, a batch of 200 twelve
local PLURAL = { contact = "contacts", company = "companies" }
local LOGGED = { contact = "lead", company = "company" } -- what the audit log calls them

-- ---- errors ----

local function failure_of(response)
  return php.at(rest.body(response).errors, 1)
end

local function details_of(failure)
  return failure and type(failure.details) == "table" and failure.details or {}
end

-- The error, with its messages about fields.
local function message_of(failure)
  local parts = { failure and failure.message }
  for field, messages in pairs(details_of(failure)) do
    local message = type(messages) == "table" and messages[1] or messages
    if not (parts[1] or ""):find(message, 1, true) then
      parts[#parts + 1] = ("%s: %s"):format(field, message)
    end
  end
  return table.concat(parts, "; ")
end

-- The names of the fields that it refuses.
local function fields_of(failure)
  local names = {}
  for field in pairs(details_of(failure)) do
    names[#names + 1] = type(field) == "string" and field or nil
  end
  return names
end

local api = rest.client {
  name = "Mautic", timeout = TIMEOUT,
  reason = function(response) return message_of(failure_of(response)) end,
}

--- Why it refused.
M.reason = api.reason

--- The fields that it refused.
function M.refused(response)
  return fields_of(failure_of(response))
end

--- How a value is written: Mautic reads an instant without a zone in its own time zone.
function M.write(value, type_of)
  return type_of == "datetime" and queries.zoned(value) or value
end

-- ---- reading ----

-- A page; lists come as objects keyed by id, without an order.
local function query_of(order, conditions)
  order.limit, order.start = PAGE_SIZE, 0
  return php.where(order, "where", conditions, { "col", "expr", "val" })
end

-- One of the groups of an object's values contains all of them. Companies show no dates.
local function flat(requested, item)
  local fields = values.merge(item.fields.all, { id = item.id })
  fields.changed_at = values.present(item.dateModified, item.dateAdded)
  fields.consent_dates = consent.add(requested, fields, item.doNotContact)
  return fields
end

--- The conditions of a window: modified or, never modified, added. In "orX", columns have their own names.
function M.window(from)
  return { from and { nil, "orX", { { "date_modified", "gte", from }, { "date_added", "gte", from } } } }
end

local function any_of(condition)
  local column, comparison, wanted = table.unpack(condition, 1, 3)
  return comparison ~= "any" and condition
    or { nil, "orX", values.map(wanted, function(value) return { column, "eq", value } end) }
end

--- A page of the objects for which all conditions are true, in the order of their ids. (The `total` may be
-- some seconds old.)
function M.list(requested, conditions)
  local name = PLURAL[requested.name]
  local query = query_of({ orderBy = "id", orderByDir = "asc" }, values.map(conditions, any_of))
  return values.map(php.by_id(api:read("/" .. name, query, name)), function(item)
    return flat(requested, item)
  end)
end

--- One object; nil if it does not exist (any more), false if the user may not see it.
function M.one(requested, id)
  local path = ("/%s/%s"):format(PLURAL[requested.name], id)
  local response = api:send("GET", path)
  if response.status == 403 then
    return false
  elseif response.status == 404 then
    return nil
  end
  return flat(requested, api:member_of("GET " .. path, response, requested.name))
end

--- A contact as Mautic returns it; nil if it is gone.
function M.contact(id)
  return api:find("/contacts/" .. id, nil, "contact")
end

--- The definitions of an object's fields: alias -> {type, label ...}.
function M.fields(object)
  local definitions = {}
  local pages = pagination.by_offset(function(start, limit)
    local query = { start = start, limit = limit, orderBy = "id" }
    return php.by_id(api:read("/fields/" .. object, query, "fields"))
  end, PAGE_SIZE)
  for field in pagination.items(pages) do
    definitions[field.alias] = field
  end
  return definitions
end

--- A page of the audit log, which not every role may read (403, or 200 that says so).
function M.logged(requested, action, after)
  local path = "/stats/audit_log"
  local query = query_of({ ["order[0][col]"] = "id", ["order[0][dir]"] = "asc" }, {
    { "action", "eq", action }, { "object", "eq", LOGGED[requested.name] },
    { "date_added", "gte", (queries.window(requested)) }, after and { "id", "gt", after },
  })
  local response = api:send("GET", path, { query = query })
  local failure = failure_of(response)
  if not failure or failure.code ~= 403 then
    return php.by_id(api:member_of("GET " .. path, response, "stats"))
  elseif action == "delete" then
    log.error(("deletions in Mautic go unnoticed: this user may not read the audit log (%s); let an "
      .. "administrator do it, or say 'deletions = false' in the configuration if that is meant so"):format(
      message_of(failure)))
  end
  return {}
end

-- ---- writing ----

--- Sends a request that may be repeated, unless `once`.
function M.send(method, path, body, once)
  return api:send(method, path, { json = body, idempotency_key = not once and crypto.uuid() or nil })
end

--- Edits an object.
function M.update(object, id, fields)
  return M.send("PATCH", ("/%s/%s/edit"):format(PLURAL[object], id), json.object(fields))
end

--- Deletes an object.
function M.delete(object, id)
  return M.send("DELETE", ("/%s/%s/delete"):format(PLURAL[object], id))
end

--- Writes a whole contact, including the values that are not in `fields`. A PUT to a contact that
-- is gone would create another one.
function M.replace(id, fields)
  local contact = M.contact(id)
  local whole = values.merge(contact and contact.fields.all or {}, fields)
  whole.id = nil
  return contact and M.send("PUT", ("/contacts/%s/edit"):format(id), json.object(whole))
    or { ok = false, status = 404 }
end

--- Creates or edits contacts. The status of the whole says nothing about the items; answers for each of them
-- `{ok=, status=, reason=, fields=, id=}`, or nothing if Mautic failed for all of them (500). New
-- ones without an e-mail would be created a second time if they were sent again.
function M.batch(items, are_new)
  local method, path, once = "PATCH", "/contacts/batch/edit", false
  if are_new then
    method, path = "POST", "/contacts/batch/new"
    for _, item in ipairs(items) do
      once = once or values.is_empty(item.email)
    end
  end
  local response = M.send(method, path, json.array(items), once)
  if response.status == 500 then
    return nil
  end
  local statuses = api:member_of(method .. " " .. path, response, "statusCodes")
  local body, ids, results = rest.body(response), {}, {}
  for index = 1, #items do -- only those that were taken are there, with gaps or without
    ids[#ids + 1] = (php.at(body.contacts, index) or {}).id
  end
  for index, item in ipairs(items) do
    local status = php.at(statuses, index) or 500
    local ok = status < 300
    local failure = not ok and php.at(body.errors, index) or { message = "refused" }
    results[index] = {
      ok = ok, status = status, id = ok and (item.id or values.id(table.remove(ids, 1))) or nil,
      reason = not ok and message_of(failure) or nil, fields = not ok and fields_of(failure) or nil,
    }
  end
  return results
end

return M
