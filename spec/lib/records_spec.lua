local records = require "records"
local values = require "values"

describe("records", function()
  local client, asked, there

  -- A list of pages of two, as an API would answer it.
  local function fits(record, condition)
    local field, comparison, value = table.unpack(condition)
    local own = record[field]
    return own ~= nil and (comparison == "eq" and own == value or comparison == "gt" and own > value
      or comparison == "gte" and own >= value or comparison == "lt" and own < value)
  end

  before_each(function()
    _G.datetime = { add = function(instant) return instant end }
    there, asked = {}, {}
    client = { modified = "changed", list = function(_, conditions)
      asked[#asked + 1] = conditions
      local page = {}
      for _, record in ipairs(there) do
        local all = true
        for _, condition in pairs(conditions) do
          all = all and fits(record, condition)
        end
        page[#page + 1] = all and #page < 2 and record or nil
      end
      return page
    end }
  end)

  after_each(function()
    _G.datetime = nil
  end)

  local WINDOW = { from = "2026-03-10T10:00:00Z", to = "2026-03-10T12:00:00Z" }

  it("are asked for by window, place and condition", function()
    records.page(client, WINDOW, "7", { "status", "eq", "new" })
    assert.same({
      { "changed", "lt", "2026-03-10 12:00:00" }, { "changed", "gte", "2026-03-10 10:00:00" },
      { "status", "eq", "new" }, { "id", "gt", "7" },
    }, asked[1])
    records.page(client, { to = WINDOW.to })
    assert.same({ { "changed", "lt", "2026-03-10 12:00:00" } }, asked[2])
  end)

  it("are asked for as the API wants it, if it wants its own", function()
    client.window = function(from, to) return { { "between", "eq", from .. to } } end
    records.page(client, WINDOW)
    assert.same({ { "between", "eq", "2026-03-10 10:00:002026-03-10 12:00:00" } }, asked[1])
  end)

  it("are asked for by many ids at once, and alone if the list hides them", function()
    local alone = {}
    client.one = function(_, id)
      alone[#alone + 1] = id
      return id ~= "gone" and { id = id } or nil
    end
    assert.same({ ["1"] = { id = "1" } }, records.by_ids(client, {}, { "1", "gone" }))
    assert.same({ "1", "gone" }, alone)
    client.ids, client.list = 2, function(_, conditions)
      asked[#asked + 1] = conditions
      return values.map(conditions[1][3], function(id)
        return tonumber(id) and { id = tonumber(id) } or nil
      end)
    end
    alone = {}
    local found = records.by_ids(client, {}, { "1", "2", "hidden", "gone", "3" })
    assert.same({ { { "id", "any", { "1", "2" } } }, { { "id", "any", { "hidden", "gone" } } },
      { { "id", "any", { "3" } } } }, asked)
    assert.same({ "hidden", "gone" }, alone)
    assert.same({ id = 3 }, found["3"])
    assert.is_nil(found.gone)
  end)

  it("with a name are those with exactly this name", function()
    there = { { id = "1", name = "ACME" }, { id = "2", name = "Acme" } }
    client.list = function() return there end
    local find = records.finder(client, "Account", "name")
    assert.equal("2", find "Acme")
    assert.is_nil(find "acme")
  end)

  it("are found by their names, each of which is asked for once", function()
    there = { { id = 7, name = "Acme" }, { id = 8, name = "Acme" } }
    local find = records.finder(client, "Account", "name")
    assert.equal("7", find "Acme")
    assert.equal("7", find "Acme")
    assert.is_nil(find "")
    assert.is_nil(find(nil))
    assert.equal(1, #asked)
    assert.is_nil(find "Nobody")
  end)

  it("are the same, or the only one of which it can't be told", function()
    local function choose(...)
      local verdicts = { ... }
      local record, several = records.choose({ 1, 2, 3 }, function(one)
        local verdict = verdicts[one]
        if verdict ~= "unknown" then
          return verdict
        end
      end)
      return record, several
    end
    assert.same({ 2, false }, { choose("unknown", true, true) })
    assert.same({ 3, false }, { choose(false, false, "unknown") })
    assert.same({ n = 2, nil, true }, table.pack(choose("unknown", false, "unknown")))
    assert.same({ n = 2, nil, false }, table.pack(choose(false, false, false)))
  end)

  describe("that were made before a crash", function()
    local function made(fields)
      return records.made(client, "Contact", fields, { "email" }, { "last", "first", "phone" })
    end

    it("are known by a key, if there is one with it", function()
      there = {
        { id = 1, email = "a@a.test" }, { id = 2, email = "b@b.test" }, { id = 3, email = "b@b.test" },
      }
      assert.equal(1, (made { email = "a@a.test", last = "Ash" }))
      assert.same({ n = 1 }, table.pack(made { email = "c@c.test" }))
      local id, reason = made { email = "b@b.test" }
      assert.is_nil(id)
      assert.equal("2 records have this 'email'", reason)
    end)

    it("are the newest of any number without a key that have their traits", function()
      there = {
        { id = 3, last = "Ash", first = "Ann", email = "ann@a.test" }, { id = 4, last = "Ash" },
        { id = 5, last = "Ash", first = "Ann" }, { id = 6, last = "Ash", first = "Ann", email = "" },
        { id = 7, last = "Ash", first = "Bob" },
      }
      assert.equal(6, (made { last = "Ash", first = "Ann", email = "" }))
      assert.is_nil((made { last = "Ash", first = "Cid" }))
    end)

    it("are not looked for by nothing", function()
      assert.is_nil((made { city = "Ulm" }))
      assert.same({}, asked)
    end)
  end)
end)
