--- SuiteCRM's JSON:API (version 8, below `/legacy/Api`). Whatever is wrong, it answers 400.
local html = require "html"
local queries = require "queries"
local rest = require "rest"
local values = require "values"

-- SuiteCRM takes a null for no value and leaves the field as it is. It shows minutes, but it stores and
-- filters seconds.
local M = { modified = "date_modified", null = "" }

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
  return api:read("/V8/meta/fields/" .. object, nil, "data").attributes
end

local function ask(requested, conditions)
  local query = {
    sort = "id", ["page[size]"] = PAGE_SIZE, ["page[number]"] = 1, ["filter[operator]"] = "and",
    [("fields[%s]"):format(requested.name)] =
      table.concat(queries.wanted(requested, ALWAYS[requested.name]), ","),
  }
  for _, condition in ipairs(conditions) do
    query[("filter[%s][%s]"):format(condition[1], condition[2])] = condition[3]
  end
  return values.map(api:read("/V8/module/" .. requested.name, query, "data"), function(record)
    return values.merge(record.attributes, { id = record.id })
  end)
end

--- A page of the records for which all conditions are true, in the order of their ids. One by its id is
-- looked for here as well: asked for alone, what is not there and what may not be seen are a 400 like
-- everything else.
function M.list(requested, conditions)
  local found = ask(requested, conditions)
  local name = conditions[1] and conditions[1][2] == "eq" and conditions[1][3]
  if name and not found[1] and html.encode(name) ~= name then -- SuiteCRM's own pages store texts as HTML
    return ask(requested, { { conditions[1][1], "eq", html.encode(name) } })
  end
  return found
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
