--- HubSpot's webhooks journal: a log of what was changed, which is pulled. It needs no address of ours on the
-- internet, knows what was deleted and merged, and does not lag behind as the search does; but it
-- forgets after three days, needs an OAuth app, and tells only what that app has subscribed to. So it
-- only says which records to read, and wherever it may have a hole the search is asked instead.
--
-- Its credentials are those called "journal" in the operator's `other_auth`: a token of the app, not of the
-- account.
-- @module hubspot.journal
local rest = require "rest"
local values = require "values"

local M = {}

local settings = config.journal
local VERSION = settings and settings.version or "2026-03"
local KEPT = 60 -- hours: entries are kept for 72
local TYPES = { contacts = "0-1", companies = "0-2" }
local ACTIONS = json.array { "CREATE", "UPDATE", "DELETE", "MERGE", "RESTORE" }

local api = rest.client {
  name = "HubSpot's journal", reason = function(response) return rest.body(response).message end,
}

local function path(what)
  return ("/webhooks-journal/%s/%s"):format(what:match "^[^/]+", VERSION) .. (what:match "/.*$" or "")
end

local function get(what)
  return api:send("GET", path(what), {
    query = what:match "^journal" and { installPortalId = settings.portal } or nil, credentials = "journal",
  })
end

-- ---- subscriptions ----

-- What the app has to be told of: the properties that are wanted, and the companies of contacts.
local function wanted(object, properties)
  local all = { {
    subscriptionType = "OBJECT", objectTypeId = TYPES[object], portalId = settings.portal,
    actions = ACTIONS, properties = json.array(properties), objectIds = json.array {},
  } }
  if object == "contacts" then
    all[2] = {
      subscriptionType = "ASSOCIATION", objectTypeId = TYPES.contacts, portalId = settings.portal,
      associatedObjectTypeIds = { TYPES.companies }, objectIds = json.array {},
      actions = { "ASSOCIATION_ADDED", "ASSOCIATION_REMOVED" },
    }
  end
  return all
end

local function has_all(list, others)
  local there = {}
  for _, one in ipairs(values.present(list) or {}) do
    there[one] = true
  end
  for _, one in ipairs(others or {}) do
    if not there[one] then
      return false
    end
  end
  return true
end

local function is_met(subscription, by)
  return by.subscriptionType == subscription.subscriptionType and by.objectTypeId == subscription.objectTypeId
    and values.id(by.portalId) == values.id(subscription.portalId) and values.present(by.deletedAt) == nil
    and not values.at(by, "objectIds.1") and has_all(by.actions, subscription.actions)
    and has_all(by.properties, subscription.properties)
end

