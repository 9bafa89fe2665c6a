local values = require "values"

-- What JSON null is in Tandem's scripts: a userdata.
local null = io.stdout

describe("values", function()
  it("are the same in any case, if both are texts", function()
    assert.is_true(values.same("Acme", "aCME"))
    assert.is_false(values.same("Acme", "Acne"))
    assert.is_false(values.same(nil, nil))
    assert.is_false(values.same(1, 1))
  end)

  it("that are known leave out null only", function()
    assert.same({ a = false, b = "", c = 0 }, values.known { a = false, b = "", c = 0, d = io.stdout })
  end)

  it("knows null and what is empty", function()
    assert.is_true(values.is_null(null))
    assert.is_false(values.is_null(nil))
    for _, empty in ipairs { null, "" } do
      assert.is_true(values.is_empty(empty))
    end
    assert.is_true(values.is_empty(nil))
    for _, full in ipairs { 0, false, " ", {} } do
      assert.is_false(values.is_empty(full))
    end
  end)

  it("finds the first that is present", function()
    assert.equal("b", values.present(nil, null, "b", "c"))
    assert.equal(false, values.present(nil, false))
    assert.is_nil(values.present(nil, null))
    assert.is_nil(values.present())
  end)

  it("writes ids as text", function()
    assert.equal("42", values.id(42))
    assert.equal("42", values.id(42.0))
    assert.equal("9007199254740993", values.id(9007199254740993))
    assert.equal("007", values.id("007"))
    assert.is_nil(values.id(null))
  end)

  it("finds what stands at a path", function()
    local address = { city = "Bern", street = null }
    local item = { address = address, emails = { { value = "a@x.test" } }, gone = null }
    assert.equal("Bern", values.at(item, "address.city"))
    assert.equal("a@x.test", values.at(item, "emails.1.value"))
    assert.equal(null, values.at(item, "address.street"))
    assert.equal(null, values.at(item, "gone.part"))
    assert.is_nil(values.at(item, "address.country"))
    assert.is_nil(values.at(item, "address.city.deeper"))
    assert.is_nil(values.at(item, "emails.2.value"))
  end)

  it("flattens, with null apart from absent", function()
    local fields = values.flatten({ address = { city = null }, name = "Kim" },
      { city = "address.city", zip = "address.zip", name = "name" })
    assert.same({ city = null, name = "Kim" }, fields)
  end)

  it("nests", function()
    local paths = { city = "address.city", zip = "address.zip", email = "emails.1.value", name = "name" }
    local item = values.nest({ city = "Bern", zip = false, email = "a@x.test", other = 1 }, paths)
    assert.same({ address = { city = "Bern", zip = false }, emails = { { value = "a@x.test" } } }, item)
  end)

  it("gets back by nest what flatten took apart", function()
    local paths = { city = "address.city", email = "emails.1.value", name = "name" }
    local fields = { city = "Bern", email = null, name = "" }
    assert.same(fields, values.flatten(values.nest(fields, paths), paths))
  end)

  it("merges, the later one first, null and false included", function()
    local first = { a = 1, b = 2, c = 3 }
    local merged = values.merge(first, { b = null }, { c = false, d = 4 })
    assert.same({ a = 1, b = null, c = false, d = 4 }, merged)
    assert.same({ a = 1, b = 2, c = 3 }, first)
    assert.same({}, values.merge())
  end)

  it("renames", function()
    local names = { FirstName = "firstname", Flag = "flag" }
    assert.same({ firstname = "Kim", flag = false },
      values.rename({ FirstName = "Kim", Flag = false, Other = 1 }, names))
  end)

  it("translates what it has words for", function()
    local words = { mr = "Mr.", yes = false }
    assert.equal("Mr.", values.translate("mr", words))
    assert.equal(false, values.translate("yes", words))
    assert.equal("dr", values.translate("dr", words))
    assert.equal(null, values.translate(null, words))
    assert.is_nil(values.translate(nil, words))
    assert.same({ ["Mr."] = "mr", [false] = "yes" }, values.invert(words))
  end)

  it("trims texts only", function()
    assert.equal("a b", values.trim(" \ta b\n"))
    assert.equal("", values.trim("  "))
    assert.equal(5, values.trim(5))
    assert.equal(null, values.trim(null))
  end)

  it("cuts by characters", function()
    assert.equal("Łuk", values.cut("Łukasz", 3))
    assert.equal("Łukasz", values.cut("Łukasz", 6))
    assert.equal("", values.cut("abc", 0))
    assert.equal("\xff\xff", values.cut("\xff\xff", 1))
    assert.equal(12345, values.cut(12345, 2))
  end)

  it("splits at a plain separator", function()
    assert.same({ "a", "", "b" }, values.split("a..b", "."))
    assert.same({ "a" }, values.split("a", ", "))
    assert.same({ "a", "" }, values.split("a,", ","))
    assert.same({}, values.split("", ","))
  end)

  it("makes a list of another", function()
    local function double_odd(number)
      return number % 2 == 1 and 2 * number or nil
    end
    assert.same({ 2, 6 }, values.map({ 1, 2, 3 }, double_odd))
  end)
end)
