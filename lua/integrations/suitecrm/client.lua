--- SuiteCRM's JSON:API (version 8, below `/legacy/Api`). Whatever is wrong, it answers 400.
local queries = require "queries"
local rest = require "rest"
local values = require "values"

local M = {}

local PAGE_SIZE = config.page_size or 100

-- What is needed of each record, mapped or not.
local ALWAYS = {
  Accounts = { "date_entered", "date_modified" },
  Contacts = { "date_entered", "date_modified", "account_id" },
  Leads = { "date_entered", "date_modified", "status", "contact_id" },
}

local api = rest.client {
  name = "SuiteCRM",
  headers = { ["Content-Type"] = "application/vnd.api+json", Accept = "application/vnd.api+json" },
  reason = function(response) -- `errors` is one object, in some versions a list of them
    local errors = rest.body(response).errors or {}
    return values.present((errors[1] or errors).detail, (errors[1] or errors).title)
  end,
}

--- Why it refused.
M.reason = api.reason

--- The definitions of an object's fields: name -> {type, required ...}.
function M.fields(object)
  return api:read("/V8/meta/fields/" .. object).data.attributes
end

-- The records that pass these filters, in the order of their ids: their values, and their ids among them.
local function list(requested, filters)
  local fields = queries.wanted(requested, ALWAYS[requested.name])
  local query = {
    sort = "id", ["page[size]"] = PAGE_SIZE, ["page[number]"] = 1, ["filter[operator]"] = "and",
    [("fields[%s]"):format(requested.name)] = table.concat(fields, ","),
  }
  for name, value in pairs(filters) do
    query["filter" .. name] = value
  end
  local items = {}
  for index, record in ipairs(api:read("/V8/module/" .. requested.name, query).data) do
    items[index] = values.merge(record.attributes, { id = record.id })
  end
  return items
end

--- A page of a window, after this id; only those that pass these filters, too. SuiteCRM shows minutes, but it
-- stores and filters seconds.
function M.page(requested, after, only)
  local from, to = queries.window(requested)
  return list(requested, values.merge(only or {}, {
    ["[date_modified][gte]"] = from, ["[date_modified][lt]"] = to, ["[id][gt]"] = after,
  }))
end

--- One record; nil if there is none (any more). It is looked for in the list: asked for alone, what is not
-- there and what may not be seen are a 400 like everything else.
function M.one(requested, id)
  return list(requested, { ["[id][eq]"] = id })[1]
end

--- The id of the account with this name; nil if there is none.
function M.account(name)
  local account = list({ name = "Accounts" }, { ["[name][eq]"] = name })[1]
  return account and account.id
end

-- Writing the same twice does no harm: a new record brings its id.
local function write(method, object, id, attributes)
  return api:send(method, "/V8/module", {
    idempotency_key = crypto.uuid(),
    json = { data = { type = object, id = id, attributes = json.object(attributes) } },
  })
end

--- Creates a record with this id.
function M.create(object, id, attributes)
  return write("POST", object, id, attributes)
end

--- Changes a record.
function M.update(object, id, attributes)
  return write("PATCH", object, id, attributes)
end

--- Deletes a record.
function M.delete(object, id)
  return api:send("DELETE", ("/V8/module/%s/%s"):format(object, id))
end

return M
