--- Tryton's JSON-RPC: calls of methods, domains (what to search for) and instants.
local values = require "values"

local M = {}

M.BATCH_SIZE = 200

--- The type of the relations that say who works where.
M.EMPLOYEE_OF = config.employer_relation or "Employee Of"

local CATEGORY = config.organisation_category or "Organisation"
local PARTY = { "name", "code", "active", "create_date", "write_date", "_timestamp" }
local MECHANISM = { "type", "value", "active", "create_date", "write_date", "_timestamp" }
local RELATION = { "to", "type.name", "create_date", "write_date" }

--- Calls a method. Business errors come inside of HTTP 200: nil and `{kind, message}` then.
function M.call(method, params, idempotency_key)
  local response = http.post("/", {
    json = { id = 1, method = method, params = params }, idempotency_key = idempotency_key,
  })
  if response.status ~= 200 then
    error(("%s: Tryton answered %d"):format(method, response.status), 0)
  end
  local body = response:json()
  if body.error == nil then
    return body.result
  end
  local kind, detail = body.error[1], body.error[2]
  local message = type(detail) == "table" and detail[1] or detail
  return nil, { kind = kind, message = message ~= "" and message or kind }
end

--- Calls a method that only reads; errors are raised.
function M.read(method, ...)
  local result, failure = M.call(method, { ... }, crypto.uuid())
  if failure then
    error(("%s: Tryton answered '%s'"):format(method, failure.message), 0)
  end
  return result
end

-- ---- Instants: Tryton's have microseconds ----

local function to_datetime(instant)
  local parts = { instant:match("^(%d+)-(%d+)-(%d+)T(%d+):(%d+):(%d+)%.?(%d*)") }
  local names = { "year", "month", "day", "hour", "minute", "second", "microsecond" }
  parts[7] = (parts[7] .. "000000"):sub(1, 6)
  local datetime_value = { __class__ = "datetime" }
  for index, name in ipairs(names) do
    datetime_value[name] = math.tointeger(tonumber(parts[index]))
  end
  return datetime_value
end

--- When a record was changed, or else created; as text, so that the later one is the greater one.
function M.changed_at(record)
  local at = values.present(record.write_date, record.create_date)
  return at and ("%04d-%02d-%02dT%02d:%02d:%02d.%06dZ"):format(
    at.year, at.month, at.day, at.hour, at.minute, at.second, at.microsecond)
end

-- ---- Searching ----

-- Never written records have no write_date.
local function changed(from, to)
  from, to = to_datetime(from), to_datetime(to)
  return { "OR",
    { { "write_date", ">=", from }, { "write_date", "<", to } },
    { { "write_date", "=", json.null }, { "create_date", ">=", from }, { "create_date", "<", to } },
  }
end

-- An e-mail address is a record of its own with its own dates, and so is a relation.
local function changed_with_parts(from, to, with_relations)
  local window = changed(from, to)
  return { "OR", window, { "contact_mechanisms", "where", { window } },
    with_relations and { "relations", "where", { window } } or nil }
end

local function of_kind(object)
  return { "categories", object == "organisation" and "where" or "not where", { { "name", "=", CATEGORY } } }
end

local function names_of(with_relations)
  local names = table.move(PARTY, 1, #PARTY, 1, {})
  for _, name in ipairs(MECHANISM) do
    names[#names + 1] = "contact_mechanisms." .. name
  end
  for _, name in ipairs(with_relations and RELATION or {}) do
    names[#names + 1] = "relations." .. name
  end
  return names
end

-- Parties with their mechanisms and relations, archived ones included, by id.
local function search(domain, with_relations)
  return M.read("model.party.party.search_read", domain, 0, M.BATCH_SIZE, { { "id", "ASC" } },
    names_of(with_relations), { active_test = false })
end

--- A page of the parties of a kind that were changed in the window (`from` nil: ever), after an id.
function M.changed_page(object, from, to, after, with_relations)
  local domain = { of_kind(object), { "id", ">", after or 0 } }
  domain[3] = from and changed_with_parts(from, to, with_relations)
  return search(domain, with_relations)
end

--- At most `BATCH_SIZE` parties by id, as far as they exist.
function M.by_ids(ids, with_relations)
  return search({ { "id", "in", ids } }, with_relations)
end

--- The id of the organisation of this name; nil if there is none or more than one.
function M.organisation_named(name)
  local found = M.read("model.party.party.search", { of_kind "organisation", { "name", "=", name } }, 0, 2,
    json.null, json.object {})
  return #found == 1 and found[1] or nil
end

-- The id of a record by its name; it is made if there is none.
local function id_named(model, name)
  local found = M.read(model .. ".search", { { "name", "=", name } }, 0, 1, json.null, json.object {})
  if found[1] then
    return found[1]
  end
  local made, failure = M.call(model .. ".create", { { { name = name } }, json.object {} })
  return made and made[1] or error(("%s '%s': %s"):format(model, name, failure.message), 0)
end

function M.category_id()
  return id_named("model.party.category", CATEGORY)
end

function M.employee_of_id()
  return id_named("model.party.relation.type", M.EMPLOYEE_OF)
end

return M
