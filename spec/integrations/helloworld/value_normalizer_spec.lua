package.path = "lua/integrations/helloworld/?.lua;" .. package.path
local normalizer = require "value_normalizer"

local BOOLEAN, STRING = { name = "opt_in", type = "boolean" }, { name = "phone", type = "string" }
-- What JSON null is in Tandem's scripts: a userdata.
local null = io.stdout

describe("helloworld value normalizer", function()
  it("makes 1 and 0 of true and false", function()
    assert.equal(1, normalizer.to_internal(true, BOOLEAN))
    assert.equal(0, normalizer.to_internal(false, BOOLEAN))
  end)

  it("makes true and false of 1 and 0", function()
    assert.equal(true, normalizer.to_integration(1, BOOLEAN))
    assert.equal(false, normalizer.to_integration(0, BOOLEAN))
    assert.equal(true, normalizer.to_integration(true, BOOLEAN))
    assert.equal(false, normalizer.to_integration(false, BOOLEAN))
  end)

  it("leaves null and other fields alone", function()
    for _, direction in ipairs { "to_internal", "to_integration" } do
      assert.equal(null, normalizer[direction](null, BOOLEAN))
      assert.is_nil(normalizer[direction](nil, BOOLEAN))
      assert.equal(1, normalizer.to_integration(1, STRING))
      assert.equal(true, normalizer.to_internal(true, STRING))
    end
  end)
end)
