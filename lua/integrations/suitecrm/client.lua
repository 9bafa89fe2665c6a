--- SuiteCRM's JSON:API (version 8, below `/legacy/Api`). Whatever is wrong, it answers 400.
local crm = require "crm"

local M = {}

local PAGE_SIZE = config.page_size or 100

-- What is needed of each record, mapped or not.
local ALWAYS = {
  Accounts = { "date_entered", "date_modified" },
  Contacts = { "date_entered", "date_modified", "account_id" },
  Leads = { "date_entered", "date_modified", "status", "contact_id" },
}

local HEADERS = { ["Content-Type"] = "application/vnd.api+json", Accept = "application/vnd.api+json" }

--- Why it refused: `errors` is one object, not a list.
function M.reason(response)
  local readable, body = pcall(response.json)
  local errors = readable and type(body) == "table" and body.errors or {}
  return errors.detail or errors.title or "SuiteCRM answered " .. response.status
end

local function get(path, query, missing_is_nil)
  local response = http.get(path, { query = query, headers = HEADERS })
  if response.status == 400 and missing_is_nil then
    return nil
  elseif not response.ok then
    error(("GET %s: SuiteCRM answered %d (%s)"):format(path, response.status, M.reason(response)), 0)
  end
  return response:json().data
end

local function path_of(object, id)
  return ("/V8/module/%s/%s"):format(object, id)
end

-- The name of the parameter, and its value.
local function fields_of(requested)
  local names = crm.wanted(requested, ALWAYS[requested.name])
  return ("fields[%s]"):format(requested.name), table.concat(names, ",")
end

-- A record with its values, and its id among them.
local function flat(record)
  local item = { id = record.id }
  for name, value in pairs(record.attributes) do
    item[name] = value
  end
  return item
end

local function list(requested, query, after)
  local name, wanted = fields_of(requested)
  query[name], query["filter[operator]"], query["filter[id][gt]"] = wanted, "and", after
  query.sort, query["page[size]"], query["page[number]"] = "id", PAGE_SIZE, 1
  local items = {}
  for index, record in ipairs(get("/V8/module/" .. requested.name, query)) do
    items[index] = flat(record)
  end
  return items
end

--- The definitions of an object's fields: name -> {type, required ...}.
function M.fields(object)
  return get("/V8/meta/fields/" .. object).attributes
end

--- A page of a window. SuiteCRM shows minutes, but it stores and filters seconds; the second in which the
-- window ends belongs to it, and is read again by the next one.
function M.page(requested, after)
  return list(requested, {
    ["filter[date_modified][gte]"] = requested.from and crm.datetime(requested.from),
    ["filter[date_modified][lt]"] = crm.datetime(datetime.add(requested.to, 999, "milliseconds")),
  }, after)
end

--- A page of the leads that were converted since the window begins.
function M.converted(requested, after)
  return list(requested, {
    ["filter[status][eq]"] = "Converted",
    ["filter[date_modified][gte]"] = crm.datetime(requested.from),
  }, after)
end

--- Is there a record with this id? That there is none is a 400 like everything else.
function M.exists(object, id)
  return get(path_of(object, id), nil, true) ~= nil
end

--- One record; nil if there is none (any more).
function M.one(requested, id)
  local name, wanted = fields_of(requested)
  return M.exists(requested.name, id) and flat(get(path_of(requested.name, id), { [name] = wanted })) or nil
end

-- Writing the same twice does no harm: a new record brings its id.
local function write(method, object, id, attributes)
  return http.request {
    method = method, url = "/V8/module", headers = HEADERS, idempotency_key = crypto.uuid(),
    json = { data = { type = object, id = id, attributes = json.object(attributes) } },
  }
end

function M.create(object, id, attributes)
  return write("POST", object, id, attributes)
end

function M.update(object, id, attributes)
  return write("PATCH", object, id, attributes)
end

function M.delete(object, id)
  return http.delete(path_of(object, id), { headers = HEADERS })
end

return M
