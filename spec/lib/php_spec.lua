local php = require "php"

describe("php", function()
  it("writes conditions one in another", function()
    local query = php.where({ limit = 5 }, "where", {
      { "id", "gt", 7 },
      { nil, "orX", { { "a", "eq", 1 }, { "b", "eq", 2 } } },
    }, { "col", "expr", "val" })
    assert.same({
      limit = 5,
      ["where[0][col]"] = "id", ["where[0][expr]"] = "gt", ["where[0][val]"] = 7,
      ["where[1][expr]"] = "orX",
      ["where[1][val][0][col]"] = "a", ["where[1][val][0][expr]"] = "eq", ["where[1][val][0][val]"] = 1,
      ["where[1][val][1][col]"] = "b", ["where[1][val][1][expr]"] = "eq", ["where[1][val][1][val]"] = 2,
    }, query)
  end)

  it("writes lists of values", function()
    assert.same({ ["w[0][c]"] = "id", ["w[0][e]"] = "in", ["w[0][v][0]"] = "a", ["w[0][v][1]"] = "b" },
      php.where({}, "w", { { "id", "in", { "a", "b" } } }, { "c", "e", "v" }))
  end)

  it("reads lists with gaps, which come as objects, as it reads lists", function()
    assert.equal("b", php.at({ "a", "b" }, 2))
    assert.equal("b", php.at({ ["0"] = "a", ["1"] = "b" }, 2))
    assert.is_nil(php.at({ ["1"] = "b" }, 1))
    assert.is_nil(php.at({}, 1))
    assert.is_nil(php.at(nil, 1))
    assert.is_nil(php.at({ io.stdout }, 1)) -- JSON's null is a userdata
  end)

  it("orders records by their ids as numbers, whatever they are keyed by", function()
    local ids, list = {}, { ["10"] = { id = 10 }, ["9"] = { id = "9" }, ["7"] = { id = 7.0 } }
    for index, record in ipairs(php.by_id(list)) do
      ids[index] = tonumber(record.id)
    end
    assert.same({ 7, 9, 10 }, ids)
    assert.same({}, php.by_id {})
  end)
end)
