--- What has changed on the server, by change tokens: it has no modification times.
--
-- The position is the server's state up to which everything was read. Without one (the first run, or
-- the server has forgotten what happened since) all contacts are listed, and then the changes since the
-- listing began. The cursor is "changes STATE", or "list STATE LAST_ID".
local card = require "card"
local client = require "client"

local M = {}

local function add_contacts(report, result)
  for _, contact in ipairs(client.expect(result, "Contact/get").list) do
    report:add_object { object = "contact", id = contact.id, fields = card.fields(contact) }
  end
end

local function add_deleted(report, ids)
  for _, id in ipairs(ids) do
    report:add_deleted("contact", id)
  end
end

local function add_named(report, ids)
  local result = client.read { "Contact/get", { ids = ids } }
  add_contacts(report, result)
  add_deleted(report, result.notFound)
end

-- One page in the order of the uid, which never changes, after the last contact that was read.
local function add_listed(report, state, last_id)
  local query, contacts = client.read(
    { "Contact/query", { sort = { { property = "uid" } }, limit = client.BATCH_SIZE,
      anchor = last_id, anchorOffset = last_id and 1 } },
    { "Contact/get", client.ids_of_first("Contact/query", "/ids") })
  if query.error == "anchorNotFound" then -- it was deleted meanwhile: begin again
    return M.begin_list(report)
  end
  local ids = client.expect(query, "Contact/query").ids
  add_contacts(report, contacts)
  report:set_cursor(#ids > 0 and ("list %s %s"):format(state, ids[#ids]) or "changes " .. state)
end

function M.begin_list(report)
  local result = client.read { "Contact/get", { ids = json.array {} } }
  add_listed(report, client.expect(result, "Contact/get").state)
end

-- A state that goes back is that of a server restored from a backup; Cyrus then reports no error.
local function is_before(state, other)
  local number, other_number = math.tointeger(tonumber(state)), math.tointeger(tonumber(other))
  return number and other_number and number < other_number
end

local function add_changes(report, since)
  local changes, created, updated = client.read(
    { "Contact/changes", { sinceState = since, maxChanges = client.BATCH_SIZE } },
    { "Contact/get", client.ids_of_first("Contact/changes", "/created") },
    { "Contact/get", client.ids_of_first("Contact/changes", "/updated") })
  local state = changes.newState
  if changes.error == "cannotCalculateChanges" or (state and is_before(state, since)) then
    return M.begin_list(report)
  end
  client.expect(changes, "Contact/changes")
  add_contacts(report, created)
  add_contacts(report, updated)
  add_deleted(report, changes.destroyed)
  report:set_position("contact", "state:" .. state)
  cache.set("seen", state) -- for the order executioner: nothing before it is news to us
  if state ~= since then
    report:set_cursor("changes " .. state)
  end
end

--- One page of contacts.
function M.build(request, report)
  local contact = request.objects[1]
  local what, state, last_id = (request.cursor or ""):match("^(%S+) (%S+) ?(.*)$")
  local position = not request.first_time_sync and contact.position or ""
  if contact.ids then
    add_named(report, contact.ids)
  elseif what == "list" then
    add_listed(report, state, last_id)
  elseif what == "changes" then
    add_changes(report, state)
  elseif request.iteration == 1 and position:find("^state:") then
    add_changes(report, position:sub(7))
  elseif request.iteration == 1 then
    M.begin_list(report)
  end
end

return M
