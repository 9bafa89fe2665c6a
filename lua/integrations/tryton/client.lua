--- Tryton's JSON-RPC: calls, what to search for, and instants.
local values = require "values"

local M = {}

M.BATCH_SIZE = 200

local ORGANISATION = config.organisation_category or "Organisation"

-- A party with the parts that are records of their own; relations need the module party_relationship.
local READ = {
  "name", "code", "active", "create_date", "write_date", "_timestamp",
  "contact_mechanisms.type", "contact_mechanisms.value", "contact_mechanisms.active",
  "contact_mechanisms.create_date", "contact_mechanisms.write_date", "contact_mechanisms._timestamp",
  table.unpack(config.employer_relation and {
    "relations.to", "relations.type.name", "relations.create_date", "relations.write_date",
  } or {}),
}

--- Calls a method. Business errors come inside of HTTP 200: nil and `{kind, message}` then. `options`
-- are those of the request.
function M.call(method, params, options)
  options = options or {}
  local response = http.post("/", {
    json = { id = 1, method = "model.party." .. method, params = params },
    idempotency_key = options.idempotency_key, reads = options.reads,
  })
  if response.status ~= 200 then
    error(("%s: Tryton answered %d"):format(method, response.status), 0)
  end
  local body = response:json()
  if body.error == nil then
    return body.result
  end
  local kind, detail = body.error[1], body.error[2]
  local message = type(detail) == "table" and detail[1] or kind .. " " .. tostring(detail)
  return nil, { kind = kind, message = message }
end

--- Calls a method that only reads; the engine may send it again, and sends it for a plan. Errors are
-- raised.
function M.read(method, ...)
  local result, failure = M.call(method, { ... }, { reads = true })
  return failure and error(("%s: Tryton says '%s'"):format(method, failure.message), 0) or result
end

local function to_datetime(instant)
  local datetime_value = { __class__ = "datetime" }
  local parts = { instant:match("^(%d+)-(%d+)-(%d+)T(%d+):(%d+):(%d+)%.?(%d*)") }
  parts[7] = (parts[7] .. "000000"):sub(1, 6)
  for index, name in ipairs { "year", "month", "day", "hour", "minute", "second", "microsecond" } do
    datetime_value[name] = math.tointeger(tonumber(parts[index]))
  end
  return datetime_value
end

--- When a record was changed, or else created; as text, of which the later one is the greater one.
function M.changed_at(record)
  local at = values.present(record.write_date, record.create_date)
  return ("%04d-%02d-%02dT%02d:%02d:%02d.%06dZ"):format(
    at.year, at.month, at.day, at.hour, at.minute, at.second, at.microsecond)
end

-- Never written records have no write_date; parts have dates of their own.
local function changed(from, to)
  from, to = to_datetime(from), to_datetime(to)
  local window = { "OR",
    { { "write_date", ">=", from }, { "write_date", "<", to } },
    { { "write_date", "=", json.null }, { "create_date", ">=", from }, { "create_date", "<", to } },
  }
  return { "OR", window, { "contact_mechanisms", "where", { window } },
    config.employer_relation and { "relations", "where", { window } } or nil }
end

local function of_kind(object)
  local where = object == "organisation" and "where" or "not where"
  return { "categories", where, { { "name", "=", ORGANISATION } } }
end

-- Archived parties included, in the order of the id.
local function search(domain)
  local order = { { "id", "ASC" } }
  return M.read("party.search_read", domain, 0, M.BATCH_SIZE, order, READ, { active_test = false })
end

--- A page of the parties of a kind that were changed in the window (`from` nil: ever), after an id.
function M.changed_page(object, from, to, after)
  return search { of_kind(object), { "id", ">", after }, from and changed(from, to) or nil }
end

--- At most `BATCH_SIZE` parties by id, as far as they exist.
function M.by_ids(ids)
  local numbers = json.array {}
  for index, id in ipairs(ids) do
    numbers[index] = math.tointeger(tonumber(id))
  end
  return search { { "id", "in", numbers } }
end

local function needed(model, name)
  local found = M.read(model .. ".search", { { "name", "=", name } }, 0, 1, json.null, json.object {})
  return found[1] or error(("Tryton has no %s of the name '%s': add it there"):format(model, name), 0)
end

--- Creates parties of a kind: their ids, or nil and the failure.
function M.create(object, records)
  if #records == 0 then
    return {}
  end
  local category = object == "organisation" and needed("category", ORGANISATION)
  for _, record in ipairs(records) do
    record.categories = category and { { "add", { category } } } or nil
  end
  return M.call("party.create", { records, json.object {} })
end

--- For each name of an organisation the relation that makes somebody its employee. Organisations that
-- are not there are made; of several with the same name it is the oldest.
function M.employments(names)
  if #names == 0 then
    return {}
  end
  local type, relations, missing = needed("relation.type", config.employer_relation), {}, {}
  for _, found in ipairs(M.read("party.search_read", { of_kind "organisation", { "name", "in", names } }, 0,
    json.null, { { "id", "DESC" } }, { "name" }, json.object {})) do
    relations[found.name] = { type = type, to = found.id }
  end
  for _, name in ipairs(names) do
    if not relations[name] then
      relations[name] = { type = type }
      missing[#missing + 1] = { name = name }
    end
  end
  local ids, failure = M.create("organisation", missing)
  for index, record in ipairs(missing) do
    relations[record.name].to = ids and ids[index] or error(failure.message, 0)
  end
  return relations
end

return M
