local formats = require "formats"

describe("formats", function()
  local normalizer = formats.normalizer { boolean = { yes = "Y", no = "N" }, date = "epoch_ms" }

  setup(function()
    _G.datetime = {
      from_epoch_ms = function(number) return number == 0 and "1970-01-01T00:00:00Z" end,
      to_epoch_ms = function(text) return text == "1970-01-01" and 0 end,
    }
  end)

  teardown(function()
    _G.datetime = nil
  end)

  it("translate the types that they are told, both ways", function()
    assert.is_true(normalizer.to_internal("Y", { type = "boolean" }))
    assert.is_false(normalizer.to_internal("N", { type = "boolean" }))
    assert.equal("N", normalizer.to_integration(false, { type = "boolean" }))
    assert.equal("1970-01-01", normalizer.to_internal(0, { type = "date" }))
    assert.equal(0, normalizer.to_integration("1970-01-01", { type = "date" }))
  end)

  it("split several choices in one text, and join them", function()
    local choices = formats.normalizer { multiselect = ";" }
    local field = { type = "multiselect" }
    assert.same({ "red", "green" }, choices.to_internal("red;green", field))
    assert.same({}, choices.to_internal("", field))
    assert.equal("red;green", choices.to_integration({ "red", "green" }, field))
    assert.equal("", choices.to_integration({}, field))
    assert.equal("a;b", choices.to_internal("a;b", { type = "string" }))
  end)

  it("leave all else as it is", function()
    assert.equal("Y", normalizer.to_internal("Y", { type = "string" }))
    assert.equal("maybe", normalizer.to_internal("maybe", { type = "boolean" }))
    assert.is_nil(normalizer.to_internal(nil, { type = "boolean" }))
    local null = io.stdout -- JSON's null is a userdata
    assert.equal(null, normalizer.to_integration(null, { type = "date" }))
  end)
end)
