local lists = require "lists"

local EMAIL = { list = "emails", default = "primary", new = { type = "home" } }
local WORK = { list = "phones", kind = "work" }
local CITY = { list = "addresses", member = "city", new = { type = "home", street = "", city = "" } }
local STREET = { list = "addresses", member = "street", new = CITY.new }

describe("lists", function()
  it("give the default entry, else the first", function()
    local record = { emails = { { type = "home", value = "a" }, { type = "work", value = "b" } } }
    assert.equal("a", lists.get(record, EMAIL))
    record.emails[2].primary = true
    assert.equal("b", lists.get(record, EMAIL))
  end)

  it("give the first of a kind, and nil if there is none", function()
    assert.equal("2", lists.get({ phones = {
      { type = "home", value = "1" }, { type = "work", value = "2" }, { type = "work", value = "3" },
    } }, WORK))
    assert.is_nil(lists.get({ phones = { { type = "home", value = "1" } } }, WORK))
    assert.is_nil(lists.get({}, WORK))
  end)

  -- What is sent to bring fields into a record.
  local function patch(record, ...)
    local sent = {}
    for _, field in ipairs { ... } do
      lists.put(sent, record, field[1], field[2])
    end
    return sent
  end

  it("have members of any names", function()
    local mail = { list = "channels", where = { medium = "email", use = "work" }, member = "address",
      default = { main = "Y" } }
    local record = { channels = {
      { medium = "email", use = "home", address = "h@x.test", main = "Y" },
      { medium = "email", use = "work", address = "a@x.test", main = "N" },
      { medium = "email", use = "work", address = "b@x.test", main = "Y" },
    } }
    assert.equal("b@x.test", lists.get(record, mail))
    assert.same({ channels = { { medium = "email", use = "work", address = "c@x.test" } } },
      patch({}, { mail, "c@x.test" }))
    assert.same({ channels = { record.channels[1], record.channels[2] } }, patch(record, { mail, "" }))
  end)

  it("change one entry and keep the others", function()
    assert.same({ phones = { { type = "home", value = "1" }, { type = "work", value = "9", note = "n" } } },
      patch({ phones = { { type = "home", value = "1" }, { type = "work", value = "2", note = "n" } } },
        { WORK, "9" }))
  end)

  it("add an entry that is not there", function()
    assert.same({ phones = { { type = "work", value = "9" } } }, patch({}, { WORK, "9" }))
    assert.same({ emails = { { type = "home", value = "a" } } }, patch({}, { EMAIL, "a" }))
  end)

  it("take an entry away that is cleared", function()
    assert.same({ phones = { { type = "home", value = "1" } } },
      patch({ phones = { { type = "work", value = "2" }, { type = "home", value = "1" } } }, { WORK, "" }))
  end)

  it("send nothing of a list in which nothing is to be cleared", function()
    assert.same({}, patch({ phones = { { type = "home", value = "1" } } }, { WORK, "" }, { CITY, "" }))
  end)

  it("put several members into one entry", function()
    assert.same({ addresses = { { type = "home", street = "S", city = "C" } } },
      patch({}, { STREET, "S" }, { CITY, "C" }))
  end)

  it("keep an entry of which a part is left, and take it away else", function()
    local record = { addresses = { { type = "home", street = "S", city = "C" } } }
    assert.same({ addresses = { { type = "home", street = "", city = "C" } } }, patch(record, { STREET, "" }))
    assert.same({ addresses = {} }, patch(record, { STREET, "" }, { CITY, "" }))
  end)
end)
