local tandem = require "tandem"
local server = dofile "spec/integrations/tryton/server.lua"

local party, at = server.party, server.at

describe("tryton report builder", function()
  local function serving(list)
    return server.new { ["party.search_read"] = function() return list end }
  end

  local function person(record)
    return serving({ record }):report({ objects = { "person" } }):object("person", record.id)
  end

  it("asks for a window of both dates, of the party and of its parts, with microseconds", function()
    local tryton, asked = serving {}
    tryton:report { objects = { "person" }, from = "2026-01-01T00:00:00.250Z", to = "2026-01-02T00:00:00Z" }
    local domain = asked[1].params[1]
    local from = { __class__ = "datetime", year = 2026, month = 1, day = 1, hour = 0, minute = 0, second = 0,
      microsecond = 250000 }
    local to = { __class__ = "datetime", year = 2026, month = 1, day = 2, hour = 0, minute = 0, second = 0,
      microsecond = 0 }
    local window = { "OR",
      { { "write_date", ">=", from }, { "write_date", "<", to } },
      { { "write_date", "=", tandem.null }, { "create_date", ">=", from }, { "create_date", "<", to } },
    }
    assert.same({
      { "categories", "not where", { { "name", "=", "Organisation" } } },
      { "id", ">", 0 },
      { "OR", window, { "contact_mechanisms", "where", { window } }, { "relations", "where", { window } } },
    }, domain)
    assert.same({ { "id", "ASC" } }, asked[1].params[4])
    assert.same({ active_test = false }, asked[1].params[6])
  end)

  it("asks for everything without a window", function()
    local tryton, asked = serving {}
    tryton:report { objects = { "organisation" } }
    assert.same({ { "categories", "where", { { "name", "=", "Organisation" } } }, { "id", ">", 0 } },
      asked[1].params[1])
  end)

  it("goes on after the last id of a full page", function()
    local list = {}
    for id = 1, 200 do
      list[id] = party(id, "P" .. id)
    end
    local tryton, asked = server.new {
      ["party.search_read"] = function(params) return params[1][2][3] == 0 and list or {} end,
    }
    local first = tryton:report { objects = { "person" } }
    assert.equal(200, #first:objects())
    tryton:report { objects = { "person" }, iteration = 2, cursor = first.cursor }
    assert.same({ "id", ">", 200 }, asked[2].params[1][2])
  end)

  it("has read everything after a page that is not full", function()
    local reports = serving({ party(1, "P") }):reports { objects = { "person" } }
    assert.equal(2, #reports)
  end)

  it("takes the party's own date for its instant: parts have theirs", function()
    local record = party(1, "Ada Lovelace", { { "email", "a@a.test", at(6) } })
    assert.equal("2026-01-01T10:00:00Z", person(record).changed_at)
    record.write_date = at(5, 140290)
    assert.equal("2026-01-05T10:00:00.140Z", person(record).changed_at)
  end)

  it("tells when a mechanism changed, for it is a record of its own", function()
    local record = party(1, "Ada Lovelace", { { "email", "a@a.test", at(5) }, { "phone", "1" } })
    local fields = person(record).fields
    assert.equal("2026-01-05T10:00:00Z", fields.email.changed_at)
    assert.equal("2026-01-01T10:00:00Z", fields.phone.changed_at)
    assert.is_nil(fields.last_name.changed_at)
  end)

  it("reads the first active mechanism of a type, and null if there is none", function()
    local record = party(1, "Ada Lovelace", { { "email", "old@a.test" }, { "email", "a@a.test" } })
    record["contact_mechanisms."][1].active = 0
    local fields = person(record).fields
    assert.equal("a@a.test", fields.email.value)
    assert.equal(tandem.null, fields.phone.value)
  end)

  it("takes names apart", function()
    local fields = person(party(1, "van Beethoven, Ludwig")).fields
    assert.equal("Ludwig", fields.first_name.value)
    assert.equal("van Beethoven", fields.last_name.value)
  end)

  it("relates a person to the employer", function()
    local report = serving({ party(1, "Ada", {}, 4), party(2, "Bob") }):report { objects = { "person" } }
    assert.same({
      { object = "person", id = "1", field = "employer", to_object = "organisation", to_id = "4" },
    }, report.relations)
    assert.equal(tandem.null, report:object("person", 2).fields.employer.value)
  end)

  it("takes archived parties for deleted", function()
    local record = party(1, "Ada")
    record.active = 0
    local report = serving({ record }):report { objects = { "person" } }
    assert.same({ { object = "person", id = "1" } }, report.deleted)
    assert.equal(0, #report:objects())
  end)

  it("reports named parties of the kind, and that others are gone", function()
    local tryton, asked = serving { party(4, "Ada") }
    local report = tryton:report { objects = { "person" }, ids = { person = { "4", "5" } } }
    assert.same({
      { "id", "in", { 4, 5 } }, { "categories", "not where", { { "name", "=", "Organisation" } } },
    }, asked[1].params[1])
    assert.is_table(report:object("person", 4))
    assert.same({ { object = "person", id = "5" } }, report.deleted)
    assert.equal("person=.", report.cursor)
  end)

  describe("notices parts that were deleted by themselves", function()
    -- A Tryton with as many mechanisms as `ids` has.
    local function new(ids)
      return server.new {
        ["party.search_read"] = function() return {} end,
        ["contact_mechanism.search_count"] = function(params)
          local count = 0
          for _, id in ipairs(ids) do
            count = count + (id <= params[1][1][3] and 1 or 0)
          end
          return count
        end,
        ["contact_mechanism.search"] = function(params)
          local new_ids = {}
          for _, id in ipairs(ids) do
            new_ids[#new_ids + 1] = id > params[1][1][3] and id or nil
          end
          return new_ids
        end,
      }
    end

    -- Does a run with a window ask for everything?
    local function asks_for_everything(tryton, asked)
      local before = #asked
      tryton:reports { objects = { "person" }, from = "2026-01-01T00:00:00Z" }
      for index = before + 1, #asked do
        if asked[index].method == "party.search_read" then
          return asked[index].params[1][3] == nil
        end
      end
    end

    it("by their number, and reads all parties then", function()
      local ids = { 1, 2, 3 }
      local tryton, asked = new(ids)
      assert.is_false(asks_for_everything(tryton, asked))
      table.insert(ids, 4)
      assert.is_false(asks_for_everything(tryton, asked))
      table.remove(ids, 2)
      table.insert(ids, 5)
      assert.is_true(asks_for_everything(tryton, asked))
      assert.is_false(asks_for_everything(tryton, asked))
    end)

    it("by their number, once more after a failed pull", function()
      local ids = { 1, 2 }
      local tryton, asked = new(ids)
      asks_for_everything(tryton, asked)
      table.remove(ids)
      tryton:report { objects = { "person" }, from = "2026-01-01T00:00:00Z" } -- only the first page
      assert.is_true(asks_for_everything(tryton, asked))
    end)
  end)

  it("names parties that were deleted, of whatever object, once", function()
    local ids = { 1, 2, 3 }
    local tryton = server.new {
      ["party.search_read"] = function() return {} end,
      ["party.search_count"] = function(params)
        return params[1][1][3] == 0 and 0 or #ids
      end,
      ["party.search"] = function(params)
        local last = params[1][1][3]
        return params[1][1][2] == ">" and last > 0 and {} or ids
      end,
    }
    local function deleted()
      local reports, gone = tryton:reports { objects = { "organisation", "person" } }, {}
      for _, one in ipairs(reports[1].deleted) do
        gone[#gone + 1] = one.object .. " " .. one.id
      end
      return gone
    end
    assert.same({}, deleted())
    table.remove(ids, 2)
    assert.same({ "organisation 2", "person 2" }, deleted())
    assert.same({}, deleted())
  end)

  it("takes nobody for a person if the category of organisations is not there", function()
    local tryton = server.new {
      ["party.search_read"] = function() return { party(1, "Acme") } end,
      ["category.search"] = function() return {} end,
    }
    local report, message = tryton:try_report { objects = { "person" } }
    assert.is_nil(report)
    assert.matches("no party.category with the name 'Organisation': add it there", message, 1, true)
  end)

  it("ends the run on an error inside of HTTP 200, naming the method", function()
    local tryton = server.new {
      ["party.search_read"] = function() return nil, { "UserError", { "no access", "", tandem.null } } end,
    }
    local report, message = tryton:try_report { objects = { "person" } }
    assert.is_nil(report)
    assert.matches("party.search_read: Tryton says: no access", message, 1, true)
  end)

  it("ends the run if the password is wrong", function()
    local tryton = serving {}
    tryton:report { objects = { "person" } } -- now it knows the fields
    tryton.http:on("POST", "/", { status = 401, body = "" })
    local _, message = tryton:try_report { objects = { "person" } }
    assert.matches("Tryton answered 401; is 'auth'", message, 1, true)
  end)
end)
