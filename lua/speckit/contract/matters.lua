--- The contract suite's runs in which something does not go through: busy servers, refused fields, values
-- that can't be taken, merges. See the module `contract`.
-- @module contract.matters
local assert = require "luassert"
local busted = require "busted"
local configuration = require "tandem.configuration"

local M = {}

local it = busted.it

local BEGINNING, LATER, LATEST = "2026-03-01T00:00:00Z", "2026-03-10T12:20:00Z", "2026-03-10T12:40:00Z"
local TEXTS = { string = true, text = true, textarea = true }
local EDITED = { string = true, text = true, textarea = true, phone = true, email = true, url = true }

local function copy(fields)
  return configuration.merge(fields, {})
end

local function is_write(request)
  return request.method ~= "GET"
end

-- A run at an instant, on both clocks.
local function sync_at(integration, world, at, asked)
  integration:at(at)
  world:at(at)
  return integration:try_sync(asked)
end

-- The value that the API has by now.
local function there(integration, object, name)
  local report = integration:report { objects = { object }, to = "2100-01-01T00:00:00Z" }
  local record = report:object(object, "1")
  local field = record and record.fields[name]
  return field and field.value
end

-- The fields of a sample that can be edited as texts and came into exactly one field of ours: their name ->
-- our name.
local function pairs_of(ours, sample, known)
  local found = {}
  for name, value in pairs(sample) do
    for own, kept in pairs(ours) do
      if known[name] and EDITED[known[name].type] and kept == value and own ~= "id" then
        found[name] = found[name] == nil and own or false
      end
    end
  end
  return found
end

-- An integration with one record on both sides; our object, and the names of the fields that both have: none
-- where the object is not mapped.
local function linked(open, object, face)
  local integration, world = open(face.mapping)
  world:put(object, "1", copy(face.samples[object]), BEGINNING)
  assert.equal("done", integration:sync({ first_time = true }).status)
  for _, mapping in ipairs(integration.store:mappings()) do
    if mapping.integration_object == object then
      local ours = integration.store:get(mapping.internal_object, mapping.internal_id)
      local known = integration:report({ objects = { object } }):object(object, "1").fields
      return integration, world, mapping, pairs_of(ours, face.samples[object], known)
    end
  end
  return integration, world, nil, {}
end

local function edit(integration, mapping, fields)
  integration.store:set(mapping.internal_object, mapping.internal_id, fields)
end

--- A server that is busy: what was edited goes in a later run.
function M.verify_busy(open, object, face)
  local name = (face.nullable or {})[object]
  if not name or face.reads_by_post then
    return
  end
  it(("sends an edit of a '%s' in a later run if the server was busy"):format(object), function()
    local integration, world, mapping, both = linked(open, object, face)
    if not both[name] then
      return
    end
    local edited = face.samples[object][name] .. "1"
    edit(integration, mapping, { [both[name]] = edited })
    integration.http:outage({ status = 503 }, is_write)
    sync_at(integration, world, LATER)
    integration.http:outage(nil)
    sync_at(integration, world, LATEST)
    assert.equal(edited, there(integration, object, name), "what could not be sent while the server was busy "
      .. "(503) is kept for the next run: order:retry_sync_later")
  end)
end

--- A value of theirs that cannot be stored here is not overwritten by any push.
function M.verify_untaken(open, object, face)
  it(("leaves a value of a '%s' that can't be taken here as it is there"):format(object), function()
    local integration, world, mapping, both = linked(open, object, face)
    local fields, other = copy(face.samples[object]), (face.nullable or {})[object]
    local known = mapping and integration:report({ objects = { object } }):object(object, "1").fields
    local long, required = nil, { [other or ""] = true, [(face.required or {})[object] or ""] = true }
    for name, own in pairs(both) do
      local ours = own and TEXTS[known[name].type] and not required[name]
        and name ~= (face.unique or {})[object]
      long = ours and (not long or name < long) and name or long
    end
    if not long or not both[other or ""] then
      return
    end
    local value = ("x"):rep(300)
    fields[long] = value
    world:put(object, "1", fields, LATER)
    sync_at(integration, world, LATER)
    edit(integration, mapping, { [both[other]] = fields[other] .. "1" })
    sync_at(integration, world, LATEST, { first_time = true })
    assert.equal(value, there(integration, object, long), ("a full push wrote over the field '%s', of which "
      .. "nothing is known here: send what change gives, and nothing for what it does not give"):format(long))
  end)
end

--- Some fields are refused: the others go.
function M.verify_partial(open, object, face)
  local name = (face.nullable or {})[object]
  if not face.refuse or not name then
    return
  end
  it(("sends the other fields of a '%s' if one is refused"):format(object), function()
    local integration, world, mapping, both = linked(open, object, face)
    local other, refused = nil, face.samples[object][name] .. "9"
    for one, own in pairs(both) do
      local usable = own and one ~= name and one ~= (face.unique or {})[object]
      other = usable and (not other or one < other) and one or other
    end
    if not both[name] or not other then
      return
    end
    local edited = "1" .. face.samples[object][other]
    edit(integration, mapping, { [both[name]] = refused, [both[other]] = edited })
    integration.http:outage(face.refuse(object, name), function(request)
      return is_write(request) and tostring(request.body):find(refused, 1, true) ~= nil
    end)
    local run = sync_at(integration, world, LATER)
    assert.equal(edited, there(integration, object, other), ("the field '%s' was not sent because '%s' is "
      .. "refused: name those that are, order:note_object_sync_issue(change, message, { fields = { ... } })")
      :format(other, name))
    assert.equal("done_with_issues", run.status, "nobody was told of what was refused")
    integration.http:outage(nil)
    edit(integration, mapping, { [both[name]] = refused .. "0" })
    sync_at(integration, world, LATEST)
    assert.equal(refused .. "0", there(integration, object, name))
  end)
end

--- Two linked records are merged there: people are told, and the winner gets nothing of the loser's.
function M.verify_merges(open, object, face)
  if not face.tells_merges then
    return
  end
  it(("reports a merge of two '%s' that are linked"):format(object), function()
    local integration, world = open(face.mapping)
    local second = {}
    for name, value in pairs(face.samples[object]) do
      second[name] = type(value) == "string" and "2" .. value or value
    end
    world:put(object, "1", copy(face.samples[object]), BEGINNING)
    world:put(object, "2", copy(second), BEGINNING)
    integration:sync { first_time = true }
    world:at(LATER)
    world:merge(object, "2", "1")
    local run = sync_at(integration, world, LATER)
    local live, told = {}, false
    for _, mapping in ipairs(integration.store:mappings()) do
      live[#live + 1] = not mapping.deleted and mapping.integration_object == object
        and mapping.integration_id or nil
    end
    for _, note in ipairs(integration.store:notes()) do
      told = told or note.about == "remap_conflict"
    end
    assert.same({ "1" }, live, "the link of a record that was merged into another one has ended")
    assert.is_true(told, "a merge is told by report:merge, not as a deletion")
    assert.equal("done_with_issues", run.status)
    sync_at(integration, world, LATEST)
    assert.equal(1, #world:list(object), "the loser was made again")
    local winner = world:get(object, "1").fields
    for name, value in pairs(face.samples[object]) do
      assert.same(value, winner[name], ("the winner's field '%s' was written"):format(name))
    end
  end)
end

return M
