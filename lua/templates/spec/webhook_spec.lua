-- What a delivery of {{name}}'s webhooks names. Play real ones, as the API's documentation
-- shows them.
local tandem = require "tandem"

describe("{{name}}'s webhooks", function()
  local api = tandem.integration("{{name}}")

  it("name the records that changed", function()
    assert.same({ { object = "{{object}}", id = "7" } },
      api:deliver { events = { { type = "updated", object = "{{object}}", id = 7 } } })
  end)

  it("may name nothing", function()
    assert.same({}, api:deliver { events = {} })
  end)

  it("are refused if they are no JSON", function()
    assert.has_error(function() api:deliver("events") end)
  end)
end)
