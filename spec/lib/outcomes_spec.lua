local outcomes = require "outcomes"

local function done(entry) return { ok = true, status = 200, id = entry.id } end
local function refused(entry) return { ok = false, status = 400, reason = entry.message } end

local function by_key(items, done_list, failed)
  return outcomes.by_key(items, {
    key = function(item) return item.trace end,
    done = done_list, done_key = function(entry) return entry.trace end, done_result = done,
    failed = failed, failed_keys = function(entry) return entry.traces end, failed_result = refused,
  })
end

describe("outcomes", function()
  it("are found by place", function()
    local results = outcomes.by_place({ "a", "b" }, { { id = 1 }, { message = "no" } }, function(entry, item)
      return { ok = entry.id ~= nil, status = item }
    end)
    assert.same({ { ok = true, status = "a" }, { ok = false, status = "b" } }, results)
  end)

  it("have none for an item that a list is too short for", function()
    local results = outcomes.by_place({ 1, 2 }, { { id = 1 } }, done)
    assert.same({ { ok = true, status = 200, id = 1 }, false }, results)
  end)

  it("are found by key, whatever their order", function()
    local items = { { trace = "a" }, { trace = "b" }, { trace = "c" } }
    local failed = { { traces = { "a", "b" }, message = "bad" } }
    local results = by_key(items, { { trace = "c", id = 3 } }, failed)
    assert.same({ ok = false, status = 400, reason = "bad" }, results[1])
    assert.same(results[1], results[2])
    assert.same({ ok = true, status = 200, id = 3 }, results[3])
  end)

  it("never take an item for done of which nothing was said", function()
    assert.same({ false }, by_key({ { trace = "a" } }, { { trace = "x", id = 9 } }, nil))
  end)

  it("are the same for all when a request failed as a whole", function()
    assert.same({ 5, 5 }, outcomes.all({ "a", "b" }, 5))
  end)
end)
