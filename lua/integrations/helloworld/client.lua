--- The parts of hello.world's API that this integration needs. Errors are raised: a page that
-- cannot be read ends the run, and no failure counts as done.
local batch = require "batch"
local pagination = require "pagination"

local M = {}

--- How many objects the API takes at once.
M.BATCH_SIZE = 100

local function checked(response, request)
  if response.status ~= 200 then
    error(("%s: hello.world answered %d"):format(request, response.status), 0)
  end
  return response:json()
end

-- Also how many all pages have, if the API says so.
local function get(path, query)
  local response = http.get(path, { query = query })
  return checked(response, "GET " .. path), response.headers["x-total-count"]
end

--- The fields of an object, as the API describes them.
function M.fields(object)
  return get("/fields/" .. object)
end

--- One page of the objects created or modified from `from` (nil: ever) until before `to`, and how
-- many there are on all pages, if the API says so.
function M.changed(object, from, to, page)
  return get("/" .. object, { createdOrModifiedSince = from, createdOrModifiedBefore = to, page = page })
end

--- Those of the objects with these ids that exist.
function M.by_ids(object, ids)
  local found = {}
  for some in batch.of(M.BATCH_SIZE, ids) do
    local listed = table.concat(some, ",")
    local pages = pagination.by_page(function(page)
      return get("/" .. object, { ids = listed, page = page })
    end)
    for item in pagination.items(pages) do
      found[#found + 1] = item
    end
  end
  return found
end

--- Iterates over what was converted in the window: `{old_object, old_id, new_object, new_id}`.
function M.converted(from, to)
  return pagination.items(pagination.by_page(function(page)
    return get("/converted", { since = from, before = to, page = page })
  end))
end

--- Creates and updates at most `BATCH_SIZE` objects; one answer for each, with its metadata. The
-- key lets the engine send the batch again if the answer is lost.
function M.upsert(object, items)
  local path = "/" .. object
  return checked(http.post(path, { json = items, idempotency_key = crypto.uuid() }), "POST " .. path)
end

return M
