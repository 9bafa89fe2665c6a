--- What this integration needs of the API: change this file first. Errors are raised: a page that can't be
-- read ends the run, and nothing is taken for done.
{{requires}}local M = {}

local PAGE_SIZE = 100

local function failed(request, response)
  error(("%s: the API answered %d"):format(request, response.status), 0)
end

local function get(path, query)
  local response = http.get(path, { query = query })
  if response.status ~= 200 then
    failed("GET " .. path, response)
  end
  return response:json(), response
end

-- The parameters of a first page: what changed from `from` (nil: ever) until before `to`.
local function window(requested)
  return { updated_since = requested.from, updated_before = requested.to, limit = PAGE_SIZE }
end

{{pagination}}
-- Ids may be of any content: none of it may change the path.
local function path_of(object, id)
  return ("/%s/%s"):format(object, (id:gsub("[^%w._~-]", function(byte)
    return ("%%%02X"):format(byte:byte())
  end)))
end

--- One object, or nil if there is none.
function M.by_id(object, id)
  local path = path_of(object, id)
  local response = http.get(path)
  if response.status == 404 then
    return nil
  elseif response.status ~= 200 then
    failed("GET " .. path, response)
  end
  return response:json()
end

-- Refused credentials and servers that are down are nobody's data: they end the run.
local function answered(request, response)
  if response.status == 401 or response.status == 403 or response.status == 500 then
    failed(request, response)
  end
  if response.status == 404 or response.status == 429 or response.status == 503 then
    return response.status, {}
  end
  return response.status, response:json()
end

--- Creates an object. The key lets the engine send the request again if its answer was lost.
-- @return the status and the body of the answer
function M.create(object, fields, key)
  local path = "/" .. object
  return answered("POST " .. path, http.post(path, { json = fields, idempotency_key = key }))
end

--- Changes some fields of an object.
-- @return the status and the body of the answer
function M.update(object, id, fields)
  local path = path_of(object, id)
  return answered("PATCH " .. path, http.patch(path, { json = fields }))
end

return M
