--- Mautic's REST API (below `/api`): lists with conditions, the audit log, single objects, batches.
local consent = require "consent"
local outcomes = require "outcomes"
local pagination = require "pagination"
local php = require "php"
local queries = require "queries"
local rest = require "rest"
local values = require "values"

local DATES = { date = true, datetime = true, time = true }

-- A date is cleared by null alone: Mautic ignores the empty text, which clears all other fields.
local M = {
  name = "Mautic", ids = 40,
  null = function(type_of) return DATES[type_of] and json.null or "" end,
}

local PAGE_SIZE = config.page_size or 100
local PLURAL = { contact = "contacts", company = "companies" }
local LOGGED = { contact = "lead", company = "company" } -- what the audit log calls them

-- ---- errors ----

-- What an error says, and the names of the fields that it refuses.
local function read_failure(failure)
  local parts, fields = { failure and failure.message }, {}
  for field, messages in pairs(failure and values.present(failure.details) or {}) do
    local message = type(messages) == "table" and messages[1] or messages
    fields[#fields + 1] = type(field) == "string" and field or nil
    if not (parts[1] or ""):find(message, 1, true) then
      parts[#parts + 1] = ("%s: %s"):format(field, message)
    end
  end
  return parts[1] and table.concat(parts, "; "), fields
end

local function failure_of(response)
  return php.at(rest.body(response).errors, 1)
end

local api = rest.client {
  name = M.name, timeout = 120, -- a call takes half a second, a batch of 200 twelve
  reason = function(response) return (read_failure(failure_of(response))) end,
}

--- Why it refused.
M.reason = api.reason

--- The fields that it refused.
function M.refused(response)
  return select(2, read_failure(failure_of(response)))
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
  local item = api:one(("/%s/%s"):format(PLURAL[requested.name], id), nil, requested.name)
  return item and flat(requested, item)
end

--- The object as it was stored: without tags, cut, with "http://".
function M.stored(response, change)
  return { fields = values.at(rest.body(response), change.object .. ".fields.all") }
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
      M.reason(response)))
  end
  return {}
end

-- ---- writing ----

--- Sends a request that may be repeated, unless `once`.
function M.send(method, path, body, once)
  return api:send(method, path, { json = body, idempotency_key = not once and crypto.uuid() or nil })
end

--- Creates a company: its id and the response, as `changes.execute` wants them.
function M.create_company(_, _, fields)
  local response = M.send("POST", "/companies/new", json.object(fields))
  return response.ok and values.id(response:json().company.id) or nil, response
end

--- Edits an object.
function M.update(object, id, fields)
  return M.send("PATCH", ("/%s/%s/edit"):format(PLURAL[object], id), json.object(fields))
end

--- Deletes an object.
function M.delete(object, id)
  return M.send("DELETE", ("/%s/%s/delete"):format(PLURAL[object], id))
end

-- All values as they are written: Mautic shows its instants in UTC, and would read them as its own time.
local function all_of(contact)
  local all = values.merge(contact.fields.all)
  for _, group in pairs(contact.fields) do
    for alias, field in pairs(group) do
      if type(field) == "table" and field.type == "datetime" and not values.is_empty(all[alias]) then
        all[alias] = all[alias] .. "+00:00"
      end
    end
  end
  return all
end

--- Writes a whole contact, including the values that are not in `fields`. A PUT to a contact that
-- is gone would create another one.
function M.replace(id, fields)
  local contact = M.contact(id)
  local whole = values.merge(contact and all_of(contact) or {}, fields)
  whole.id = nil
  return contact and M.send("PUT", ("/contacts/%s/edit"):format(id), json.object(whole))
    or { ok = false, status = 404 }
end

--- Mautic ignores a zero (also the text "0") when it creates or edits a contact.
function M.is_zero(value)
  local number = tonumber(value)
  return number and number > -1 and number < 1
end

--- Creates or edits contacts. The status of the whole says nothing about the items; answers for each of them
-- as `changes.settle_result` takes it, or nothing if Mautic failed for all of them (500). New ones without
-- an e-mail would be created a second time if they were sent again.
function M.batch(items, are_new)
  local method, path, once = "PATCH", "/contacts/batch/edit", nil
  if are_new then
    method, path = "POST", "/contacts/batch/new"
    once = values.map(items, function(item) return values.is_empty(item.email) or nil end)[1]
  end
  local response = M.send(method, path, json.array(items), once)
  if response.status == 500 then
    return nil
  end
  local statuses = api:member_of(method .. " " .. path, response, "statusCodes")
  local body, contacts = response:json(), {}
  for index = 1, #items do -- by their places and ids; only those that were taken, with gaps or without
    local contact = php.at(body.contacts, index)
    if contact then
      contacts[#contacts + 1], contacts[values.id(contact.id)] = contact, contact
    end
  end
  return outcomes.by_place(items, statuses, function(status, item, index)
    if status >= 300 then
      local reason, fields = read_failure(php.at(body.errors, index))
      return { ok = false, status = status, reason = reason or "refused", fields = fields }
    end
    local contact = item.id and (contacts[item.id] or {}) or table.remove(contacts, 1)
    local stored = values.merge(values.at(contact, "fields.all") or {})
    for name, value in pairs(item) do
      local follows = name == "company" or M.is_zero(value)
      stored[name] = not follows and stored[name] or nil
    end
    return { ok = true, status = status, id = item.id or values.id(contact.id), stored = stored }
  end)
end

return M
