--- EspoCRM's REST API: lists, single records, and what it says when it refuses.
local crm = require "crm"

local M = {}

local PAGE_SIZE = 200 -- EspoCRM answers 403 to more

-- What is needed of each record, mapped or not.
local ALWAYS = { "id", "createdAt", "modifiedAt" }
local ALWAYS_OF_LEADS = { "id", "createdAt", "modifiedAt", "status", "createdContactId" }

--- Why it refused. The body of an error is often empty, the reason is in a header.
function M.reason(response)
  local reason = response.headers["X-Status-Reason"]
  return reason and reason ~= "" and reason or "EspoCRM answered " .. response.status
end

-- nil if there is nothing at this path.
local function read(path, query)
  local response = http.get(path, { query = query })
  if not response.ok and response.status ~= 404 then
    error(("GET %s: EspoCRM answered %d (%s)"):format(path, response.status, M.reason(response)), 0)
  end
  return response.ok and response:json() or nil
end

local function read_or_raise(path, query)
  return read(path, query) or error(("GET %s: EspoCRM answered 404"):format(path), 0)
end

--- The definitions of an object's fields: name -> {type, required ...}.
function M.fields(object)
  return read_or_raise("/Metadata", { key = ("entityDefs.%s.fields"):format(object) })
end

--- The records for which all conditions `{type, attribute, value}` are true, in the order of their ids,
-- after the id `after`.
function M.list(object, select, conditions, after)
  conditions[#conditions + 1] = after and { "greaterThan", "id", after }
  local query = {
    select = table.concat(select, ","), maxSize = PAGE_SIZE, offset = 0, orderBy = "id", order = "asc",
  }
  crm.where(query, "where", conditions, { "type", "attribute", "value" })
  return read_or_raise("/" .. object, query).list
end

local function select_of(requested)
  return crm.wanted(requested, requested.name == "Lead" and ALWAYS_OF_LEADS or ALWAYS)
end

--- A page of a window. Times are whole seconds: the second in which the window ends belongs to it, and
-- is read again by the next one.
function M.page(requested, after)
  local ended = crm.datetime(datetime.add(requested.to, 999, "milliseconds"))
  return M.list(requested.name, select_of(requested), {
    { "lessThan", "modifiedAt", ended },
    requested.from and { "greaterThanOrEquals", "modifiedAt", crm.datetime(requested.from) },
  }, after)
end

--- A page of the leads that were converted since the window begins.
function M.converted(requested, after)
  return M.list(requested.name, select_of(requested), {
    { "equals", "status", "Converted" },
    { "greaterThanOrEquals", "modifiedAt", crm.datetime(requested.from) },
  }, after)
end

--- One record; nil if there is none (any more). Only administrators see deleted ones, marked.
function M.one(requested, id)
  local record = read(("/%s/%s"):format(requested.name, id))
  return record and record.deleted ~= true and record or nil
end

--- Creates a record; answered 409 with those that EspoCRM takes for the same, unless `anyway`. So it does
-- no harm to send it twice.
function M.create(object, fields, idempotency_key, anyway)
  return http.post("/" .. object, {
    json = json.object(fields), idempotency_key = not anyway and idempotency_key or nil,
    headers = anyway and { ["X-Skip-Duplicate-Check"] = "true" } or nil,
  })
end

function M.update(object, id, fields)
  return http.put(("/%s/%s"):format(object, id), { json = json.object(fields) })
end

function M.delete(object, id)
  return http.delete(("/%s/%s"):format(object, id))
end

return M
