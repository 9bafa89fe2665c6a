local pagination = require "pagination"

-- What JSON null is in Tandem's scripts: a userdata.
local null = io.stdout

local function collect(pages)
  local lists = {}
  for list in pages do
    lists[#lists + 1] = list
  end
  return lists
end

-- fetch of a table, which notes what it was asked for.
local function answers(given)
  local asked = {}
  return function(place)
    asked[#asked + 1] = place or "first"
    local answer = assert(given[place or "first"], "asked for a page that is not there")
    return answer[1], answer[2]
  end, asked
end

describe("pagination.items", function()
  it("makes one list of pages, empty ones too", function()
    local pages = { { 1, 2 }, {}, { 3 }, {} }
    local index = 0
    local items = collect(pagination.items(function()
      index = index + 1
      return pages[index]
    end))
    assert.same({ 1, 2, 3 }, items)
  end)
end)

describe("pagination.by_page", function()
  it("ends with an empty page", function()
    local fetch, asked = answers { [1] = { { "a", "b" } }, [2] = { { "c" } }, [3] = { {} } }
    assert.same({ { "a", "b" }, { "c" } }, collect(pagination.by_page(fetch)))
    assert.same({ 1, 2, 3 }, asked)
  end)

  it("ends with a short page if it knows the size", function()
    local fetch, asked = answers { [0] = { { "a", "b" } }, [1] = { { "c" } } }
    assert.same({ { "a", "b" }, { "c" } }, collect(pagination.by_page(fetch, { first = 0, size = 2 })))
    assert.same({ 0, 1 }, asked)
  end)

  it("does not ask again after the end", function()
    local pages = pagination.by_page((answers { [1] = { {} } }))
    assert.is_nil(pages())
    assert.is_nil(pages())
  end)
end)

describe("pagination.by_offset", function()
  it("goes on by what came, where the server cuts the limit", function()
    local fetch, asked = answers { [0] = { { 1, 2 } }, [2] = { { 3 } }, [3] = { {} } }
    assert.same({ { 1, 2 }, { 3 } }, collect(pagination.by_offset(fetch, 100)))
    assert.same({ 0, 2, 3 }, asked)
  end)

  it("ends at the total", function()
    local fetch, asked = answers { [0] = { { 1, 2 }, 3 }, [2] = { { 3 }, 3 } }
    assert.same({ { 1, 2 }, { 3 } }, collect(pagination.by_offset(fetch, 2)))
    assert.same({ 0, 2 }, asked)
  end)

  it("hands the limit on", function()
    local got
    collect(pagination.by_offset(function(_, limit)
      got = limit
      return {}
    end, 50))
    assert.equal(50, got)
  end)
end)

describe("pagination.by_cursor", function()
  it("ends without a next one, nil or null, and passes empty pages", function()
    for _, nothing in ipairs { false, null } do
      local fetch = answers { first = { { 1 }, "x" }, x = { {}, "y" }, y = { { 2 }, nothing or nil } }
      assert.same({ { 1 }, {}, { 2 } }, collect(pagination.by_cursor(fetch)))
    end
  end)

  it("takes 0 and the empty text for cursors", function()
    local fetch, asked = answers { first = { { 1 }, 0 }, [0] = { { 2 }, "" }, [""] = { { 3 } } }
    assert.equal(3, #collect(pagination.by_cursor(fetch)))
    assert.same({ "first", 0, "" }, asked)
  end)

  it("refuses a circle", function()
    local fetch = answers { first = { { 1 }, "x" }, x = { { 2 }, "y" }, y = { { 3 }, "x" } }
    assert.error_matches(function()
      collect(pagination.by_cursor(fetch))
    end, "the cursor 'x' came twice")
  end)

  it("refuses a cursor that names itself", function()
    local fetch = answers { x = { { 1 }, "x" } }
    assert.error_matches(function()
      collect(pagination.by_cursor(fetch, "x"))
    end, "the cursor 'x' came twice")
  end)
end)

describe("pagination.by_key", function()
  it("asks for what comes after the last item", function()
    local fetch, asked = answers {
      first = { { { id = 3 }, { id = 5 } } }, [5] = { { { id = 9 } } }, [9] = { {} },
    }
    assert.equal(2, #collect(pagination.by_key(fetch, "id")))
    assert.same({ "first", 5, 9 }, asked)
  end)

  it("takes a function for the key", function()
    local fetch, asked = answers { first = { { { a = { b = 1 } } } }, [1] = { {} } }
    collect(pagination.by_key(fetch, function(item) return item.a.b end))
    assert.same({ "first", 1 }, asked)
  end)

  it("refuses a key that does not move", function()
    assert.error_matches(function()
      collect(pagination.by_key(function() return { { id = 7 } } end, "id"))
    end, "the page after '7' does not go on")
  end)
end)

describe("pagination.links", function()
  it("reads relations", function()
    assert.same({ next = "https://a.test/?page=2", last = "https://a.test/?page=9,5" },
      pagination.links('<https://a.test/?page=2>; rel="next", <https://a.test/?page=9,5>; rel=last'))
  end)

  it("reads several relations, other parameters and any case", function()
    assert.same({ next = "/2", prev = "/2" }, pagination.links('</2>; title="a, b"; REL="Next prev"'))
  end)

  it("is empty without a header", function()
    assert.same({}, pagination.links(nil))
    assert.same({}, pagination.links("nonsense"))
  end)
end)

describe("pagination.by_link_header", function()
  local function api(pages)
    return function(url)
      local page = assert(pages[url], "asked for " .. url)
      return { headers = { Link = page.link }, json = function() return page.body end }
    end
  end

  it("follows rel=next", function()
    local get = api {
      ["https://a.test/v1/items"] = { link = '</v1/items?page=2>; rel="next"', body = { 1 } },
      ["https://a.test/v1/items?page=2"] = { body = { 2 } },
    }
    assert.same({ { 1 }, { 2 } }, collect(pagination.by_link_header(get, "https://a.test/v1/items")))
  end)

  it("takes the list out of the body", function()
    local get = api { ["/items"] = { body = { data = { 1 } } } }
    local pages = pagination.by_link_header(get, "/items", function(body) return body.data end)
    assert.same({ { 1 } }, collect(pages))
  end)

  it("refuses a circle", function()
    local get = api { ["/items"] = { link = '</items>; rel="next"', body = {} } }
    assert.error_matches(function()
      collect(pagination.by_link_header(get, "/items"))
    end, "the address '/items' came twice")
  end)
end)

describe("pagination.walk", function()
  -- Runs iterations as the engine does, until a report has neither objects nor a cursor.
  local function run(pages, names)
    local objects, asked, cursor = {}, {}, nil
    for index, name in ipairs(names) do
      objects[index] = { name = name }
    end
    for _ = 1, 20 do
      local report = { set_cursor = function(self, value) self.cursor = value end }
      local walk = pagination.walk { objects = objects, cursor = cursor }
      for requested, place in walk:objects() do
        asked[#asked + 1] = requested.name .. ":" .. tostring(place)
        walk:go_on(requested, pages[requested.name][place or "first"])
      end
      walk:finish(report)
      if not report.cursor then
        return asked
      end
      cursor = report.cursor
    end
    error("the walk does not end")
  end

  it("reads each object to its own end, and then ends", function()
    assert.same({ "lead:nil", "account:nil", "lead:a", "lead:b" },
      run({ lead = { first = "a", a = "b" }, account = {} }, { "lead", "account" }))
  end)

  it("keeps names and cursors of any content apart", function()
    local odd = "50%&x=+."
    assert.same({ odd .. ":nil", "b:nil", odd .. ":" .. odd, "b:2" },
      run({ [odd] = { first = odd }, b = { first = 2 } }, { odd, "b" }))
  end)

  it("takes the empty text for a cursor", function()
    assert.same({ "a:nil", "a:" }, run({ a = { first = "" } }, { "a" }))
  end)

  it("refuses a cursor that stands still", function()
    assert.error_matches(function()
      run({ a = { first = "x", x = "x" } }, { "a" })
    end, "the cursor 'x' of 'a' came twice")
  end)
end)
