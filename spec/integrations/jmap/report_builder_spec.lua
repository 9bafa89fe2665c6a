local tandem = require "tandem"
local server = dofile "spec/integrations/jmap/server.lua"

local contact, got = server.contact, server.got

describe("jmap report builder", function()
  -- A server that has changed from state "7" to "19".
  local function changed_server(changes, created, updated)
    local gets = { got(created or {}), got(updated or {}) }
    return server.new {
      ["Contact/changes"] = function(arguments)
        local result = {
          oldState = arguments.sinceState, newState = "19", hasMoreChanges = false,
          created = {}, updated = {}, destroyed = {},
        }
        for name, value in pairs(changes or {}) do
          result[name] = value
        end
        return result
      end,
      ["Contact/get"] = function() return table.remove(gets, 1) or got {} end,
    }
  end

  it("asks for what has changed since the position", function()
    local jmap, asked = changed_server({}, { contact("a", { firstName = "Ada" }) }, { contact("b") })
    local report = jmap:report { position = { contact = "token:7" } }
    assert.equal("7", asked[1].arguments.sinceState)
    assert.equal("/created", asked[2].arguments["#ids"].path)
    assert.equal("/updated", asked[3].arguments["#ids"].path)
    assert.equal("Ada", report:object("contact", "a").fields.firstName.value)
    assert.is_table(report:object("contact", "b"))
    assert.equal(3, #asked)
    assert.equal(1, #jmap.http.requests)
  end)

  it("gives no instants: the server has none", function()
    local jmap = changed_server({}, { contact "a" })
    assert.is_nil(jmap:report({ position = { contact = "token:7" } }):object("contact", "a").changed_at)
  end)

  it("reports deletions, and keeps the new state as position and cursor", function()
    local jmap = changed_server { destroyed = { "x", "y" } }
    local report = jmap:report { position = { contact = "token:7" } }
    assert.same({ { object = "contact", id = "x" }, { object = "contact", id = "y" } }, report.deleted)
    assert.equal("contact=+changes 19", report.cursor)
    assert.same({ contact = "token:19" }, report.positions)
  end)

  it("has read everything when the state does not change", function()
    local jmap, asked = changed_server {}
    local report = jmap:report { cursor = "contact=+changes 19", iteration = 2 }
    assert.equal("19", asked[1].arguments.sinceState)
    assert.equal("contact=.", report.cursor)
    assert.equal(0, #report:objects())
  end)

  -- A server with contacts, in the order of their uid.
  local function listing_server(ids, failures)
    return server.new {
      ["Contact/changes"] = function(arguments)
        if failures and failures.changes then
          return nil, failures.changes
        end
        return { newState = arguments.sinceState, created = {}, updated = {}, destroyed = {} }
      end,
      ["Contact/query"] = function(arguments)
        if failures and failures.anchor == arguments.anchor and arguments.anchor then
          return nil, "anchorNotFound"
        end
        return { ids = arguments.anchor and {} or ids }
      end,
      ["Contact/get"] = function(arguments)
        local list = {}
        for _, id in ipairs(arguments.ids and {} or ids) do
          list[#list + 1] = contact(id)
        end
        return got(list, "19")
      end,
    }
  end

  it("lists all contacts at first, then what changed since the listing began", function()
    local jmap, asked = listing_server { "a", "b" }
    local reports = jmap:reports {}
    assert.equal(2, #reports[1]:objects())
    assert.equal("contact=+list 19 b", reports[1].cursor)
    assert.equal("contact=+changes 19", reports[2].cursor)
    assert.same({ contact = "token:19" }, reports[3].positions)
    assert.equal("contact=.", reports[3].cursor)
    local first_query = asked[2].arguments
    assert.same({ { property = "uid" } }, first_query.sort)
    assert.is_nil(first_query.anchor)
  end)

  it("lists all contacts in a first-time sync, whatever the position", function()
    local jmap = listing_server { "a" }
    local report = jmap:report { first_time = true, position = { contact = "token:7" } }
    assert.equal("contact=+list 19 a", report.cursor)
  end)

  it("lists all contacts if the server has forgotten the state, or it is that of another server", function()
    for _, failure in ipairs { "cannotCalculateChanges", "invalidArguments" } do
      local jmap = listing_server({ "a" }, { changes = failure })
      assert.equal("contact=+list 19 a", jmap:report({ position = { contact = "token:7" } }).cursor)
    end
  end)

  it("lists all contacts if the state went back: a restored server", function()
    local jmap = server.new {
      ["Contact/changes"] = function()
        return { newState = "7", created = {}, updated = {}, destroyed = {} }
      end,
      ["Contact/query"] = function() return { ids = { "a" } } end,
      ["Contact/get"] = function() return got({ contact "a" }, "7") end,
    }
    assert.equal("contact=+list 7 a", jmap:report({ position = { contact = "token:99999" } }).cursor)
  end)

  it("begins the listing again if the place was deleted", function()
    local jmap = listing_server({ "a" }, { anchor = "gone" })
    assert.equal("contact=+list 19 a", jmap:report({ cursor = "contact=+list 5 gone", iteration = 2 }).cursor)
  end)

  it("reports named contacts, and that others are gone", function()
    local jmap, asked = server.new {
      ["Contact/get"] = function() return { state = "19", list = { contact "a" }, notFound = { "b" } } end,
    }
    local report = jmap:report { ids = { contact = { "a", "b" } } }
    assert.same({ "a", "b" }, asked[1].arguments.ids)
    assert.is_table(report:object("contact", "a"))
    assert.same({ { object = "contact", id = "b" } }, report.deleted)
    assert.equal("contact=.", report.cursor)
  end)

  describe("reads", function()
    local function read(members)
      local jmap = changed_server({}, { contact("a", members) })
      return jmap:report({ position = { contact = "token:7" } }):object("contact", "a").fields
    end

    it("0000-00-00 as no date", function()
      assert.equal(tandem.null, read({}).birthday.value)
      assert.same({ type = "date", value = "1990-02-28" }, read({ birthday = "1990-02-28" }).birthday)
    end)

    it("the default e-mail address, else the first", function()
      local emails = {
        { type = "work", value = "w@a.test" }, { type = "personal", value = "p@a.test", isDefault = true },
      }
      assert.equal("p@a.test", read({ emails = emails }).email.value)
      emails[2].isDefault = false
      assert.equal("w@a.test", read({ emails = emails }).email.value)
      assert.equal(tandem.null, read({}).email.value)
    end)

    it("phones by their type, parts of the address", function()
      local fields = read {
        phones = { { type = "work", value = "1" }, { type = "mobile", value = "2" } },
        addresses = {
          { type = "home", street = "S", locality = "Town", region = "", postcode = "1", country = "DE" },
        },
      }
      assert.equal("2", fields.phone_mobile.value)
      assert.equal(tandem.null, fields.phone_home.value)
      assert.equal("Town", fields.locality.value)
      assert.equal("", fields.region.value)
    end)
  end)

  it("ends the run if the server fails, naming the method", function()
    local jmap = server.new {
      ["Contact/changes"] = function() return nil, "serverFail" end,
      ["Contact/get"] = function() return nil, "resultReference" end,
    }
    local report, message = jmap:try_report { position = { contact = "token:7" } }
    assert.is_nil(report)
    assert.matches("Contact/changes: the JMAP server answered 'serverFail'", message, 1, true)
  end)

  it("ends the run if the server is not there", function()
    local jmap = tandem.integration("jmap", { config = { base_url = "https://mail.test/jmap" } })
    jmap.http:on("POST", "/", { status = 401, body = "<html>Unauthorized</html>" })
    local _, message = jmap:try_report { position = { contact = "token:7" } }
    assert.matches("Contact/changes: the JMAP server answered 401; is 'auth'", message, 1, true)
  end)
end)
