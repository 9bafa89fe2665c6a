local queries = require "queries"

describe("queries", function()
  it("writes instants as CRMs do, and leaves everything else alone", function()
    assert.equal("2026-03-10 12:00:00", queries.datetime "2026-03-10T12:00:00Z")
    assert.equal("2026-03-10 12:00:00", queries.datetime "2026-03-10T12:00:00.250Z")
    assert.equal("2026-03-10", queries.datetime "2026-03-10")
    assert.equal("Tea at T12:00:00Z", queries.datetime "Tea at T12:00:00Z")
    assert.is_nil(queries.datetime(nil))
  end)

  it("asks for each field once, and for what is needed besides", function()
    local requested = { fields = { "a", "b" }, required_fields = { "b", "c" } }
    assert.same({ "id", "a", "b", "c" }, queries.wanted(requested, { "id", "a" }))
  end)

  it("finds an object of a request", function()
    local contact = { name = "Contact" }
    assert.equal(contact, queries.requested({ objects = { { name = "Account" }, contact } }, "Contact"))
    assert.is_nil(queries.requested({ objects = { contact } }, "Lead"))
  end)

  it("writes an instant with its zone", function()
    assert.equal("2026-03-10T12:00:00+00:00", queries.zoned "2026-03-10T12:00:00Z")
    assert.equal("2026-03-10T12:00:00+00:00", queries.zoned "2026-03-10T12:00:00.250Z")
  end)
end)