-- A text that is another one as soon as a subscription was made, changed or made anew: then the journal has a
-- hole. Missing ones are made; nil: now, so that nothing can be read from it yet.
local function subscribed(object, properties)
  local there = api:body_of("GET subscriptions", get "subscriptions").results
  local marks, complete = {}, true
  for _, subscription in ipairs(wanted(object, properties)) do
    local met
    for _, by in ipairs(there) do
      met = met or is_met(subscription, by) and by
    end
    if met then
      marks[#marks + 1] = values.id(met.id) .. " " .. (values.present(met.updatedAt, met.createdAt) or "")
    else
      local options = { json = subscription, credentials = "journal" }
      api:body_of("POST subscriptions", api:send("POST", path "subscriptions", options))
      complete = false
    end
  end
  return complete and table.concat(marks, ", ") or nil
end

-- ---- reading ----

-- The file of an entry is elsewhere, at an address that is signed and needs no credentials.
local function file_of(entry)
  local response = http.get(entry.url, { credentials = false })
  return api:body_of("GET the file of a journal's entry", response)
end

-- An entry; nil if there is none (204), false if the place after which it is asked for is unknown.
local function entry_at(what)
  local response = get(what)
  if response.status == 204 then
    return nil
  elseif response.status == 404 or response.status == 400 or response.status == 410 then
    return false
  end
  local entry = api:body_of("GET " .. what, response)
  local file = file_of(entry)
  return { offset = entry.currentOffset, published = file.publishedAt, events = file.journalEvents }
end

-- Whatever is wrong with the journal, the search still knows: false, and a word for people. (A plan
-- subscribes to nothing, so it searches.)
local function try(what, ...)
  local done, result = pcall(what, ...)
  local failure = not done and type(result) == "table" and result or { message = result }
  if not done and failure.kind ~= "dry_run" then
    log.error(("HubSpot's journal cannot be read, the search is asked instead: %s"):format(failure.message))
  end
  return done and result
end

-- What is kept between runs: where reading goes on, where it will once a search that has begun has ended, and
-- up to when the search was last asked.
local function place(object) return "journal " .. object end
local function begun(object) return "journal begun " .. object end
local function searched(object) return "journal searched " .. object end

local function add_ids(ids, seen, event)
  local merged = values.present(event.mergedObjectIds) or {}
  for _, id in ipairs { event.objectId, event.primaryObjectId, event.newObjectId, table.unpack(merged) } do
    id = values.id(id)
    ids[#ids + 1] = not seen[id] and id or nil
    seen[id] = true
  end
end

--- Where reading can go on; nil: nowhere, because the journal is not to be used, has just been subscribed
-- to, or may have forgotten what came after the last entry that was read.
-- @tparam string object
-- @tparam table properties which are wanted
-- @treturn ?string the place
-- @treturn ?string for `begin`: what is subscribed to
function M.place(object, properties)
  local mark = settings and try(subscribed, object, properties) or nil
  local known = mark and cache.get(place(object))
  if not known or known.mark ~= mark then
    return nil, mark
  end
  local forgotten = datetime.add(known.published, KEPT, "hours")
  return datetime.compare(datetime.now(), forgotten) < 0 and known.offset or nil, mark
end

--- The ids of which the entry after this place tells, and its own place. Nil: there is none yet. False: it
-- cannot be read, or the place is unknown by now.
function M.after(object, offset)
  local entry = try(entry_at, ("journal-local/offset/%s/next"):format(offset))
  if not entry then
    return entry
  end
  local ids, seen = {}, {}
  for _, event in ipairs(entry.events) do
    if event.objectTypeId == TYPES[object] then
      add_ids(ids, seen, event)
    end
  end
  local mark = cache.get(place(object)).mark
  cache.set(place(object), { offset = entry.offset, published = entry.published, mark = mark })
  return ids, entry.offset
end

--- Before everything is read in another way: the journal will tell what happens from here on.
-- @tparam string object
-- @tparam[opt] string mark of `place`; nil: as it was
function M.begin(object, mark)
  local known = cache.get(place(object)) or {}
  mark = mark or known.mark
  local entry = settings and mark and try(entry_at, "journal-local/latest")
  cache.set(begun(object),
    entry and { offset = entry.offset, published = entry.published, mark = mark } or nil)
  cache.delete(place(object))
end

--- The search is through up to `to`: the next run can read the journal.
function M.finish(object, to)
  if settings then
    local from = cache.get(begun(object))
    cache.set(place(object), from or cache.get(place(object)))
    cache.delete(begun(object))
    cache.set(searched(object), { at = to, again = from ~= nil })
  end
end

--- Has the search to be asked after the journal, too? In the run after one that could not read the
-- journal, since the search learns late of what the journal had told before; and once a day, for whatever
-- the journal does not tell.
function M.is_search_due(object, to)
  local last = cache.get(searched(object))
  return not last or last.again or datetime.compare(datetime.add(last.at, 1, "days"), to) < 0
end

--- Since when the search has to be asked: runs that only read the journal did not ask it.
function M.unsearched(object, from)
  local last = settings and cache.get(searched(object))
  local since = last and datetime.add(last.at, -(config.overlap_seconds or 300), "seconds")
  return since and datetime.compare(since, from) < 0 and since or from
end

return M
