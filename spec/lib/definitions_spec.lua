local definitions = require "definitions"

describe("definitions", function()
  it("become fields in the order of their names; what has no type is none", function()
    local described = { b = { kind = "text", label = "Bee" }, a = { kind = "id" }, c = { kind = "list" } }
    local fields = definitions.fields(described,
      function(name, definition)
        return ({ text = "string", id = "int" })[definition.kind], true, name == "a", definition.label
      end)
    assert.same({
      { name = "a", label = "a", type = "int", required = false, writable = false },
      { name = "b", label = "Bee", type = "string", required = true, writable = true },
    }, fields)
  end)
end)
