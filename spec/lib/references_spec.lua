local references = require "references"

describe("references", function()
  local asked, made

  before_each(function()
    asked, made = {}, {}
  end)

  local function resolve(names)
    return references.resolve(names, function(wanted)
      asked[#asked + 1] = wanted
      return { Acme = 7 }
    end, function(missing)
      local ids = {}
      for index, name in ipairs(missing) do
        if name == "Bad" then
          return nil, "no such name"
        end
        ids[index] = "new " .. name
      end
      made[#made + 1] = table.concat(missing, " ")
      return ids
    end)
  end

  it("are found, or made", function()
    assert.same({ Acme = 7, Globex = "new Globex" }, (resolve { "Acme", "Globex" }))
    assert.same({ "Globex" }, made)
  end)

  it("are looked up once each, empty ones not at all", function()
    resolve { "Acme", "", "Acme", "Globex", "Globex" }
    assert.same({ { "Acme", "Globex" } }, asked)
    assert.same({ "Globex" }, made)
    asked = {}
    assert.same({}, (resolve { "" }))
    assert.same({}, asked)
  end)

  it("that are refused are told apart from the others", function()
    local ids, refusals = resolve { "A", "Bad", "C" }
    assert.same({ Acme = 7, A = "new A", C = "new C" }, ids)
    assert.same({ Bad = "no such name" }, refusals)
  end)
end)
