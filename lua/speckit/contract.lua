--- The contract suite: what every integration must pass, whatever its API looks like.
--
--     -- lua/integrations/NAME/spec/contract_spec.lua
--     require("contract").verify "NAME"
--
-- Its API is simulated by lua/integrations/NAME/spec/world.lua, a table with
--
-- - `new(http, now)`: stubs the API and returns a world (`tandem.world`) that answers through them
-- - `samples`: object -> fields of a record, by the names of the API, all that a mapping would have
-- - `required`: object -> a text field that is sent with every change, if it has no e-mail address
-- - `nullable`: object -> a field that may be empty
-- - `unique`: object -> a text field by which the API knows it: no two records have the same value
-- - `sparse`: true if the API leaves out fields that it does not know (it says null otherwise)
-- - `ids`: ids to try besides plain numbers, e.g. { "007", "a/b" } where ids are text
-- - `precision`: what instants of the API are rounded to, in milliseconds (1000)
-- - `read_only`: object -> true if the executioner never writes it
-- - `reads_by_post`: true if the API is asked by other methods than GET
-- - `tokens`: true if the API has change tokens and no instants: windows mean nothing to it
-- - `refuse(object, field)`: if the API names the fields that it refuses: its answer to a write that it
--   refuses because of this one
-- - `tells_merges`: true if the API reports merges (`world:merge`, `world:gone`)
-- - `mapping`, `schema`, `config`: used in runs instead of those in config/integrations/NAME.lua
-- @module contract
local assert = require "luassert"
local busted = require "busted"
local configuration = require "tandem.configuration"
local edges = require "contract.edges"
local matters = require "contract.matters"
local tandem = require "tandem"

local M = {}

-- busted's globals are those of spec files only.
local describe, it = busted.describe, busted.it

--- How many records a world has in specs that read pages.
M.MANY = 230

local NOW = "2026-03-10T12:00:00Z"
local OUTAGES = {
  { "401", { status = 401, json = { error = "unauthorized" } } },
  { "404", { status = 404, json = { error = "not found" } } },
  { "429", { status = 429, headers = { ["Retry-After"] = 1 } } },
  { "500", { status = 500, body = "" } },
  { "HTML instead of JSON", { status = 200, body = "<html><body>Welcome</body></html>",
    headers = { ["Content-Type"] = "text/html" } } },
  { "broken JSON", { status = 200, body = '[{"id": 1, "fie',
    headers = { ["Content-Type"] = "application/json" } } },
  { "a time-out", { fault = "timeout", sent = true } },
  { "a lost connection", { fault = "receive", sent = true } },
}

local function copy(fields)
  return configuration.merge(fields, {})
end

-- ---- the parts of the suite; each gets `open`, which makes an integration and its world ----

