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

local function checked(response, request)
  if not response.ok then
    error(("%s: SuiteCRM answered %d (%s)"):format(request, response.status, M.reason(response)), 0)
  end
  return response:json()
end

-- A record as the other files want it: its values, and its id among them.
local function flat(record)
  local item = { id = record.id }
  for name, value in pairs(record.attributes) do
    item[name] = value
  end
  return item
end

local function names(requested)
  return table.concat(crm.wanted(requested, ALWAYS[requested.name]), ",")
end

--- The definitions of an object's fields: name -> {type, required, source ...}.
function M.fields(object)
  local path = "/V8/meta/fields/" .. object
  return checked(http.get(path, { headers = HEADERS }), "GET " .. path).data.attributes
end

--- The records for which all `filters` (`["date_modified][gte"] = "..."`) are true, in the order of
-- their ids, after the id `after`.
function M.list(requested, filters, after)
  local query = {
    [("fields[%s]"):format(requested.name)] = names(requested),
    ["filter[operator]"] = "and",
    ["filter[id][gt]"] = after,
    ["page[size]"] = PAGE_SIZE,
    ["page[number]"] = 1,
    sort = "id",
  }
  for name, value in pairs(filters) do
    query[("filter[%s]"):format(name)] = value
  end
  local path = "/V8/module/" .. requested.name
  local items = {}
  for index, record in ipairs(checked(http.get(path, { query = query, headers = HEADERS }), "GET " .. path).data) do
    items[index] = flat(record)
  end
  return items
end

--- The filters of a window. SuiteCRM shows minutes, but it stores and filters seconds; the second in
-- which the window ends belongs to it, and is read again by the next one.
function M.window(requested)
  return {
    ["date_modified][gte"] = requested.from and crm.datetime(requested.from),
    ["date_modified][lt"] = crm.datetime(datetime.add(requested.to, 999, "milliseconds")),
  }
end

--- One record; nil if there is none (any more), which is a 400 like everything else.
function M.one(requested, id)
  local path = ("/V8/module/%s/%s"):format(requested.name, id)
  local query = { [("fields[%s]"):format(requested.name)] = names(requested) }
  local response = http.get(path, { query = query, headers = HEADERS })
  if response.status == 400 and not M.exists(requested.name, id) then
    return nil
  end
  return flat(checked(response, "GET " .. path).data)
end

--- Is there a record with this id?
function M.exists(object, id)
  local path = ("/V8/module/%s/%s"):format(object, id)
  local response = http.get(path, { headers = HEADERS })
  if response.status ~= 400 then
    checked(response, "GET " .. path)
  end
  return response.ok
end

-- Writing the same twice does no harm: a create has an id of its own.
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
  return http.delete(("/V8/module/%s/%s"):format(object, id), { headers = HEADERS })
end

return M
