--- Mautic's REST API (below `/api`): lists with conditions, the audit log, batches.
local crm = require "crm"
local pagination = require "pagination"
local values = require "values"

local M = {}

--- More than 200 in a batch is an HTTP 500; one takes about 60 ms.
M.BATCH_SIZE = 100
local PAGE_SIZE = 100
local TIMEOUT = 120

--- Paths and names in answers.
M.PLURAL = { contact = "contacts", company = "companies" }

--- Why it refused.
function M.reason(response)
  local readable, body = pcall(response.json)
  local first = readable and type(body) == "table" and type(body.errors) == "table" and body.errors[1]
  return first and M.details(first) or "Mautic answered " .. response.status
end

local function checked(response, request)
  local readable, body = pcall(response.json)
  if response.ok and readable and type(body) == "table" and not body.errors then
    return body
  end
  error(("%s: Mautic answered %d (%s)"):format(request, response.status, M.reason(response)), 0)
end

local function get(path, query)
  return checked(http.get(path, { query = query, timeout = TIMEOUT }), "GET " .. path)
end

-- Lists are objects keyed by id, of any order; an empty one may be an array.
local function in_order(list)
  local items = {}
  for _, item in pairs(list) do
    items[#items + 1] = item
  end
  table.sort(items, function(a, b) return tonumber(a.id) < tonumber(b.id) end)
  return items
end

-- Conditions as `where[0][col]=...`. Inside of "orX" Mautic knows columns by their own names only.
local function where(query, place, conditions)
  for index, condition in ipairs(conditions) do
    local prefix = ("%s[%d]"):format(place, index - 1)
    if condition.any then
      query[prefix .. "[expr]"] = "orX"
      where(query, prefix .. "[val]", condition.any)
    else
      query[prefix .. "[col]"], query[prefix .. "[expr]"] = condition[1], condition[2]
      query[prefix .. "[val]"] = condition[3]
    end
  end
  return query
end

local function list(object, conditions, after, minimal)
  conditions[#conditions + 1] = after and { "id", "gt", after }
  local query = { orderBy = "id", orderByDir = "asc", limit = PAGE_SIZE, start = 0, minimal = minimal and 1 or nil }
  local name = M.PLURAL[object]
  -- `total` may be some seconds old: what ends the list is an empty page.
  return in_order(get("/" .. name, where(query, "where", conditions))[name] or error(
    ("GET /%s: there are no '%s' in Mautic's answer"):format(name, name), 0))
end

--- A page of what was changed or, never changed, added since `from`, after the id `after`.
function M.changed(object, from, after, minimal)
  local since = crm.datetime(from)
  return list(object, {
    since and { any = { { "date_modified", "gte", since }, { "date_added", "gte", since } } },
  }, after, minimal)
end

--- The objects of which a field has one of these values (20 of them to a request, for the URL's sake).
function M.having(object, field, wanted)
  local any = {}
  for index, value in ipairs(wanted) do
    any[index] = { field, "eq", value }
  end
  return list(object, { { any = any } }, nil, true)
end

--- The ids of the companies with these names: name -> id. Names that several companies have are left
-- out.
function M.company_ids(names)
  local ids, seen = {}, {}
  for _, company in ipairs(M.having("company", "companyname", names)) do
    local name = values.at(company, "fields.all.companyname")
    if name then
      ids[name] = not seen[name] and values.id(company.id) or nil
      seen[name] = true
    end
  end
  return ids
end

--- One object; nil if there is none (any more).
function M.one(object, id)
  local path = ("/%s/%s"):format(M.PLURAL[object], id)
  local response = http.get(path, { timeout = TIMEOUT })
  return response.status ~= 404 and checked(response, "GET " .. path)[object] or nil
end

--- The definitions of an object's fields.
function M.fields(object)
  local path = "/fields/" .. object
  local all = {}
  for page in pagination.by_offset(function(offset, limit)
    local found = get(path, { start = offset, limit = limit, orderBy = "id", orderByDir = "asc" })
    return in_order(found.fields), tonumber(found.total)
  end, PAGE_SIZE) do
    table.move(page, 1, #page, #all + 1, all)
  end
  return all
end

--- Iterates over the ids of what was deleted since `from`. The audit log is for administrators.
function M.deleted(object, from)
  local path = "/stats/audit_log"
  local rows = pagination.items(pagination.by_key(function(after)
    local query = where({ ["order[0][col]"] = "id", ["order[0][dir]"] = "asc", limit = PAGE_SIZE, start = 0 }, "where", {
      { "action", "eq", "delete" },
      { "date_added", "gte", crm.datetime(from) },
      { "object", "eq", object == "contact" and "lead" or object },
      after and { "id", "gt", after },
    })
    local body = get(path, query)
    return body.stats and in_order(body.stats) or error(
      ("GET %s: Mautic shows no audit log (only administrators see it; 'deletions = false' does without)"):format(path), 0)
  end, "id"))
  return function()
    local row = rows()
    return row and values.id(row.object_id)
  end
end

--- Creates or updates contacts. The status of the whole says nothing about the items; answers for each
-- of them `{status=, id=, message=}`. `again`: may the engine send it twice?
function M.batch(method, path, items, again)
  local response = http.request {
    method = method, url = path, json = json.array(items), timeout = TIMEOUT,
    idempotency_key = again and crypto.uuid() or nil,
  }
  local readable, body = pcall(response.json)
  if not (response.ok and readable and type(body) == "table" and type(body.statusCodes) == "table") then
    error(("%s %s: Mautic answered %d (%s)"):format(method, path, response.status, M.reason(response)), 0)
  end
  local results, made, errors = {}, body.contacts or {}, body.errors or {}
  local taken = 0
  for index = 1, #items do
    local key = tostring(index - 1) -- of JSON objects; lists begin with 1 here
    local status = tonumber(body.statusCodes[index] or body.statusCodes[key])
    local failure = errors[key] or errors[index]
    local contact = nil
    if status and status < 300 then -- only these are among the contacts
      taken = taken + 1
      contact = made[key] or made[taken]
    end
    results[index] = {
      status = status, id = contact and values.id(contact.id), message = failure and M.details(failure) or nil,
    }
  end
  return results
end

--- The message of a refusal, with what it says about fields.
function M.details(failure)
  local parts = { failure.message }
  for field, messages in pairs(type(failure.details) == "table" and failure.details or {}) do
    parts[#parts + 1] = ("%s: %s"):format(field, type(messages) == "table" and messages[1] or messages)
  end
  return #parts > 0 and table.concat(parts, "; ") or "Mautic refused it"
end

--- Creates a company, or updates the one with its name; or updates the one with this id.
function M.save_company(id, fields)
  return http.request {
    method = id and "PATCH" or "POST", url = id and "/companies/" .. id .. "/edit" or "/companies/new",
    json = fields, timeout = TIMEOUT, idempotency_key = crypto.uuid(),
  }
end

--- POSTs what may be sent twice: memberships, do-not-contact.
function M.post(path, body)
  return http.post(path, { json = json.object(body), timeout = TIMEOUT, idempotency_key = crypto.uuid() })
end

function M.delete(object, id)
  return http.delete(("/%s/%s/delete"):format(M.PLURAL[object], id), { timeout = TIMEOUT })
end

return M
