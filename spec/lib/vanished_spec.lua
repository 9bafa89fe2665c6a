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
end)
