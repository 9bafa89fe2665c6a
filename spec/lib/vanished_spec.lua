local vanished = require "vanished"

describe("vanished", function()
  local ids, kept

  local function count(_, last)
    local number = 0
    for _, id in ipairs(ids) do
      number = number + (id <= last and 1 or 0)
    end
    return number
  end

  local function newer(_, last)
    local list = {}
    for _, id in ipairs(ids) do
      list[#list + 1] = id > last and id or nil
    end
    return list
  end

  -- A pull that comes to its end.
  local function pull()
    local fewer = vanished.any({ "part" }, count)
    vanished.keep({ "part" }, newer)
    return fewer
  end

  before_each(function()
    ids, kept = { 1, 2, 3 }, {}
    _G.cache = {
      get = function(key) return kept[key] end,
      set = function(key, value) kept[key] = value end,
      delete = function(key) kept[key] = nil end,
    }
    pull()
  end)

  after_each(function()
    _G.cache = nil
  end)

  it("notices nothing where nothing has vanished", function()
    assert.is_false(pull())
    table.insert(ids, 4)
    assert.is_false(pull())
    assert.is_false(pull())
  end)

  it("notices it once, also if as many have come", function()
    table.remove(ids, 2)
    table.insert(ids, 7)
    assert.is_true(pull())
    assert.is_false(pull())
  end)

  it("notices it again if the pull did not come to its end", function()
    table.remove(ids)
    assert.is_true(vanished.any({ "part" }, count))
    assert.is_true(pull())
    assert.is_false(pull())
  end)

  it("does not miss what we deleted ourselves", function()
    table.remove(ids, 1)
    vanished.deleted("part", 1)
    assert.is_false(pull())
    table.remove(ids, 1)
    assert.is_true(pull())
  end)

  describe("that says which", function()
    local function older(_, last)
      local list = {}
      for _, id in ipairs(ids) do
        list[#list + 1] = id <= last and id or nil
      end
      return list
    end

    local function pull_ids()
      local missing = vanished.ids("record", count, older)
      vanished.keep({ "record" }, newer)
      return missing
    end

    it("names each once", function()
      ids = { 1, 2, 3, 5, 6, 9 }
      assert.same({}, pull_ids())
      assert.equal("1-3 5-6 9", kept["vanished record"].ids)
      ids = { 1, 3, 5, 6, 10 }
      assert.same({ 2, 9 }, pull_ids())
      assert.same({}, pull_ids())
      ids = { 1, 3, 5, 6 }
      assert.same({ 10 }, pull_ids())
    end)

    it("names them again if the pull did not come to its end", function()
      pull_ids()
      ids = { 1, 3 }
      assert.same({ 2 }, vanished.ids("record", count, older))
      assert.same({ 2 }, pull_ids())
    end)

    it("learns of one with a lower id that came late", function()
      ids = { 1, 3 }
      pull_ids()
      ids = { 1, 2, 3 }
      assert.same({}, pull_ids())
      ids = { 1, 3 }
      assert.same({ 2 }, pull_ids())
    end)

    it("names none if there are too many to remember", function()
      ids = {}
      for id = 2, 400000, 2 do
        ids[#ids + 1] = id
      end
      pull_ids()
      assert.is_nil(kept["vanished record"].ids)
      table.remove(ids)
      assert.same({}, pull_ids())
    end)
  end)
end)
