local batch = require "batch"

describe("batch.of", function()
  local function all(...)
    local batches = {}
    for some in batch.of(...) do
      batches[#batches + 1] = some
    end
    return batches
  end

  it("cuts a list", function()
    assert.same({ { 1, 2 }, { 3, 4 }, { 5 } }, all(2, { 1, 2, 3, 4, 5 }))
  end)

  it("makes no empty batch", function()
    assert.same({}, all(2, {}))
    assert.same({ { 1, 2 } }, all(2, { 1, 2 }))
  end)

  it("takes an iterator with its state", function()
    assert.same({ { 1, 2, 3 } }, all(3, ipairs { "a", "b", "c" }))
  end)

  it("does not call an iterator that has ended", function()
    local calls = 0
    local batches = all(2, function()
      calls = calls + 1
      return calls <= 3 and "x" or nil
    end)
    assert.same({ { "x", "x" }, { "x" } }, batches)
    assert.equal(4, calls)
  end)

  it("keeps false", function()
    assert.same({ { false, true } }, all(2, { false, true }))
  end)

  it("refuses a size that is none", function()
    for _, size in ipairs { 0, -1, 1.5, "2" } do
      assert.has_error(function() batch.of(size, {}) end, "the size of a batch must be a whole number from 1")
    end
  end)
end)

describe("batch.split", function()
  -- An API that refuses a batch with a bad item whole.
  local function api(bad)
    local taken, requests = {}, 0
    local function send(items)
      requests = requests + 1
      for _, item in ipairs(items) do
        if bad[item] then
          return nil, "bad: " .. item
        end
      end
      table.move(items, 1, #items, #taken + 1, taken)
      return true
    end
    return send, taken, function() return requests end
  end

  it("sends once if nothing is refused", function()
    local send, taken, requests = api {}
    assert.equal(4, batch.split({ 1, 2, 3, 4 }, send, error))
    assert.same({ 1, 2, 3, 4 }, taken)
    assert.equal(1, requests())
  end)

  it("finds the bad ones and gets the others through, in order", function()
    local send, taken = api { [3] = true, [7] = true }
    local refused = {}
    local count = batch.split({ 1, 2, 3, 4, 5, 6, 7 }, send, function(item, reason)
      refused[item] = reason
    end)
    assert.equal(5, count)
    assert.same({ 1, 2, 4, 5, 6 }, taken)
    assert.same({ [3] = "bad: 3", [7] = "bad: 7" }, refused)
  end)

  it("finds one bad item among 1024 with few requests", function()
    local items = {}
    for index = 1, 1024 do
      items[index] = index
    end
    local send, taken, requests = api { [700] = true }
    batch.split(items, send, function() end)
    assert.equal(1023, #taken)
    assert.is_true(requests() <= 21)
  end)

  it("refuses all if all are bad", function()
    local refused = {}
    local send = api { [1] = true, [2] = true }
    assert.equal(0, batch.split({ 1, 2 }, send, function(item) refused[#refused + 1] = item end))
    assert.same({ 1, 2 }, refused)
  end)

  it("sends nothing for nothing", function()
    assert.equal(0, batch.split({}, error, error))
  end)

  it("lets an outage through", function()
    local calls = 0
    assert.has_error(function()
      batch.split({ 1, 2 }, function()
        calls = calls + 1
        error("503", 0)
      end, error)
    end, "503")
    assert.equal(1, calls)
  end)
end)
