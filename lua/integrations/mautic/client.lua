--- Mautic's REST API (below `/api`): lists with conditions, the audit log, batches.
local crm = require "crm"
local pagination = require "pagination"
local values = require "values"

local M = {}

local PAGE_SIZE = 100
local TIMEOUT = 120 -- a call takes half a second, a batch of 200 twelve
local PLURAL = { contact = "contacts", company = "companies" }
local CONDITION = { "col", "expr", "val" }

--- What is wrong, with what it says about fields.
function M.message(failure)
  local parts = { failure.message }
  for field, messages in pairs(type(failure.details) == "table" and failure.details or {}) do
    parts[#parts + 1] = ("%s: %s"):format(field, type(messages) == "table" and messages[1] or messages)
  end
  return table.concat(parts, "; ")
end

local function json_of(response)
  local readable, body = pcall(response.json)
  return readable and type(body) == "table" and body or {}
end

--- Why it refused.
function M.reason(response)
  local errors = json_of(response).errors
  return type(errors) == "table" and errors[1] and M.message(errors[1])
    or "Mautic answered " .. response.status
end

-- Errors may come with 200: then what was asked for is not there.
local function member(response, request, name)
  return response.ok and json_of(response)[name]
    or error(("%s: Mautic answered %d (%s)"):format(request, response.status, M.reason(response)), 0)
end

-- Lists are objects keyed by id, of any order; an empty one may be an array.
local function list(path, query, name)
  local items = {}
  local answer = member(http.get(path, { query = query, timeout = TIMEOUT }), "GET " .. path, name)
  for _, item in pairs(answer) do
    items[#items + 1] = item
  end
  table.sort(items, function(a, b) return tonumber(a.id) < tonumber(b.id) end)
  return items
end

-- Conditions in "orX" know columns by their own names only (date_modified, not dateModified).
local function having(object, conditions, after, minimal)
  conditions[#conditions + 1] = after and { "id", "gt", after }
  local name = PLURAL[object]
  return list("/" .. name, crm.where({
    orderBy = "id", orderByDir = "asc", limit = PAGE_SIZE, start = 0, minimal = minimal and 1 or nil,
  }, "where", conditions, CONDITION), name)
end

-- One of the groups of a contact's values has all of them.
local function flat(item)
  item.fields.all.id = item.id
  return item.fields.all
end

--- A page of what was changed or, never changed, added since `requested.from`, after the id `after`. (Its
-- `total` may be some seconds old: what ends the list is an empty page.)
function M.page(requested, after, minimal)
  local from = crm.datetime(requested.from)
  return having(requested.name, {
    from and { nil, "orX", { { "date_modified", "gte", from }, { "date_added", "gte", from } } },
  }, after, minimal)
end

--- The objects of which a field has one of these values, flat.
function M.with(object, field, wanted)
  local any, found = {}, {}
  for index, value in ipairs(wanted) do
    any[index] = { field, "eq", value }
  end
  for index, item in ipairs(having(object, { { nil, "orX", any } }, nil, true)) do
    found[index] = flat(item)
  end
  return found
end

--- One object; nil if there is none (any more).
function M.one(requested, id)
  local path = ("/%s/%s"):format(PLURAL[requested.name], id)
  local response = http.get(path, { timeout = TIMEOUT })
  return response.status ~= 404 and member(response, "GET " .. path, requested.name) or nil
end

--- Iterates over the definitions of an object's fields.
function M.fields(object)
  return pagination.items(pagination.by_offset(function(offset, limit)
    return list("/fields/" .. object, { start = offset, limit = limit, orderBy = "id" }, "fields")
  end, PAGE_SIZE))
end

--- Iterates over the ids of what was deleted since `requested.from`. Only administrators may read the
-- audit log.
function M.deleted(requested)
  local rows = pagination.items(pagination.by_key(function(after)
    return list("/stats/audit_log", crm.where({
      ["order[0][col]"] = "id", ["order[0][dir]"] = "asc", limit = PAGE_SIZE, start = 0,
    }, "where", {
      { "action", "eq", "delete" },
      { "object", "eq", requested.name == "contact" and "lead" or requested.name },
      { "date_added", "gte", crm.datetime(requested.from) },
      after and { "id", "gt", after },
    }, CONDITION), "stats")
  end, "id"))
  return function()
    local row = rows()
    return row and row.object_id
  end
end

--- Sends what may be sent twice, unless `once`.
function M.send(method, path, body, once)
  return http.request {
    method = method, url = path, json = body, timeout = TIMEOUT,
    idempotency_key = not once and crypto.uuid() or nil,
  }
end

--- Writes a contact as a whole, what it has besides `fields` included: the only way in which Mautic takes a
-- zero (see below). A PUT to a contact that is gone would make another one. Returns the response.
function M.replace(id, fields)
  local contact = M.one({ name = "contact" }, id)
  local whole = values.merge(contact and contact.fields.all or {}, fields)
  whole.id = nil
  return contact and M.send("PUT", ("/contacts/%s/edit"):format(id), json.object(whole))
    or { ok = false, status = 404 }
end

--- Does Mautic silently leave out one of these values when it creates or edits a contact, because it takes
-- it for a number that is zero?
function M.has_zero(fields)
  for _, value in pairs(fields) do
    local number = tonumber(value)
    if value == false or (number and number > -1 and number < 1) then
      return true
    end
  end
  return false
end

--- Creates or updates contacts. The status of the whole says nothing about the items; answers for each of
-- them `{ok=, status=, id=, message=}`.
function M.batch(method, path, items, once)
  local body = M.send(method, path, json.array(items), once)
  local statuses = member(body, method .. " " .. path, "statusCodes")
  body = json_of(body)
  local results, taken = {}, 0
  for index = 1, #items do
    local key = tostring(index - 1) -- in JSON's objects; in its lists the first one is 1
    local status = statuses[index] or 500
    local result = { status = status, ok = status < 300 }
    if result.ok then -- the others are not among the contacts
      taken = taken + 1
      result.id = values.id((body.contacts[key] or body.contacts[taken]).id)
    else
      result.message = M.message(body.errors[key] or body.errors[index] or { message = "refused" })
    end
    results[index] = result
  end
  return results
end

return M
