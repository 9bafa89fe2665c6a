local parallel = require "parallel"

describe("parallel", function()
  local batches, single

  before_each(function()
    batches, single = {}, {}
    _G.http = {
      request = function(request)
        single[#single + 1] = request.url
        return { status = 200, url = request.url }
      end,
      all = function(requests)
        local urls, answers = {}, {}
        for index, request in ipairs(requests) do
          urls[index] = request.url
          answers[index] = request.url:find "broken" and { kind = "timeout", message = "late" }
            or { status = 200, url = request.url }
        end
        batches[#batches + 1] = table.concat(urls, " ")
        return answers
      end,
    }
  end)

  after_each(function() _G.http = nil end)

  local function items(list)
    local index = 0
    return function()
      index = index + 1
      return list[index]
    end
  end

  it("sends the requests of several together, each in its own order", function()
    local done = {}
    parallel.each(items { "a", "b", "c" }, 2, function(name)
      assert.equal(name .. 1, parallel.request { url = name .. 1 }.url)
      if name ~= "b" then
        parallel.request { url = name .. 2 }
      end
      done[#done + 1] = name
    end)
    assert.same({ "a1 b1", "a2 c1", "c2" }, batches)
    assert.same({ "b", "a", "c" }, done)
    assert.same({}, single)
  end)

  it("sends a request alone outside of it, and what asks for nothing is done at once", function()
    parallel.request { url = "x" }
    local count = 0
    parallel.each(items { 1, 2, 3 }, 2, function() count = count + 1 end)
    assert.same({ { "x" }, {}, 3 }, { single, batches, count })
  end)

  it("brings what was begun to its end before it raises a failure, and begins nothing more", function()
    local done = {}
    local ran, failure = pcall(parallel.each, items { "a", "broken", "c" }, 2, function(name)
      parallel.request { url = name }
      parallel.request { url = name .. " again" }
      done[#done + 1] = name
    end)
    assert.is_false(ran)
    assert.equal("timeout", failure.kind)
    assert.same({ "a" }, done)
    assert.same({ "a broken", "a again" }, batches)
  end)

  it("looks once for what several want to know at the same time", function()
    local found, find = {}, parallel.once(function(key)
      return parallel.request { url = key }.url == "nobody" and "none"
    end)
    parallel.each(items { "acme", "acme", "nobody", "acme" }, 4, function(key)
      local text = key .. " " .. tostring(find(key))
      found[#found + 1] = text
    end)
    assert.same({ "acme nobody" }, batches)
    table.sort(found)
    assert.same({ "acme false", "acme false", "acme false", "nobody none" }, found)
    assert.is_false(find "acme")
    assert.same({}, single)
  end)

  it("lets the next one look if a look has failed", function()
    local looks = 0
    local find = parallel.once(function()
      looks = looks + 1
      return parallel.request { url = looks == 1 and "broken" or "fine" }.url
    end)
    local done = {}
    local ran, failure = pcall(parallel.each, items { 1, 2 }, 2, function(number)
      done[number] = find()
    end)
    assert.same({ false, "timeout", { [2] = "fine" } }, { ran, failure.kind, done })
    assert.same({ "broken", "fine" }, batches)
  end)
end)
