--- What integrations with CRMs have in common: pages by id, conversions of leads, relations to accounts,
-- windows in whole seconds, and an answer for each HTTP status. What is particular to an API is handed
-- in as functions.
--
-- An id never changes: pages that go on "after this id" miss nothing when somebody edits an object
-- that was read already, as page numbers and offsets would.
-- @module crm
local pagination = require "pagination"
local values = require "values"

local M = {}

-- ---- values ----

--- An instant as many CRMs write it, "2026-03-10 12:00:00", in UTC; other values stay as they are.
-- @param instant ISO 8601, as requests and values of the type datetime have it
function M.datetime(instant)
  local day, time = tostring(instant):match("^(%d%d%d%d%-%d%d%-%d%d)T(%d%d:%d%d:%d%d)[%d.]*Z$")
  return day and day .. " " .. time or instant
end

--- What has to be sent: everything to a new object; to an existing one what changed and what is required
-- (a required field that changed counts as required in a full push). Instants are written as `datetime`
-- does.
-- @param change of an order
-- @param null what is sent instead of null; nil: left out
-- @treturn table name -> value
function M.written(change, null)
  local fields = change.object_id and values.merge(change:required_fields(), change:changed_fields())
    or change:fields()
  local written = {}
  for name, value in pairs(fields) do
    if values.is_null(value) then
      written[name] = null
    else
      written[name] = change:field(name).type == "datetime" and M.datetime(value) or value
    end
  end
  return written
end

-- ---- queries ----

--- Adds conditions to a query as PHP reads them: `where[0][col]=id`, `where[0][expr]=gt` ...
-- @tparam table query name -> value
-- @tparam string place "where"
-- @tparam table conditions list of conditions; one that is a list of lists goes in below `keys[3]`
-- @tparam table keys the names of a condition's three members
-- @treturn table query
function M.where(query, place, conditions, keys)
  for index, condition in ipairs(conditions) do
    local prefix = ("%s[%d]"):format(place, index - 1)
    for part = 1, 3 do
      local name = ("%s[%s]"):format(prefix, keys[part])
      if type(condition[part]) == "table" then
        M.where(query, name, condition[part], keys)
      else
        query[name] = condition[part]
      end
    end
  end
  return query
end

--- The names to ask for: those of a request's object, and more without which the integration can't do;
-- each once.
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

-- ---- reports ----

-- What a lead became; nil if it is none that was converted.
local function converted_id(source, requested, item)
  local conversion = source.conversion
  local id = conversion and requested.name == conversion.object and conversion.id(item)
  return id and not values.is_empty(id) and id or nil
end

local function add(report, source, requested, item)
  local conversion, relation = source.conversion, source.relation
  local became = converted_id(source, requested, item)
  if became then
    report:remap_object(requested.name, item.id, conversion.to_object, became)
    return
  end
  report:add_object {
    object = requested.name, id = item.id, changed_at = source.changed_at(item), fields = item,
  }
  if relation and relation.object == requested.name and not values.is_empty(item[relation.field]) then
    report:add_relation {
      object = requested.name, id = item.id, field = relation.field,
      to_object = relation.to_object, to_id = item[relation.field],
    }
  end
end

-- Conversions go into the first report, each together with what the lead became: in later ones that
-- might have been taken for something new before its lead is met.
local function add_converted(request, report, source, leads)
  local wanted = M.requested(request, source.conversion.to_object)
  local pages = pagination.by_key(function(after) return source.converted(leads, after) end, "id")
  for lead in pagination.items(pages) do
    local became = converted_id(source, leads, lead)
    local item = became and wanted and source.one(wanted, became)
    if item then
      add(report, source, leads, lead)
      add(report, source, wanted, item)
    end
  end
end

local function add_named(report, source, requested)
  for _, id in ipairs(requested.ids) do
    local item = source.one(requested, id)
    if item then
      source.add(report, source, requested, item)
    else
      report:add_deleted(requested.name, id)
    end
  end
end

local function begin(request, report, source, requested)
  for id in source.deleted and source.deleted(requested) or function() end do
    report:add_deleted(requested.name, id)
  end
  if source.conversion and source.conversion.object == requested.name then
    add_converted(request, report, source, requested)
  end
end

--- Fills a report with one page of each object. Items are flat: their fields and their `id`. `source` has
--
-- - `page(requested, after)`: a page of the items of the window in the order of their ids, after this id
--   (nil: from the first one on); an empty one ends the object;
-- - `one(requested, id)`: an item, nil if it is gone;
-- - `changed_at(item)`
--
-- and perhaps
--
-- - `deleted(requested)`: iterates over the ids that are gone since `requested.from`;
-- - `relation`: `{object=, field=, to_object=}`: this field is the id of such an object;
-- - `conversion`: `{object=, to_object=, id=}`: what `id(item)` tells is what such an object became; then
--   also `converted(requested, after)`, a page of all that were converted since `requested.from`;
-- - `add(report, source, requested, item)`: hands an item to the report in a way of its own.
function M.report(request, report, source)
  source.add = source.add or add
  local walk = pagination.walk(request)
  for requested, after in walk:objects() do
    local last = nil
    if requested.ids then
      add_named(report, source, requested)
    else
      if after == nil and requested.from then
        begin(request, report, source, requested)
      end
      for _, item in ipairs(source.page(requested, after)) do
        source.add(report, source, requested, item)
        last = item.id
      end
    end
    walk:go_on(requested, last)
  end
  walk:finish(report)
end

-- ---- orders ----

--- Answers a change that was not carried out: kept for the next run if the server is to blame, else
-- noted. Credentials that are not taken are nobody's object's fault: raised.
-- @tparam string reason what the API says
function M.refuse(order, change, response, reason)
  if response.status == 401 then
    error(("the server does not take the credentials (401): %s"):format(reason), 0)
  elseif response.status == 429 or response.status >= 500 then
    order:retry_sync_later(change)
  else
    order:note_object_sync_issue(change, reason)
  end
end

--- Answers a change of an existing object, or a deletion, by the response: carried out (a body that is not
-- JSON is somebody else's answer, and raised), no such object, or refused.
-- @tparam string reason what the API says about a refusal
-- @tparam[opt] boolean gone does it mean that there is no such object? By default 404 and 410 do.
function M.settle(order, change, response, reason, gone)
  if gone == nil then
    gone = response.status == 404 or response.status == 410
  end
  if gone then
    order:delete_object(change)
  elseif response.ok then
    response:json()
    order:update_last_sync_date(change)
  else
    M.refuse(order, change, response, reason)
  end
end

--- Carries out an order of an API that takes one object at a time. `target` has
--
-- - `update(object, id, fields)` and `delete(object, id)`: return the response;
-- - `create(order, object, change, fields)`: answers the change itself;
-- - `null`: what clears a field;
-- - `reason(response)`: why it was refused;
-- - `gone(object, id, response)`: if there, tells whether a response means that there is no such object;
--   otherwise 404 and 410 do.
function M.execute(order, target)
  local function settle(object, change, response)
    local gone = target.gone and target.gone(object, change.object_id, response)
    M.settle(order, change, response, target.reason(response), gone)
  end
  for object in order:objects() do
    for change in order:identified(object) do
      settle(object, change, target.update(object, change.object_id, M.written(change, target.null)))
    end
    for change in order:unidentified(object) do
      target.create(order, object, change, M.written(change, target.null))
    end
    for change in order:deletions(object) do
      settle(object, change, target.delete(object, change.object_id))
    end
  end
end

return M
