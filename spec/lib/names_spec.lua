local names = require "names"

describe("names", function()
  local function parts(name)
    return { names.split(name) }
  end

  it("takes the last word for the last name", function()
    assert.same({ "Ada", "Lovelace" }, parts "Ada Lovelace")
    assert.same({ "Anna Maria", "Berg" }, parts "Anna  Maria   Berg" and parts "Anna Maria Berg")
  end)

  it("takes what stands before a comma for the last name", function()
    assert.same({ "Ludwig", "van Beethoven" }, parts "van Beethoven, Ludwig")
    assert.same({ "Ada", "" }, parts ", Ada")
  end)

  it("has one word for the last name, and nothing for nothing", function()
    assert.same({ "", "Cher" }, parts "Cher")
    assert.same({ "", "" }, parts "")
    assert.same({ "", "" }, parts(nil))
  end)

  it("brings every pair of names there and back", function()
    for _, pair in ipairs {
      { "Ada", "Lovelace" }, { "Anna Maria", "Berg" }, { "Ludwig", "van Beethoven" }, { "", "Cher" },
      { "Ada", "" }, { "", "van Beethoven" }, { "", "" }, { "Sammy", "Davis Jr." }, { "J. R. R.", "Tolkien" },
      { "John", "Smith, Jr." }, { "Sam, the", "Man" }, { "A, B", "C, D" }, { " Ada ", "  King " },
      { "", "A, B" }, { "Ada", " " }, { "x,y", "" }, { "日本", "太郎" },
    } do
      assert.same(pair, parts(names.join(pair[1], pair[2])))
    end
  end)

  it("writes names as people do where it can", function()
    assert.equal("Ada Lovelace", names.join("Ada", "Lovelace"))
    assert.equal("Cher", names.join("", "Cher"))
    assert.equal("van Beethoven, Ludwig", names.join("Ludwig", "van Beethoven"))
    assert.equal("Smith, Jr., John", names.join("John", "Smith, Jr."))
  end)

  it("change in part", function()
    assert.is_nil(names.change("Ada Lovelace", nil, nil))
    assert.equal("Ada King", names.change("Ada Lovelace", nil, "King"))
    assert.equal("Augusta Lovelace", names.change("Ada Lovelace", "Augusta", nil))
    assert.equal("Lovelace", names.change("Ada Lovelace", "", nil))
    assert.equal("Ada", names.change(nil, nil, "Ada"))
  end)
end)
