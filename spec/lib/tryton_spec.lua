local tryton = require "tryton"

local null = io.stdout -- a userdata, as is the null of JSON

local function at(day, microsecond)
  return { __class__ = "datetime", year = 2026, month = 1, day = day, hour = 10, minute = 0, second = 0,
    microsecond = microsecond or 0 }
end

-- The rest is in the specs of lua/integrations/tryton.
describe("tryton", function()
  it("takes the date of the last change, or else of the creation, to the microsecond", function()
    assert.equal("2026-01-01T10:00:00.000000Z", tryton.changed_at { create_date = at(1), write_date = null })
    assert.equal("2026-01-02T10:00:00.140290Z",
      tryton.changed_at { create_date = at(1), write_date = at(2, 140290) })
  end)

  it("knows what is archived, on any database", function()
    assert.is_true(tryton.is_active { active = true })
    assert.is_true(tryton.is_active { active = 1 })
    assert.is_false(tryton.is_active { active = false })
    assert.is_false(tryton.is_active { active = 0 })
  end)

  -- Tryton gives this answer to whatever is asked.
  local function answers(answer)
    _G.http = { request = function()
      return { ok = true, status = 200, json = function() return answer end }
    end }
  end

  after_each(function()
    _G.http = nil
  end)

  it("finds errors inside of HTTP 200, and says what they mean", function()
    answers { error = { "UserError", { "too long", "", null } } }
    local _, failure = tryton.call "party.party.write"
    assert.same({ kind = "UserError", message = "too long" }, failure)
    answers { error = { "'party.relation'", "" } }
    _, failure = tryton.call "party.relation.search"
    assert.equal("there is no 'party.relation', perhaps its module is missing", failure.message)
    answers { error = { "Database 'x' doesn't exist!", "" } }
    _, failure = tryton.call "party.party.read"
    assert.equal("Database 'x' doesn't exist!", failure.message)
  end)

  it("raises errors of calls that only read", function()
    answers { error = { "UserError", { "no access", "", null } } }
    local ran, message = pcall(tryton.read, "party.party.read")
    assert.is_false(ran)
    assert.equal("party.party.read: Tryton says: no access", message)
  end)
end)

describe("tryton parts", function()
  local parts = require "tryton.parts"

  it("are the first that fits, of records that are there", function()
    local record = { ["phones."] = {
      { id = 1, kind = "fax" }, { id = 2, kind = "home" }, { id = 3, kind = "home" },
    } }
    local function at_home(part)
      return part.kind == "home"
    end
    assert.equal(2, parts.first(record, "phones", at_home).id)
    assert.is_nil(parts.first({ ["phones."] = {} }, "phones", at_home))
    assert.is_nil(parts.first({}, "phones", at_home))
    assert.is_nil(parts.first(nil, "phones", at_home))
  end)

  it("are made, written and deleted, as far as there is something to do", function()
    local part = { id = 7, value = "1" }
    assert.same({ "create", { { kind = "home", value = "1" } } },
      parts.command(nil, "value", "1", { kind = "home" }))
    assert.same({ "write", { 7 }, { value = "2" } }, parts.command(part, "value", "2", {}))
    assert.is_nil(parts.command(part, "value", "1", {}))
    for _, empty in ipairs { "", null } do
      assert.same({ "delete", { 7 } }, parts.command(part, "value", empty, {}))
      assert.is_nil(parts.command(nil, "value", empty, {}))
    end
  end)
end)
