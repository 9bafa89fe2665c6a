--- SuiteCRM's JSON:API (version 8, below `/legacy/Api`).
local html = require "html"
local parallel = require "parallel"
local queries = require "queries"
local rest = require "rest"
local values = require "values"

local NUMBERS = { int = true, float = true, double = true }

-- SuiteCRM ignores null and leaves the field as it is; an empty text clears it, but an empty boolean
-- becomes 0. Older versions make 0 of an empty number, too: the answer shows it, so it is told as not kept.
-- SuiteCRM shows minutes, but it stores and filters seconds.
local M = {
  modified = "date_modified",
  null = function(type_of) return type_of ~= "boolean" and "" or nil end,
  plain = html.decode,
}

local PAGE_SIZE = config.page_size or 100

-- The fields needed from each record, mapped or not.
local ALWAYS = {
  Accounts = { "date_entered", "date_modified" },
  Contacts = { "date_entered", "date_modified", "account_id" },
  Leads = { "date_entered", "date_modified", "status", "contact_id" },
}

-- `errors` is one object, in some versions a list of them.
local function reason(response)
  local errors = rest.body(response).errors or {}
  return values.present((errors[1] or errors).detail, (errors[1] or errors).title)
end

-- Whatever is wrong, it answers 400: the message says what other APIs would. A 404 is a wrong address.
local function status(response)
  local message = response.status == 400 and reason(response) or ""
  return message:find "AccessDenied" and 403 or message:find "with id %S+ is not found" and 410 or nil
end

local api = rest.client {
  name = "SuiteCRM", reason = reason, status = status, missing = 410,
  headers = { ["Content-Type"] = "application/vnd.api+json", Accept = "application/vnd.api+json" },
}

--- Why it refused.
M.reason = api.reason

--- The definitions of an object's fields: name -> {type, required ...}.
function M.fields(object)
  return api:read("/V8/meta/fields/" .. object, nil, "data").attributes
end

local function flat(record)
  return values.merge(record.attributes, { id = record.id })
end

local function query_of(requested, more)
  return values.merge(more, {
    [("fields[%s]"):format(requested.name)] =
      table.concat(queries.wanted(requested, ALWAYS[requested.name]), ","),
  })
end

local function ask(requested, conditions)
  local query = query_of(requested, {
    sort = "id", ["page[size]"] = PAGE_SIZE, ["page[number]"] = 1, ["filter[operator]"] = "and",
  })
  for _, condition in ipairs(conditions) do
    query[("filter[%s][%s]"):format(condition[1], condition[2])] = condition[3]
  end
  return values.map(api:read("/V8/module/" .. requested.name, query, "data"), flat)
end

--- One record; nil if it is gone, false if the user may not see it.
function M.one(requested, id)
  local path = ("/V8/module/%s/%s"):format(requested.name, id)
  local record = api:one(path, query_of(requested, {}), "data")
  return record and flat(record)
end

--- The record as it was stored: cut, without what can't be kept, and with an old e-mail address.
function M.stored(response)
  return { fields = rest.body(response).data.attributes }
end

--- A page of the records for which all conditions are true, in the order of their ids.
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

--- A function that writes values as the API's user writes them: SuiteCRM reads 4.75 as 475 if its
-- decimal separator is a comma. The separator is requested once, if there is such a number.
function M.writer()
  local separator = parallel.once(function()
    local user = api:read("/V8/current-user", nil, "data").id
    local preferences = api:read("/V8/user-preferences/" .. user, nil, "data").attributes
    return values.present((preferences.global or preferences).dec_sep) or "."
  end)
  return function(value, type_of)
    if type_of == "datetime" then
      return queries.datetime(value)
    elseif not NUMBERS[type_of] or not tostring(value):find(".", 1, true) then
      return value
    end
    return (value:gsub("%.", separator()))
  end
end

--- Deletes a record.
function M.delete(object, id)
  return api:send("DELETE", ("/V8/module/%s/%s"):format(object, id))
end

return M
