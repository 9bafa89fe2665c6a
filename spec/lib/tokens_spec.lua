local tokens = require "tokens"

describe("tokens", function()
  local source, report

  before_each(function()
    source = {
      token = function() return "9" end,
      page = function(_, after) return after and { "c" } or { "a", "b" }, not after and "b" or nil end,
      changes = function(_, token) return { items = { "d" }, deleted = { "e" }, token = token } end,
      named = function(_, ids) return { ids[1] }, { ids[2] } end,
      add = function(_, requested, item) table.insert(report.seen, requested.name .. " " .. item) end,
    }
  end)

  local function new_report()
    return {
      seen = {}, positions = {},
      add_deleted = function(self, name, id) table.insert(self.seen, ("%s %s gone"):format(name, id)) end,
      set_cursor = function(self, cursor) self.cursor = cursor end,
      set_position = function(self, name, position) self.positions[name] = position end,
    }
  end

  -- The reports of a run for one object.
  local function reports(requested, first_time)
    local list, cursor = {}, nil
    requested.name = "contact"
    repeat
      report = new_report()
      local request = { objects = { requested }, cursor = cursor, first_time_sync = first_time }
      tokens.report(request, report, source)
      list[#list + 1], cursor = report, report.cursor
    until not cursor or #list > 9
    return list
  end

  it("list everything without a position, then what has changed meanwhile", function()
    local list = reports {}
    assert.same({ "contact a", "contact b" }, list[1].seen)
    assert.same({ "contact c" }, list[2].seen)
    assert.same({ "contact d", "contact e gone" }, list[3].seen)
    assert.same({ contact = "token:9" }, list[3].positions)
    assert.same({}, list[4].seen)
    assert.equal(4, #list)
  end)

  it("go on from the position, page by page", function()
    local asked = {}
    function source.changes(_, token)
      asked[#asked + 1] = token
      return { items = { token }, deleted = {}, token = token == "3" and "5" or "7" }
    end
    local list = reports { position = "token:3" }
    assert.same({ "3", "5", "7" }, asked)
    assert.same({ contact = "token:7" }, list[3].positions)
  end)

  it("list everything in a first-time sync, and where the position is an instant", function()
    assert.same({ "contact a", "contact b" }, reports({ position = "token:3" }, true)[1].seen)
    assert.same({ "contact a", "contact b" }, reports({ position = "2026-01-01T00:00:00Z" })[1].seen)
  end)

  it("list everything if the token is forgotten", function()
    local changes = source.changes
    function source.changes(requested, token)
      return token ~= "3" and changes(requested, token) or nil
    end
    local list = reports { position = "token:3" }
    assert.same({ "contact a", "contact b" }, list[1].seen)
    assert.same({ contact = "token:9" }, list[3].positions)
  end)

  it("begin the list again if the place is gone", function()
    local lost = true
    function source.page(_, after)
      if after and lost then
        lost = false
        return nil
      end
      return { after or "first" }, not after and "first" or nil
    end
    source.token = coroutine.wrap(function()
      coroutine.yield "1"
      coroutine.yield "2"
    end)
    local list = reports {}
    assert.same({ "contact first" }, list[1].seen)
    assert.same({ "contact first" }, list[2].seen)
    assert.equal("contact=+list 2 first", list[2].cursor)
  end)

  it("report what is asked for by name, and what of it is gone", function()
    local list = reports { ids = { "x", "y" }, position = "token:3" }
    assert.same({ "contact x", "contact y gone" }, list[1].seen)
    assert.same({}, list[1].positions)
  end)
end)