local function keys(set)
  local list = {}
  for key in pairs(set) do
    list[#list + 1] = key
  end
  table.sort(list)
  return list
end

local function verify_pages(open, object, face)
  it(("reads every page of '%s', each record once, and ends"):format(object), function()
    local integration, world = open()
    local expected = {}
    for number = 1, M.MANY do
      world:put(object, tostring(number), copy(face.samples[object]), "2026-03-01T00:00:00Z")
      expected[tostring(number)] = true
    end
    local seen = {}
    for _, report in ipairs(integration:reports { objects = { object } }) do
      for _, record in ipairs(report:objects(object)) do
        assert.is_nil(seen[record.id], ("'%s' was reported twice"):format(record.id))
        seen[record.id] = true
      end
    end
    assert.same(keys(expected), keys(seen))
  end)

  if not face.tokens then
    it(("reports no '%s' of a window in the far future"):format(object), function()
      local integration, world = open()
      world:put(object, "1", copy(face.samples[object]), "2026-03-01T00:00:00Z")
      local reports = integration:reports {
        objects = { object }, from = "2100-01-01T00:00:00Z", to = "2100-01-02T00:00:00Z",
      }
      for _, report in ipairs(reports) do
        assert.same({}, report:objects())
      end
    end)
  end

  it(("reports a '%s' that is asked for by its id, and no other"):format(object), function()
    for _, id in ipairs { "2", table.unpack(face.ids or {}) } do
      local integration, world = open()
      world:put(object, "1", copy(face.samples[object]), "2026-03-01T00:00:00Z")
      world:put(object, id, copy(face.samples[object]), "2026-03-01T00:00:00Z")
      local seen = {}
      local report = integration:report { objects = { object }, ids = { [object] = { id } } }
      for _, record in ipairs(report:objects()) do
        seen[record.id] = true
      end
      assert.same({ id }, keys(seen))
    end
  end)
end

local function verify_values(open, object, face)
  local function reported(fields, id, at)
    local integration, world = open()
    world:put(object, id or "1", fields, at or "2026-03-01T00:00:00Z")
    local report = integration:report { objects = { object } }
    return assert(report:object(object, id or "1"), ("the '%s' is not reported"):format(object)), integration
  end

  it(("reads what a '%s' has"):format(object), function()
    local record = reported(copy(face.samples[object]))
    assert.same({}, record.unreadable)
    for name in pairs(face.samples[object]) do
      assert.is_table(record.fields[name], ("the field '%s' is not reported"):format(name))
      assert.not_equal(tandem.null, record.fields[name].value, ("the field '%s' is empty"):format(name))
    end
  end)

  local nullable = (face.nullable or {})[object]
  if nullable then
    it(("keeps null and absent apart in a '%s'"):format(object), function()
      local fields = copy(face.samples[object])
      fields[nullable] = tandem.null
      local found = reported(fields).fields[nullable]
      assert.is_table(found, "null was taken for absent")
      assert.equal(tandem.null, found.value)
      if face.sparse then
        fields[nullable] = nil
        assert.is_nil(reported(fields).fields[nullable], "absent was taken for null")
      end
    end)
  end

  it(("keeps ids of a '%s' as they are"):format(object), function()
    local ids = { "1", "9007199254740993" }
    table.move(face.ids or {}, 1, #(face.ids or {}), 3, ids)
    for _, id in ipairs(ids) do
      assert.equal(id, reported(copy(face.samples[object]), id).id)
    end
  end)

  if not face.tokens then
    it(("keeps the instant of a '%s'"):format(object), function()
      local precision = face.precision or 1000
      for _, at in ipairs { "2026-03-01T00:00:00Z", "2025-12-31T23:59:59Z" } do
        local told = reported(copy(face.samples[object]), "1", at).changed_at
        assert.is_string(told, "it has no instant")
        assert.equal(tandem.instant(at) // precision, tandem.instant(told) // precision)
      end
    end)
  end
end

local function verify_order(open, object, face)
  local function changes()
    local new, unique = copy(face.samples[object]), (face.unique or {})[object]
    if unique then
      new[unique] = "new." .. new[unique]
    end
    return {
      { object = object, object_id = "1", fields = copy(face.samples[object]) },
      { object = object, fields = new },
      { object = object, object_id = "999999", fields = copy(face.samples[object]) },
    }
  end

  it(("answers every change of a '%s'"):format(object), function()
    local integration, world = open()
    world:put(object, "1", copy(face.samples[object]), "2026-03-01T00:00:00Z")
    for _, id in ipairs(face.ids or {}) do
      world:put(object, id, copy(face.samples[object]), "2026-03-01T00:00:00Z")
      local change = { object = object, object_id = id, fields = copy(face.samples[object]) }
      assert.equal("updated", integration:execute({ change })[1].action, ("the record '%s'"):format(id))
    end
    local answers = integration:execute(changes())
    assert.equal("updated", answers[1].action)
    assert.equal("created", answers[2].action)
    assert.is_table(world:get(object, answers[2].id), "the id of the new record is not one of the API's")
    assert.is_true(answers[3].action == "deleted" or answers[3].action == "issue",
      ("a record that is gone is answered with '%s'"):format(answers[3].action))
  end)

  -- In a full push a required field that changed is among the required ones, not the changed ones.
  it(("sends what is required of a '%s' along"):format(object), function()
    for _, name in ipairs(keys(face.samples[object])) do
      local integration, world = open()
      local before = copy(face.samples[object])
      world:put(object, "1", copy(before), "2026-03-01T00:00:00Z")
      local known = integration:report { objects = { object } }:object(object, "1").fields[name]
      if known.type == "email" or name == (face.required or {})[object] then
        before[name] = "changed." .. before[name]
        integration:execute {
          { object = object, object_id = "1", fields = before, changed = {}, required = { name } },
        }
        local report = integration:report { objects = { object }, to = "2100-01-01T00:00:00Z" }
        local found = report:object(object, "1").fields[name]
        assert.equal(before[name], found.value, ("the field '%s' was not sent"):format(name))
      end
    end
  end)

  it(("answers every change of many '%s'"):format(object), function()
    local integration = open()
    local many = {}
    local unique = (face.unique or {})[object]
    for number = 1, M.MANY do
      local fields = copy(face.samples[object])
      if unique then
        fields[unique] = fields[unique] .. number
      end
      many[number] = { object = object, fields = fields, mapped_id = tostring(number) }
    end
    local ids = {}
    for _, answer in ipairs(integration:execute(many)) do
      assert.equal("created", answer.action)
      assert.is_nil(ids[answer.id], "two changes got one id")
      ids[answer.id] = true
    end
  end)

  for _, outage in ipairs(OUTAGES) do
    it(("takes no change of a '%s' for done at %s"):format(object, outage[1]), function()
      local integration, world = open()
      world:put(object, "1", copy(face.samples[object]), "2026-03-01T00:00:00Z")
      integration.http:outage(outage[2])
      for index, answer in ipairs((integration:try_execute { changes()[1], changes()[2] })) do
        local done = answer.action == "updated" or answer.action == "created"
        assert.is_false(done, ("change %d is said to be %s"):format(index, answer.action))
      end
    end)
  end
end

local function verify_outages(open, object, face)
  for _, outage in ipairs(OUTAGES) do
    it(("does not take %s for an empty page of '%s'"):format(outage[1], object), function()
      local integration, world = open()
      world:put(object, "1", copy(face.samples[object]), "2026-03-01T00:00:00Z")
      integration.http:outage(outage[2])
      local report, message = integration:try_report { objects = { object } }
      assert.is_nil(report, "the report did not fail")
      assert.is_true(#message > 0)
    end)
  end
end

local function verify_runs(open, face)
  it("writes nothing in a second run", function()
    local integration, world = open(face.mapping)
    for object, fields in pairs(face.samples) do
      world:put(object, "1", copy(fields), "2026-03-01T00:00:00Z")
    end
    local first = integration:sync { first_time = true }
    assert.equal("done", first.status)
    assert.is_true(first.pull.created > 0, "the first run brought nothing")
    integration.http:clear()
    for number, now in ipairs { "2026-03-10T12:10:00Z", "2026-03-10T12:20:00Z" } do
      integration:at(now)
      world:at(now)
      local again = integration:sync()
      assert.equal("done", again.status)
      assert.equal(0, again.pull.created + again.pull.updated, ("run %d wrote here"):format(number + 1))
      assert.equal(0, again.push.created + again.push.updated, ("run %d wrote there"):format(number + 1))
      if not face.reads_by_post then
        assert.equal(0, again.writes, ("run %d sent requests that write"):format(number + 1))
      end
    end
  end)

  it("moves nothing when the API is down", function()
    local integration, world = open(face.mapping)
    for object, fields in pairs(face.samples) do
      world:put(object, "1", copy(fields), "2026-03-01T00:00:00Z")
    end
    integration.http:outage { status = 500, body = "" }
    local summary, message = integration:try_sync()
    assert.equal("failed", summary.status)
    assert.is_string(message)
    integration.http:outage(nil)
    assert.is_true(integration:sync().pull.created > 0, "what was missed did not come afterwards")
  end)
end

--- Declares the suite of an integration, in a spec.
-- @tparam string name
-- @tparam[opt] table face instead of spec/world.lua
function M.verify(name, face)
  face = face or dofile(("%s/lua/integrations/%s/spec/world.lua"):format(tandem.home, name))
  local function open(mapping)
    local integration = tandem.integration(name, {
      config = face.config, schema = face.schema, mapping = mapping, now = NOW,
    })
    return integration, face.new(integration.http, NOW)
  end

  describe(("the contract of '%s'"):format(name), function()
    local probe = tandem.integration(name)
    for _, object in ipairs(probe.manifest.objects) do
      assert(face.samples[object.name], ("world.lua has no sample of '%s'"):format(object.name))
      if probe:has("report_builder", "build") then
        verify_pages(open, object.name, face)
        verify_values(open, object.name, face)
        verify_outages(open, object.name, face)
        edges.verify_gone(open, object.name, face)
      end
      if probe:has("order_executioner", "execute") and not (face.read_only or {})[object.name] then
        verify_order(open, object.name, face)
        edges.verify_falsy(open, object.name, face)
        edges.verify_lost(open, object.name, face)
        matters.verify_busy(open, object.name, face)
        matters.verify_untaken(open, object.name, face)
        matters.verify_partial(open, object.name, face)
        matters.verify_merges(open, object.name, face)
      end
    end
    verify_runs(open, face)
    edges.verify_twins(open, face, probe.manifest)
  end)
end

return M
