--- What this integration needs of the API: change this file first. Errors are raised: a page that cannot
-- be read ends the run, and no change counts as made.
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

-- The parameters of a first page: what changed at or after `from` (nil: everything) and before `to`.
local function window(requested)
  return { updated_since = requested.from, updated_before = requested.to, limit = PAGE_SIZE }
end

{{pagination}}
--- One object, or nil if there is none.
function M.by_id(object, id)
  local path = http.path("", object, id) -- ids may be of any content: none of it changes the path
  local response = http.get(path)
  if response.status == 404 or response.status == 410 then
    return nil
  elseif response.status ~= 200 then
    failed("GET " .. path, response)
  end
  return response:json()
end

-- Gone, or too busy: what else is in such an answer does not matter.
local NOTHING_SAID = { [404] = true, [410] = true, [429] = true, [503] = true }

-- Refused credentials and servers that are down are nobody's data: they end the run.
local function answered(request, response)
  if response.status == 401 or response.status == 403 or response.status == 500 then
    failed(request, response)
  end
  if NOTHING_SAID[response.status] then
    return response.status, {}
  end
  return response.status, response:json()
end

--- Creates an object. If the API knows creates by a key (try it: the same key twice, one object), hand on
-- `change.idempotency_key` as `idempotency_key`, and say `idempotent_creates = true` in integration.lua:
-- the request is then sent again if its answer was lost. With any other API that would make the object
-- twice.
-- @return the status and the body of the answer
function M.create(object, fields)
  local path = http.path("", object)
  return answered("POST " .. path, http.post(path, { json = fields }))
end

--- Changes some fields of an object.
-- @return the status and the body of the answer
function M.update(object, id, fields)
  local path = http.path("", object, id)
  return answered("PATCH " .. path, http.patch(path, { json = fields }))
end

return M
