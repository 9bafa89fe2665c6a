local keyset = require "keyset"

local function date_of(item) return item.date end
local function id_of(item) return item.id end

-- Records in the order of date and id, of which a query gives few.
local function server(records, page_size)
  local queries = 0
  return function(date, id)
    local page = {}
    queries = queries + 1
    for _, record in ipairs(records) do
      local after = not date or record.date > date or (record.date == date and record.id > id)
      if after and #page < page_size then
        page[#page + 1] = record
      end
    end
    return page
  end, function() return queries end
end

local function records_of(count, date)
  local records = {}
  for index = 1, count do
    records[index] = { id = ("%06d"):format(index), date = date or ("2026-%06d"):format(index // 3) }
  end
  return records
end

local function all(pages)
  local seen, count = {}, 0
  for page in pages do
    for _, item in ipairs(page) do
      assert.is_nil(seen[item.id])
      seen[item.id], count = true, count + 1
    end
  end
  return count
end

describe("keyset", function()
  it("walks through records that all have one date", function()
    local fetch = server(records_of(2500, "2026-01-01T00:00:00Z"), 100)
    assert.equal(2500, all(keyset.pages(fetch, date_of, id_of)))
  end)

  it("walks through records of several dates, cut anywhere", function()
    for _, size in ipairs { 1, 2, 3, 7 } do
      local fetch = server(records_of(100), size)
      assert.equal(100, all(keyset.pages(fetch, date_of, id_of)))
    end
  end)

  it("has a cursor that says where it was", function()
    local cursor = keyset.cursor({ { date = "2026-01-01T00:00:00Z", id = 7 } }, date_of, id_of)
    assert.equal("2026-01-01T00:00:00Z 7", cursor)
    assert.same({ "2026-01-01T00:00:00Z", "7" }, { keyset.place(cursor) })
    assert.same({}, { keyset.place(nil) })
    assert.is_nil(keyset.cursor({}, date_of, id_of))
  end)

  it("ends with an error where a page does not go on", function()
    local same = { { date = "2026", id = 1 } }
    assert.has_error(function() keyset.cursor(same, date_of, id_of, "2026 1") end,
      "the page after '2026 1' does not go on, its pages would never end")
    assert.has_error(function() keyset.cursor({ { id = 1 } }, date_of, id_of) end,
      "the last record of a page has no date or no id to go on from")
  end)
end)
