local tandem = require "tandem"

describe("helloworld fields", function()
  it("gives the API's types the engine's names", function()
    local hello = tandem.integration("helloworld", { config = { base_url = "https://hello.test/api" } })
    hello.http:on("GET", "/fields/citizen", {
      json = {
        { name = "email", label = "E-mail", data_type = "email", required = true, writable = true },
        { name = "score", label = "Score", data_type = "integer", required = false, writable = true },
        { name = "world_id", label = "World", data_type = "reference", required = false, writable = true },
      },
    })
    assert.same({
      { name = "email", label = "E-mail", type = "email", required = true, writable = true },
      { name = "score", label = "Score", type = "int", required = false, writable = true },
      { name = "world_id", label = "World", type = "string", required = false, writable = true },
    }, hello:fields("citizen"))
  end)
end)
