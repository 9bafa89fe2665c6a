local shapes = require "shapes"

describe("shapes", function()
  local person = shapes.new {
    given = "name.given", city = "home.city",
    email = { list = "channels", where = { medium = "email" }, member = "address" },
  }

  it("give the fields of a record, and what is absent if it means something", function()
    local record = { name = { given = "Ann" }, channels = { { medium = "email", address = "a@x.test" } } }
    assert.same({ given = "Ann", email = "a@x.test" }, person:flat(record))
    assert.equal("none", person:flat(record, "none").city)
    assert.same({}, person:flat {})
  end)

  it("put fields into a record, and leave all else as it is", function()
    local fax = { medium = "fax", address = "1" }
    local record = { name = { given = "Ann", family = "Ash" }, channels = { fax } }
    person:write(record, { given = "Anna", city = "Ulm", email = "a@x.test", unknown = 1 })
    assert.same({
      name = { given = "Anna", family = "Ash" }, home = { city = "Ulm" },
      channels = { { medium = "fax", address = "1" }, { medium = "email", address = "a@x.test" } },
    }, record)
  end)
end)
