--- What integrations with CRMs have in common: windows in whole seconds, one page of each object after
-- another by id, and an answer for each HTTP status.
--
-- An id never changes: pages that go on "after this id" miss nothing when somebody edits an object
-- that was read already, as page numbers and offsets would.
-- @module crm
local pagination = require "pagination"
local values = require "values"

local M = {}

--- An instant as many CRMs write it, "2026-03-10 12:00:00", in UTC; other values stay as they are.
-- @tparam ?string instant ISO 8601, as requests and values of the type datetime have it
function M.datetime(instant)
  local day, time = tostring(instant):match("^(%d%d%d%d%-%d%d%-%d%d)T(%d%d:%d%d:%d%d)[%d.]*Z$")
  return day and day .. " " .. time or instant
end

--- The values of a change in the way in which CRMs write them: instants as `datetime` does, and
-- everything that is null replaced by `null` (nil: left out).
-- @tparam table fields name -> value
-- @tparam function instant_of `instant_of(name)`: has this field the type datetime?
function M.written(fields, instant_of, null)
  local written = {}
  for name, value in pairs(fields) do
    if values.is_null(value) then
      written[name] = null
    else
      written[name] = instant_of(name) and M.datetime(value) or value
    end
  end
  return written
end

--- What has to be sent: everything to a new object; to an existing one what changed and what is
-- required (a required field that changed counts as required in a full push).
function M.payload(change)
  if change.object_id then
    return values.merge(change:required_fields(), change:changed_fields())
  end
  return change:fields()
end

--- The fields to ask for: those of the request, and more without which the integration can't do; each
-- once.
-- @tparam table requested an object of the request
-- @tparam table more names
-- @treturn table names
function M.wanted(requested, more)
  local names, seen = {}, {}
  for _, list in ipairs { more, requested.fields, requested.required_fields } do
    for _, name in ipairs(list) do
      names[#names + 1] = not seen[name] and name or nil
      seen[name] = true
    end
  end
  return names
end

--- The object with this name in a request; nil if it is not mapped, or not asked for.
function M.requested(request, name)
  for _, requested in ipairs(request.objects) do
    if requested.name == name then
      return requested
    end
  end
  return nil
end

--- Fills a report with one page of each object: `source` has
--
-- - `page(requested, after)`: the list of objects in the order of their ids, after this id (nil: from
--   the first one on); an empty list ends the object;
-- - `one(requested, id)`: one object, nil if it is gone;
-- - `add(requested, item)`: hands an object to the report;
-- - `begin(requested)`: if there, called before the first page of an object with a window.
function M.report(request, report, source)
  local walk = pagination.walk(request)
  for requested, after in walk:objects() do
    local last = nil
    if requested.ids then
      for _, id in ipairs(requested.ids) do
        local item = source.one(requested, id)
        if item then
          source.add(requested, item)
        else
          report:add_deleted(requested.name, id)
        end
      end
    else
      if after == nil and requested.from and source.begin then
        source.begin(requested)
      end
      for _, item in ipairs(source.page(requested, after)) do
        source.add(requested, item)
        last = item.id
      end
    end
    walk:go_on(requested, last)
  end
  walk:finish(report)
end

--- Answers a change of an existing object (or a deletion) by the status of the response. Statuses that
-- are nobody's fault but the credentials' are raised.
-- @tparam string reason what the API says about a refusal
function M.settle(order, change, response, reason)
  if response.ok then
    order:update_last_sync_date(change)
  elseif response.status == 404 or response.status == 410 then
    order:delete_object(change)
  else
    M.refuse(order, change, response, reason)
  end
end

--- Answers a change that was not carried out: kept for the next run if the server is to blame, else
-- noted.
function M.refuse(order, change, response, reason)
  if response.status == 401 then
    error(("the server does not take the credentials (401): %s"):format(reason), 0)
  elseif response.status == 429 or response.status >= 500 then
    order:retry_sync_later(change)
  else
    order:note_object_sync_issue(change, reason)
  end
end

return M
