local tandem = require "tandem"

describe("helloworld webhook reader", function()
  local hello = tandem.integration("helloworld")

  it("names the records of all events", function()
    assert.same({ { object = "citizen", id = "7" }, { object = "world", id = "8" } },
      hello:deliver { events = { { object = "citizen", id = 7 }, { object = "world", id = "8" } } })
  end)

  it("names nothing if there are no events", function()
    assert.same({}, hello:deliver {})
  end)

  it("refuses what is no JSON", function()
    local ran, message = pcall(hello.deliver, hello, "events")
    assert.is_false(ran)
    assert.matches("webhook_reader", message)
  end)
end)
