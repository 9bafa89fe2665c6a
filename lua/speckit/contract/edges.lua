--- The contract suite's edges: what authors get wrong without noticing. See the module `contract`.
-- @module contract.edges
local assert = require "luassert"
local busted = require "busted"
local configuration = require "tandem.configuration"
local tandem = require "tandem"

local M = {}

local it = busted.it

local BEGINNING = "2026-03-01T00:00:00Z"
local NUMBERS = { int = true, float = true, double = true }

local function copy(fields)
  return configuration.merge(fields, {})
end

local function is_empty(value)
  return value == nil or value == "" or value == tandem.null
end

local function first(integration, object)
  return integration:report({ objects = { object }, to = "2100-01-01T00:00:00Z" }):object(object, "1")
end

-- A world with one record, and what became of one of its fields when another value was sent.
local function sent(open, object, face, name, value)
  local integration, world = open()
  world:put(object, "1", copy(face.samples[object]), BEGINNING)
  local fields = copy(face.samples[object])
  fields[name] = value
  local answers = integration:execute {
    { object = object, object_id = "1", fields = fields, changed = { name } },
  }
  assert.equal("updated", answers[1].action)
  return first(integration, object).fields[name]
end

--- A record that is gone, asked for by its id.
function M.verify_gone(open, object, face)
  it(("says that a '%s' that is asked for by its id is gone"):format(object), function()
    local integration, world = open()
    world:put(object, "1", copy(face.samples[object]), BEGINNING)
    world:delete(object, "1")
    local report = integration:report { objects = { object }, ids = { [object] = { "1" } } }
    assert.same({}, report:objects(), "a record that is gone was reported")
    assert.equal(1, #report.deleted + #(report.merges or {}),
      "a record that is gone is reported as deleted (report:add_deleted)")
  end)
end

--- False, zero, and texts that are cleared, there and back.
function M.verify_falsy(open, object, face)
  it(("sends false and 0 of a '%s', and reads them"):format(object), function()
    local integration, world = open()
    world:put(object, "1", copy(face.samples[object]), BEGINNING)
    for name, field in pairs(first(integration, object).fields) do
      local value = nil
      if field.type == "boolean" then
        value = false
      elseif NUMBERS[field.type] then
        value = 0
      end
      if value ~= nil and face.samples[object][name] ~= nil then
        assert.is_true(field.value ~= false and field.value ~= 0,
          ("world.lua: the sample's field '%s' must be neither false nor 0, or nothing is seen to change")
            :format(name))
        local found = sent(open, object, face, name, value)
        assert.is_table(found, ("the field '%s' is gone"):format(name))
        assert.equal(value, found.value == 0.0 and 0 or found.value, ("the field '%s'"):format(name))
      end
    end
  end)

  local nullable = (face.nullable or {})[object]
  if nullable then
    it(("clears a field of a '%s', be it null or the empty text"):format(object), function()
      for _, empty in ipairs { tandem.null, "" } do
        local found = sent(open, object, face, nullable, empty)
        assert.is_true(found == nil and face.sparse == true or found ~= nil and is_empty(found.value),
          ("the field '%s' was not cleared"):format(nullable))
      end
    end)
  end
end

--- A create whose answer was lost.
function M.verify_lost(open, object, face)
  it(("makes no double of a '%s' when the answer was lost"):format(object), function()
    local integration, world = open()
    local function count()
      return #world:list(object)
    end
    integration.http:lose(function() return count() > 0 end)
    local change = {
      object = object, fields = copy(face.samples[object]), idempotency_key = "a-key-of-the-suite",
      sent_at = "2026-03-10T12:00:00Z",
    }
    local answer = integration:try_execute({ change })[1]
    assert.equal(1, count(), "it was made twice: give a request that creates an idempotency_key only if "
      .. "the API knows it by that key")
    local id = world:list(object)[1].id
    if answer.action == "created" then
      assert.equal(id, answer.id)
    elseif integration:has("order_executioner", "find") then
      local found, known = integration:find(change)
      assert.is_true(known, "find can't tell whether it was made")
      assert.equal(id, found, "find does not find what was made")
    end
  end)
end

local function count_links(integration, object)
  local count = 0
  for _, mapping in ipairs(integration.store:mappings()) do
    count = count + (mapping.integration_object == object and 1 or 0)
  end
  return count
end

--- Two records with one e-mail address are one contact here.
function M.verify_twins(open, face, manifest)
  for _, object in ipairs(manifest.objects) do
    local name = object.name
    if object.internal == "contact" and not (face.unique or {})[name] and not face.tokens then
      it(("keeps two '%s' with one e-mail address apart, and quiet"):format(name), function()
        local integration, world = open(face.mapping)
        world:put(name, "1", copy(face.samples[name]), BEGINNING)
        world:put(name, "2", copy(face.samples[name]), BEGINNING)
        assert.equal("done", integration:sync({ first_time = true }).status)
        assert.is_true(count_links(integration, name) ~= 1, "two records are taken for one: is an id shared?")
        integration:at("2026-03-10T12:10:00Z")
        world:at("2026-03-10T12:10:00Z")
        local again = integration:sync()
        assert.equal("done", again.status)
        assert.equal(0, again.pull.created + again.pull.updated + again.push.created + again.push.updated,
          "the second run wrote")
      end)
    end
  end
end

return M
