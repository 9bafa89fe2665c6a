--- The network of a spec: stubs that answer an integration's requests, and a list of the requests.
--
-- Strict: a request that no stub answers fails the spec and is named, even if the script swallows the
-- error.
-- @module tandem.http
local engine = require "tandem.engine"

local Http = {}
Http.__index = Http

local METHODS = {
  GET = true, HEAD = true, POST = true, PUT = true, PATCH = true, DELETE = true, OPTIONS = true, ["*"] = true,
}

-- ---- requests ----

local function decode(text)
  return (text:gsub("+", " "):gsub("%%(%x%x)", function(digits)
    return string.char(tonumber(digits, 16))
  end))
end

-- name -> text, or -> list of texts where a name is given more than once.
local function read_form(text)
  local form = {}
  for part in (text or ""):gmatch("[^&]+") do
    local name, value = part:match("^([^=]*)=?(.*)$")
    name, value = decode(name), decode(value)
    local known = form[name]
    if known == nil then
      form[name] = value
    elseif type(known) == "table" then
      known[#known + 1] = value
    else
      form[name] = { known, value }
    end
  end
  return form
end

local function lower_names(headers)
  local lowered = {}
  for name, value in pairs(headers) do
    lowered[name:lower()] = value
  end
  return lowered
end

-- A request as stubs and specs see it.
local function describe(raw, base)
  local url, query = raw.url:match("^([^?#]*)%??([^#]*)")
  local headers = lower_names(raw.headers)
  local below = base ~= "" and url:sub(1, #base) == base and url:sub(#base + 1) or nil
  local request = {
    method = raw.method,
    url = raw.url,
    path = below and (below == "" and "/" or below) or url,
    query = read_form(query),
    headers = headers,
    body = raw.body,
    idempotency_key = raw.idempotency_key,
  }
  local kind = headers["content-type"] or ""
  if raw.body and kind:find("json", 1, true) then
    request.json = engine.json_decode(raw.body)
  elseif raw.body and kind:find("x-www-form-urlencoded", 1, true) then
    request.form = read_form(raw.body)
  end
  return request
end

-- ---- stubs ----

-- "/citizen/{id}" as a pattern, with the names of its parts; "*" at the end is any rest.
local function compile(path)
  local names = {}
  local pattern = path:gsub("[%^%$%(%)%%%.%[%]%+%-%?]", "%%%0")
  pattern = pattern:gsub("{([%w_]+)}", function(name)
    names[#names + 1] = name
    return "([^/]+)"
  end)
  pattern = pattern:gsub("%*$", ".*"):gsub("%*(.)", "%%*%1")
  return "^" .. pattern .. "$", names
end

local function same_query(wanted, query)
  for name, value in pairs(wanted or {}) do
    if query[name] ~= tostring(value) then
      return false
    end
  end
  return true
end

local function parameters(stub, request)
  local found = { request.path:match(stub.pattern) }
  if #found == 0 then
    return nil
  end
  local named = {}
  for index, name in ipairs(stub.names) do
    named[name] = decode(found[index])
  end
  return named
end

local function fits(stub, request)
  return (stub.method == "*" or stub.method == request.method)
    and (not stub.left or stub.left > 0)
    and same_query(stub.query, request.query)
    and parameters(stub, request)
end

-- The stub that specifies most of the query wins; among equals the latest.
local function find(stubs, request)
  local best, best_parameters
  for _, stub in ipairs(stubs) do
    local found = fits(stub, request)
    if found and (not best or stub.weight >= best.weight) then
      best, best_parameters = stub, found
    end
  end
  return best, best_parameters
end

--- Answers requests of this method and path.
--
--     http:on("GET", "/citizen", { json = { ... } })
--     http:on("GET", "/citizen", { json = { ... }, query = { page = 1 } })  -- only with this query
--     http:on("GET", "/citizen/{id}", function(request) return { json = find(request.params.id) } end)
--     http:on("POST", "/citizen", { status = 503, times = 1 })              -- once, then as before
--     http:on("GET", "/citizen", { fault = "timeout" })                     -- no answer at all
--
-- Paths are below base_url; a whole address ("https://...") is possible. A stub with a query takes
-- precedence over one without, a later one over an earlier one.
-- @tparam string method "GET" ..., "*" for any
-- @tparam string path may contain `{name}` for a part and end with `*`
-- @tparam table|function response `{status=, headers=, json= or body=, query=, times=}`, `{fault=, sent=}`
-- with a fault such as "timeout" or "connect", or a function of the request
-- (`method, path, params, query, headers, body, json, form`) that returns such a table
function Http:on(method, path, response)
  if not METHODS[method] then
    error(("'%s' is no method: \"GET\", \"POST\" ... or \"*\""):format(tostring(method)), 2)
  end
  local settings = type(response) == "table" and response or {}
  if not next(settings) and type(response) ~= "function" then
    error(("the answer to %s %s must be a table or a function"):format(method, path), 2)
  end
  local pattern, names = compile(path)
  local weight = 0
  for _ in pairs(settings.query or {}) do
    weight = weight + 1
  end
  self.stubs[#self.stubs + 1] = {
    method = method, path = path, pattern = pattern, names = names, response = response,
    query = settings.query, left = settings.times, weight = weight,
  }
end

--- Answers everything in this way, whatever the stubs say: an outage. nil ends it.
--
--     http:outage({ status = 503 })
--     http:outage({ fault = "timeout" }, "POST")  -- only this method
--     http:outage({ status = 503 }, function(request) return request.method ~= "GET" end)  -- only of these
function Http:outage(response, method)
  self.down, self.down_method = response, method
end

--- Loses one answer, although what was asked has been done: that to the first request for which this is
-- true.
--
--     http:lose(function(request) return request.method == "POST" end)
-- @tparam function is_it `is_it(request)`, called when the request was carried out
function Http:lose(is_it)
  self.losing = is_it
end

--- Forgets all stubs, or those of a method and path.
function Http:off(method, path)
  local kept = {}
  for _, stub in ipairs(self.stubs) do
    if method and (stub.method ~= method or stub.path ~= path) then
      kept[#kept + 1] = stub
    end
  end
  self.stubs = kept
end

--- Forgets which requests there were.
function Http:clear()
  self.requests = {}
end

--- The requests of a method (all if nil) and a path (any if nil), in their order.
function Http:sent(method, path)
  local found = {}
  for _, request in ipairs(self.requests) do
    if (not method or request.method == method) and (not path or request.path == path) then
      found[#found + 1] = request
    end
  end
  return found
end

-- ---- for tandem.lua ----

local function refuse(self, message)
  self.failure = self.failure or message
  return { fault = "refused", message = message }
end

local function answer(response)
  local body, headers = response.body, {}
  for name, value in pairs(response.headers or {}) do
    headers[name] = tostring(value)
  end
  if response.json ~= nil then
    body = engine.json_encode(response.json)
    headers["Content-Type"] = headers["Content-Type"] or "application/json"
  end
  return {
    status = response.status or 200, headers = headers, body = body or "",
    fault = response.fault, message = response.message, sent = response.sent,
  }
end

local function unexpected(self, request)
  if not self.strict then
    return answer { status = 404, json = { error = "not stubbed" } }
  end
  return refuse(self, ('unexpected request %s %s: answer it with http:on("%s", "%s", ...)'):format(
    request.method, request.url, request.method, request.path))
end

-- Called by the engine for each request.
function Http:respond(raw)
  local request = describe(raw, self.base_url)
  self.requests[#self.requests + 1] = request
  if self.cassette then
    local played, message = self.cassette:play(raw)
    return played and answer(played) or refuse(self, message)
  end
  local only = self.down_method or request.method
  if self.down and (only == request.method or type(only) == "function" and only(request)) then
    return answer(self.down)
  end
  local stub, params = find(self.stubs, request)
  if not stub then
    return unexpected(self, request)
  end
  request.params = params
  stub.left = stub.left and stub.left - 1
  local response = stub.response
  if type(response) == "function" then
    local ran, result = pcall(response, request)
    if not ran or type(result) ~= "table" then
      return refuse(self, ("the stub for %s %s %s"):format(stub.method, stub.path,
        ran and "returned no table" or "failed: " .. tostring(result)))
    end
    response = result
  end
  if self.losing and self.losing(request) then
    self.losing = nil
    return answer { fault = "receive", sent = true }
  end
  return answer(response)
end

-- Why the spec fails whatever the script made of it; forgets it.
function Http:take_failure()
  local failure = self.failure
  self.failure = nil
  return failure
end

local M = {}

--- A network without stubs.
-- @tparam string base_url paths are below it
-- @tparam boolean strict
function M.new(base_url, strict)
  return setmetatable({
    base_url = base_url:gsub("/$", ""), strict = strict, stubs = {}, requests = {},
  }, Http)
end

return M
