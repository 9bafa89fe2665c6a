--- REST: what clients of JSON APIs over HTTP have in common. An answer that cannot be read is an
-- error that names the request, the answer, the reason and what to check; a missing record is nil.
--
--     local api = rest.client { name = "EspoCRM", reason = function(response) ... end }
--     local record = api:find("/Contact/12")        -- nil: there is none
--     local list = api:read("/Contact", { maxSize = 200 }).list
-- @module rest
local parallel = require "parallel"
local values = require "values"

local M = {}

local Client = {}
Client.__index = Client

local TRIES = 3 -- to write what others write as well

-- Advice for the operator.
local REMEDIES = {
  [401] = "is 'auth' in the configuration right?",
  [403] = "does this user have the rights that the integration's page in docs asks for?",
  [404] = "is 'base_url' in the configuration right?",
  [405] = "is 'base_url' in the configuration right?",
}

--- A client of one API. Its `reason(response)` says why something was refused; it always returns a
-- text.
-- @tparam table api `name`: its name in messages; `reason(response)`: the API's own reason, nil if
-- it gives none; perhaps `headers`, `timeout`, `costs` and `waits` of all its requests (options of
-- `http.request`), `heard(response)`, which is called with every answer (see `http.told`),
-- `status(response)`: the status that another API would have used, nil if the status is right, and `missing`:
-- the status that says that there is no such resource (404)
function M.client(api)
  local client = setmetatable(values.merge(api), Client)
  client.said = function(response)
    local said = api.reason(response)
    return not values.is_empty(said) and said or nil
  end
  client.reason = function(response)
    return client.said(response) or ("%s answered %d"):format(api.name, response.status)
  end
  return client
end

--- The JSON table in the body of a response; an empty one if it has none.
function M.body(response)
  local readable, body = pcall(response.json)
  return readable and type(body) == "table" and body or {}
end

-- Some APIs use other statuses than usual (400 for records that may not be seen).
local function seen(self, response)
  local status = self.status and self.status(response)
  return status and values.merge(response, { status = status }) or response
end

--- Raises an error about a response.
-- @function client:fail
-- @tparam string request "GET /Contact"
function Client:fail(request, response)
  local reason = self.said(response)
  local remedy = REMEDIES[response.status]
  error(("%s: %s answered %d%s%s"):format(request, self.name, response.status,
    reason and (" (%s)"):format(reason) or "", remedy and "; " .. remedy or ""), 0)
end

--- The JSON table that must be in the body of a response.
-- @function client:body_of
-- @tparam string request "GET /Contact"
function Client:body_of(request, response)
  if not response.ok then
    self:fail(request, response)
  end
  local readable, body = pcall(response.json)
  if not readable or type(body) ~= "table" then
    error(("%s: what answered %d was not %s, but something without JSON; %s"):format(
      request, response.status, self.name, REMEDIES[404]), 0)
  end
  return body
end

--- A member of the JSON table in the body of a response; it is an error if it is missing (some APIs
-- report errors with the status 200).
-- @function client:member_of
-- @tparam string request "GET /Contact"
-- @tparam string name "list"
function Client:member_of(request, response, name)
  local member = values.present(self:body_of(request, response)[name])
  return member ~= nil and member or self:fail(request, response)
end

--- Sends a request; returns the response, whatever its status.
-- @function client:send
-- @tparam string method
-- @tparam string path
-- @tparam[opt] table options of `http.request`
function Client:send(method, path, options)
  local own = { headers = self.headers, timeout = self.timeout, costs = self.costs, waits = self.waits }
  local request = values.merge(own, options or {})
  request.method, request.url = method, path
  local response = parallel.request(request)
  if self.heard then
    self.heard(response)
  end
  return seen(self, response)
end

local function found(self, path, response, name)
  if response.status == (self.missing or 404) then
    return nil
  end
  local request = "GET " .. path
  return name and self:member_of(request, response, name) or self:body_of(request, response)
end

--- The resource at this path, or a member of it; nil if there is none (404).
-- @function client:find
-- @tparam string path
-- @tparam[opt] table query
-- @tparam[opt] string name of the member
function Client:find(path, query, name)
  return found(self, path, self:send("GET", path, { query = query }), name)
end

--- As `find`, but false if the user may not see it (403): what `client.one` of the library `records`
-- returns.
-- @function client:one
function Client:one(path, query, name)
  local response = self:send("GET", path, { query = query })
  return response.status ~= 403 and found(self, path, response, name)
end

--- The resource at this path, or a member of it; it is an error if there is none.
-- @function client:read
function Client:read(path, query, name)
  return self:find(path, query, name)
    or error(("GET %s: %s answered 404; %s"):format(path, self.name, REMEDIES[404]), 0)
end

--- Writes a record without overwriting another revision: reads it, applies the edit, and sends it;
-- repeats that if somebody else was faster (412).
-- @function client:rewrite
-- @tparam string method "PUT", "DELETE" ...
-- @tparam string path
-- @tparam function edit `edit(record)` returns the options of the request that writes: the body, and the
-- header that names the revision
-- @treturn table the response: of the last write, or of the read if there was no record
function Client:rewrite(method, path, edit)
  local response
  for _ = 1, TRIES do
    response = self:send("GET", path)
    if not response.ok then
      return response
    end
    response = self:send(method, path, edit(response:json()))
    if response.status ~= 412 then
      return response
    end
  end
  return response
end

return M
