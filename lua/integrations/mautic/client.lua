--- Mautic's REST API (below `/api`): lists with conditions, the audit log, single objects, batches.
local consent = require "consent"
local pagination = require "pagination"
local php = require "php"
local queries = require "queries"
local rest = require "rest"
local values = require "values"

local M = {}

local PAGE_SIZE = 100
local TIMEOUT = 120 -- a call takes half a second, a batch of 200 twelve
local PLURAL = { contact = "contacts", company = "companies" }
local LOGGED = { contact = "lead", company = "company" } -- what the audit log calls them

-- What is wrong, with what it says about fields.
local function message_of(failure)
  local parts = { failure.message }
  for field, messages in pairs(type(failure.details) == "table" and failure.details or {}) do
    parts[#parts + 1] = ("%s: %s"):format(field, type(messages) == "table" and messages[1] or messages)
  end
  return table.concat(parts, "; ")
end

local api = rest.client {
  name = "Mautic", timeout = TIMEOUT,
  reason = function(response)
    local failure = php.at(rest.body(response).errors, 1)
    return failure and message_of(failure)
  end,
}

--- Why it refused.
M.reason = api.reason

-- What is asked for is a member of the answer; errors may come with 200.
local function member(request, response, name)
  return api:body_of(request, response)[name] or api:fail(request, response)
end

local function ask(path, query, conditions, after)
  conditions[#conditions + 1] = after and { "id", "gt", after }
  query.limit, query.start = PAGE_SIZE, 0
  return api:send("GET", path, { query = php.where(query, "where", conditions, { "col", "expr", "val" }) })
end

-- One of the groups of an object's values has all of them.
local function flat(requested, item)
  local fields = values.merge(item.fields.all, { id = item.id })
  fields.changed_at = values.present(item.dateModified, item.dateAdded)
  if type(item.doNotContact) == "table" then
    local reasons = {}
    for _, entry in pairs(item.doNotContact) do
      reasons[entry.channel] = entry.reason
    end
    consent.add(requested, fields, reasons)
  end
  return fields
end

-- Conditions in "orX" know columns by their own names only (date_modified, not dateModified). The `total` may
-- be some seconds old: what ends a list is an empty page.
local function list(requested, conditions, after)
  local name = PLURAL[requested.name]
  local response = ask("/" .. name, { orderBy = "id", orderByDir = "asc" }, conditions, after)
  local items = php.by_id(member("GET /" .. name, response, name))
  for index, item in ipairs(items) do
    items[index] = flat(requested, item)
  end
  return items
end

--- A page of what was changed or, never changed, added since `requested.from`, after the id `after`.
function M.page(requested, after)
  local from = queries.window(requested)
  return list(requested, {
    from and { nil, "orX", { { "date_modified", "gte", from }, { "date_added", "gte", from } } },
  }, after)
end

--- The objects of which a column has one of these values, in the order of their ids.
function M.with(object, column, any)
  local conditions = {}
  for index, value in ipairs(any) do
    conditions[index] = { column, "eq", value }
  end
  return list({ name = object }, { { nil, "orX", conditions } })
end

local function get(object, id)
  local path = ("/%s/%s"):format(PLURAL[object], id)
  local response = api:send("GET", path)
  return response.status ~= 404 and member("GET " .. path, response, object) or nil
end

--- One object; nil if there is none (any more).
function M.one(requested, id)
  local item = get(requested.name, id)
  return item and flat(requested, item)
end

--- Iterates over the definitions of an object's fields.
function M.fields(object)
  return pagination.items(pagination.by_offset(function(offset, limit)
    local query = { start = offset, limit = limit, orderBy = "id" }
    return php.by_id(api:read("/fields/" .. object, query).fields)
  end, PAGE_SIZE))
end

--- What the audit log says of an action since `requested.from`, and if this user may not read it, why: the
-- answer is 403, or 200 with errors.
function M.logged(requested, action)
  local path, rows, denied = "/stats/audit_log", {}, nil
  local query = { ["order[0][col]"] = "id", ["order[0][dir]"] = "asc" }
  for row in pagination.items(pagination.by_key(function(after)
    local response = ask(path, query, {
      { "action", "eq", action }, { "object", "eq", LOGGED[requested.name] },
      { "date_added", "gte", (queries.window(requested)) },
    }, after)
    denied = (response.status == 403 or response.ok and rest.body(response).errors) and api.reason(response)
    return denied and {} or php.by_id(member("GET " .. path, response, "stats"))
  end, "id")) do
    rows[#rows + 1] = row
  end
  return rows, denied
end

--- Sends what may be sent twice, unless `once`.
function M.send(method, path, body, once)
  return api:send(method, path, { json = body, idempotency_key = not once and crypto.uuid() or nil })
end

--- Deletes an object.
function M.delete(object, id)
  return M.send("DELETE", ("/%s/%s/delete"):format(PLURAL[object], id))
end

--- Writes a contact as a whole, what it has besides `fields` included. A PUT to a contact that is gone would
-- make another one. Returns the response.
function M.replace(id, fields)
  local contact = get("contact", id)
  local whole = values.merge(contact and contact.fields.all or {}, fields)
  whole.id = nil
  return contact and M.send("PUT", ("/contacts/%s/edit"):format(id), json.object(whole))
    or { ok = false, status = 404 }
end

--- Creates or edits contacts. The status of the whole says nothing about the items; answers for each of them
-- `{ok=, status=, reason=, id=}`, or nothing if Mautic failed at them all (500).
function M.batch(method, path, items, once)
  local request, response = method .. " " .. path, M.send(method, path, json.array(items), once)
  if response.status == 500 then
    return nil
  end
  local statuses, body = member(request, response, "statusCodes"), rest.body(response)
  local results, ids = {}, {}
  for index = 1, #items do -- only those that were taken are there, with gaps or without
    ids[#ids + 1] = (php.at(body.contacts, index) or {}).id
  end
  for index, item in ipairs(items) do
    local status = php.at(statuses, index) or 500
    local failure = status >= 300 and (php.at(body.errors, index) or { message = "refused" })
    results[index] = {
      ok = not failure, status = status, reason = failure and message_of(failure),
      id = not failure and (item.id or values.id(table.remove(ids, 1))) or nil,
    }
  end
  return results
end

return M
