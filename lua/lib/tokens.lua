--- Change tokens: for APIs without dates that return what has changed since a token of theirs: the
-- states of JMAP, the sync tokens of CardDAV and Google, the delta links of Microsoft Graph.
--
-- The position of an object is the token up to which everything has been read. Without one (the
-- first run, or the server has forgotten what happened since) all items are listed, and then what
-- has changed since the listing began.
-- @module tokens
local pagination = require "pagination"

local M = {}

local function add(report, source, requested, items, deleted)
  for _, item in ipairs(items) do
    source.add(report, requested, item)
  end
  for _, id in ipairs(deleted or {}) do
    report:add_deleted(requested.name, id)
  end
end

local function read_list(report, source, requested, token, after)
  token = token or source.token(requested)
  local items, last = source.page(requested, after)
  if not items then
    return read_list(report, source, requested)
  end
  add(report, source, requested, items)
  return last and ("list %s %s"):format(token, last) or "changes " .. token
end

local function read_changes(report, source, requested, since)
  local changes = source.changes(requested, since)
  if not changes then
    return read_list(report, source, requested)
  end
  add(report, source, requested, changes.items, changes.deleted)
  report:set_position(requested.name, "token:" .. changes.token)
  return changes.token ~= since and "changes " .. changes.token or nil
end

-- Reads one page and returns how to continue; nil: everything has been read.
local function read(request, report, source, requested, cursor)
  local what, token, after = (cursor or ""):match("^(%S+) (%S+) ?(.*)$")
  local since = not request.first_time_sync and (requested.position or ""):match("^token:(.+)$")
  if requested.ids then
    add(report, source, requested, source.named(requested, requested.ids))
    return nil
  elseif what == "list" then
    return read_list(report, source, requested, token, after)
  elseif what == "changes" or since then
    return read_changes(report, source, requested, token or since)
  end
  return read_list(report, source, requested)
end

--- Fills a report with one page of each object. `source` has
--
-- - `token(requested)`: the current token, a text without blanks;
-- - `page(requested, after)`: a page of all items in an order that never changes, after a place (nil: from
--   the first one on), and the place at its end (nil: there are no more); nil instead of the items
--   if that place no longer exists, so the listing begins again;
-- - `changes(requested, token)`: `{items=, deleted=, token=}`: the items that were created or changed since
--   a token, the ids of those that are gone, and the token up to which that is everything (the same
--   token: nothing is left); nil if the server has forgotten what happened since;
-- - `named(requested, ids)`: the items with these ids, and the ids that do not exist;
-- - `add(report, requested, item)`: adds an item to the report.
function M.report(request, report, source)
  local walk = pagination.walk(request)
  for requested, cursor in walk:objects() do
    walk:go_on(requested, read(request, report, source, requested, cursor))
  end
  walk:finish(report)
end

return M
