local feeds = require "feeds"

describe("feeds", function()
  local said, source

  local report = {
    add_object = function(_, object) said[#said + 1] = ("%s %s"):format(object.object, object.id) end,
    add_relation = function(_, relation)
      said[#said + 1] = ("%s %s -> %s"):format(relation.object, relation.id, relation.to_id)
    end,
    add_deleted = function(_, object, id) said[#said + 1] = ("%s %s gone"):format(object, id) end,
    merge = function(_, object, loser, winner)
      said[#said + 1] = ("%s %s into %s"):format(object, loser, winner)
    end,
  }

  function report:set_cursor(cursor) self.cursor = cursor end

  before_each(function()
    said, report.cursor = {}, nil
    source = {
      after = { people = "firms" },
      page = function(requested, cursor)
        if requested.name == "firms" then
          return { { id = cursor or "1" } }, not cursor and "2" or nil
        end
        return { { id = "9", firm = "2" } }
      end,
      item = function(_, item)
        local firm = { field = "firm", to_object = "firms", to_id = item.firm }
        return { id = item.id, fields = item, relations = { firm } }
      end,
      one = function(_, id)
        if id == "merged" then
          return nil, "9"
        end
        return id ~= "gone" and { id = id } or nil
      end,
      events = function()
        return ipairs {}
      end,
    }
  end)

  local function fill(request)
    feeds.fill(request, report, source)
    return said
  end

  it("bring all of what others refer to first", function()
    local request = { objects = { { name = "firms" }, { name = "people" } } }
    assert.same({ "firms 1" }, fill(request))
    request.cursor = report.cursor
    assert.same({ "firms 1", "firms 2", "people 9", "people 9 -> 2" }, fill(request))
  end)

  it("tell what is gone since the window began", function()
    local events = { { id = "3" }, { id = "4", into = "9" } }
    source.events = function() return function() return table.remove(events, 1) end end
    local found = fill { objects = { { name = "people", from = "2026-03-10T10:00:00Z" } } }
    assert.same({ "people 3 gone", "people 4 into 9", "people 9", "people 9 -> 2" }, found)
  end)

  it("bring what is asked for by id, or say what became of it", function()
    assert.same({ "people 7", "people gone gone", "people merged into 9" },
      fill { objects = { { name = "people", ids = { "7", "gone", "merged" } } } })
  end)

  it("find what a change has made since it was sent", function()
    _G.datetime = { add = function(instant, amount) return instant .. amount end }
    local asked
    source.page = function(requested)
      asked = requested.from
      return { { id = "1", email = "a", name = "A" }, { id = "2", email = "b" }, { id = "3", email = "b" } }
    end
    local function made(fields)
      local change = { sent_at = "at", fields = function() return fields end }
      return feeds.made(source, "people", change, { "email", "name" })
    end
    assert.equal("1", (made { email = "a" }))
    assert.equal("at-60000", asked)
    assert.is_nil((made { email = "a", name = "B" }))
    assert.same({ nil, "2 records could be this one" }, { made { email = "b" } })
    _G.datetime = nil
  end)
end)
