package.path = "lua/integrations/helloworld/?.lua;" .. package.path
local normalizer = require "value_normalizer"

local OPT_IN, PHONE = { name = "opt_in", type = "boolean" }, { name = "phone", type = "string" }
-- What JSON null is in Tandem's scripts: a userdata.
local null = io.stdout

describe("helloworld value normalizer", function()
  it("makes 1 and 0 of true and false", function()
    assert.equal(1, normalizer.to_internal(true, OPT_IN))
    assert.equal(0, normalizer.to_internal(false, OPT_IN))
  end)

  it("makes true and false of 1 and 0, whatever the type is here", function()
    for _, here in ipairs { OPT_IN, { name = "opt_in", type = "int" } } do
      assert.equal(true, normalizer.to_integration(1, here))
      assert.equal(false, normalizer.to_integration(0, here))
      assert.equal(true, normalizer.to_integration(true, here))
      assert.equal(false, normalizer.to_integration(false, here))
    end
  end)

  it("leaves null and other fields alone", function()
    for _, direction in ipairs { "to_internal", "to_integration" } do
      assert.equal(null, normalizer[direction](null, OPT_IN))
      assert.is_nil(normalizer[direction](nil, OPT_IN))
      assert.equal(1, normalizer[direction](1, PHONE))
      assert.equal(false, normalizer[direction](false, PHONE))
    end
  end)
end)
