local definitions = require "definitions"

describe("definitions", function()
  it("become fields in the order of their names; what has no type is none", function()
    local fields = definitions.fields({ b = { kind = "text" }, a = { kind = "id" }, c = { kind = "list" } },
      function(name, definition)
        return ({ text = "string", id = "int" })[definition.kind], true, name == "a"
      end)
    assert.same({
      { name = "a", label = "a", type = "int", required = false, writable = false },
      { name = "b", label = "b", type = "string", required = true, writable = true },
    }, fields)
  end)
end)
