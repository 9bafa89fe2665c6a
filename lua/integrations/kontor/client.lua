--- Kontor's API: pages by cursor, records that are written as a whole on top of their last revision, and a
-- log of what is gone.
local pagination = require "pagination"
local rest = require "rest"
local shapes = require "shapes"
local values = require "values"

local M = { null = json.null, after = { people = "firms" } } -- firms come before the people who work there

local function channel(medium, use)
  return { list = "channels", where = { medium = medium, use = use }, member = "address",
    default = { main = "Y" } }
end

local SHAPES = {
  firms = shapes.new { title = "title", email = channel("email", "work"), phone = channel("phone", "work") },
  people = shapes.new {
    given = "name.given", family = "name.family", newsletter = "newsletter", born = "born",
    employer = "employer.ref",
    email = channel("email", "work"), phone = channel("phone", "work"), mobile = channel("phone", "mobile"),
  },
}

local function problems_of(response)
  return rest.body(response).problems or {}
end

local api = rest.client {
  name = "Kontor",
  reason = function(response)
    return table.concat(values.map(problems_of(response), function(problem)
      return problem.field .. " " .. problem.says
    end), "; ")
  end,
  -- a merged record is gone only under this id: the change waits until the log reports the merge
  status = function(response)
    return response.status == 410 and rest.body(response).merged_into and 409 or nil
  end,
}

--- Why it refused.
M.reason = api.reason

--- The fields that it refused, by our names, which are the last parts of its own.
function M.refused(response)
  return values.map(problems_of(response), function(problem) return problem.field:match "[^.]+$" end)
end

--- A record as in reports. Kontor leaves out empty fields.
function M.item(requested, record)
  return {
    id = record.ref, version = record.rev, changed_at = datetime.from_epoch_ms(record.changed),
    fields = SHAPES[requested.name]:flat(record, json.null),
    relations = { { field = "employer", to_object = "firms", to_id = values.at(record, "employer.ref") } },
  }
end

local function since(requested)
  return requested.from and datetime.to_epoch_ms(requested.from)
end

--- A page of a window, and the cursor of the next one.
function M.page(requested, cursor)
  local page = api:read(http.path("", requested.name), {
    since = since(requested), cursor = cursor,
    ["until"] = requested.to and datetime.to_epoch_ms(requested.to),
  })
  return page.items, values.present(page.next)
end

--- A record; nil if it is gone, and into which one it was merged.
function M.one(requested, ref)
  local path = http.path("", requested.name, ref)
  local response = api:send("GET", path)
  if response.status == 404 or response.status == 409 or response.status == 410 then
    return nil, rest.body(response).merged_into
  end
  return api:body_of("GET " .. path, response)
end

--- The records that are gone since the window began.
function M.events(requested)
  return pagination.items(pagination.by_cursor(function(cursor)
    local page = api:read("/events", { since = since(requested), cursor = cursor })
    return values.map(page.events, function(event)
      return event.kind == requested.name and { id = event.ref, into = event.into } or nil
    end), page.next
  end))
end

--- Creates a record. Kontor may ignore the key, so the request is never sent again by itself.
function M.create(object, fields, key)
  return api:send("POST", http.path("", object), {
    json = SHAPES[object]:write({}, values.known(fields)), headers = { ["Request-Key"] = key },
  })
end

--- The id and revision of a record after a change.
function M.stored(response)
  return { version = rest.body(response).rev }
end

--- Changes some fields of a record, on top of the revision that was last reported.
function M.update(object, ref, fields, change)
  local path = http.path("", object, ref)
  local read = api:send("GET", path)
  if not read.ok then
    return read
  end
  local record = read:json()
  return api:send("PUT", path, {
    json = SHAPES[object]:write(record, fields), headers = { ["If-Match"] = change.version or record.rev },
  })
end

--- Deletes a record.
function M.delete(object, ref)
  return api:rewrite("DELETE", http.path("", object, ref), function(record)
    return { headers = { ["If-Match"] = record.rev } }
  end)
end

return M
