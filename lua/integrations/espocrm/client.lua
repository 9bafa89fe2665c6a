--- EspoCRM's REST API: lists, single records, and what it says when it refuses.
local crm = require "crm"

local M = {}

-- EspoCRM answers 403 to more.
local PAGE_SIZE = 200

-- What is needed of each record, mapped or not.
local ALWAYS = {
  Account = { "id", "createdAt", "modifiedAt" },
  Contact = { "id", "createdAt", "modifiedAt" },
  Lead = { "id", "createdAt", "modifiedAt", "status", "createdContactId" },
}

--- Why it refused. The body of an error is often empty, the reason is in a header.
function M.reason(response)
  local reason = response.headers["X-Status-Reason"]
  return reason and reason ~= "" and reason or "EspoCRM answered " .. response.status
end

local function read(path, query)
  local response = http.get(path, { query = query })
  if not response.ok and response.status ~= 404 then
    error(("GET %s: EspoCRM answered %d (%s)"):format(path, response.status, M.reason(response)), 0)
  end
  return response.ok and response:json() or nil
end

--- The definitions of an object's fields: name -> {type, required, ...}.
function M.fields(object)
  local path = "/Metadata"
  return read(path, { key = "entityDefs." .. object .. ".fields" })
    or error(("GET %s: EspoCRM knows no '%s'"):format(path, object), 0)
end

--- The records for which all conditions `{type, attribute, value}` are true, in the order of their ids,
-- after the id `after`.
function M.list(object, select, conditions, after)
  local query = { select = table.concat(select, ","), maxSize = PAGE_SIZE, offset = 0, orderBy = "id", order = "asc" }
  conditions = { table.unpack(conditions) }
  conditions[#conditions + 1] = after and { "greaterThan", "id", after }
  for index, condition in ipairs(conditions) do
    local prefix = ("where[%d]"):format(index - 1)
    query[prefix .. "[type]"], query[prefix .. "[attribute]"] = condition[1], condition[2]
    query[prefix .. "[value]"] = condition[3]
  end
  local path = "/" .. object
  local answer = read(path, query) or error(("GET %s: EspoCRM answered 404"):format(path), 0)
  return answer.list
end

--- The conditions of a window. Times are whole seconds: the second in which the window ends belongs to
-- it, and is read again by the next one.
function M.window(requested)
  local ended = datetime.add(requested.to, 999, "milliseconds")
  local conditions = { { "lessThan", "modifiedAt", crm.datetime(ended) } }
  if requested.from then
    conditions[2] = { "greaterThanOrEquals", "modifiedAt", crm.datetime(requested.from) }
  end
  return conditions
end

--- The names of what is read of an object.
function M.select(requested)
  return crm.wanted(requested, ALWAYS[requested.name])
end

--- One record; nil if there is none (any more). Only administrators see deleted ones, marked.
function M.one(object, id)
  local record = read(("/%s/%s"):format(object, id))
  return record and record.deleted ~= true and record or nil
end

--- Creates a record; EspoCRM answers 409 with those it takes for the same, unless `anyway`.
function M.create(object, fields, idempotency_key, anyway)
  return http.post("/" .. object, {
    json = fields,
    headers = anyway and { ["X-Skip-Duplicate-Check"] = "true" } or nil,
    idempotency_key = not anyway and idempotency_key or nil, -- sent twice it is answered 409
  })
end

function M.update(object, id, fields)
  return http.put(("/%s/%s"):format(object, id), { json = fields })
end

function M.delete(object, id)
  return http.delete(("/%s/%s"):format(object, id))
end

return M
