local crm = require "crm"

describe("crm", function()
  it("writes instants as CRMs do, and leaves everything else alone", function()
    assert.equal("2026-03-10 12:00:00", crm.datetime "2026-03-10T12:00:00Z")
    assert.equal("2026-03-10 12:00:00", crm.datetime "2026-03-10T12:00:00.250Z")
    assert.equal("2026-03-10", crm.datetime "2026-03-10")
    assert.equal("Tea at T12:00:00Z", crm.datetime "Tea at T12:00:00Z")
    assert.is_nil(crm.datetime(nil))
  end)

  it("asks for each field once, and for what is needed besides", function()
    local requested = { fields = { "a", "b" }, required_fields = { "b", "c" } }
    assert.same({ "id", "a", "b", "c" }, crm.wanted(requested, { "id", "a" }))
  end)

  it("finds an object of a request", function()
    local contact = { name = "Contact" }
    assert.equal(contact, crm.requested({ objects = { { name = "Account" }, contact } }, "Contact"))
    assert.is_nil(crm.requested({ objects = { contact } }, "Lead"))
  end)

  it("writes conditions as PHP reads them, one in another", function()
    local query = crm.where({ limit = 5 }, "where", {
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
end)
