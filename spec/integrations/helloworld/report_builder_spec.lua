local tandem = require "tandem"

local CONFIG = { base_url = "https://hello.test/api" }

describe("helloworld report builder", function()
  local hello

  before_each(function()
    hello = tandem.integration("helloworld", { config = CONFIG })
  end)

  it("reads opt_in as a boolean", function()
    hello.http:on("GET", "/citizen", {
      json = { { id = 1, created_timestamp = "2020-02-01 02:03:04", fields = { opt_in = false } } },
    })
    local citizen = hello:report({ objects = { "citizen" } }):object("citizen", "1")
    assert.same({ type = "boolean", value = false }, citizen.fields.opt_in)
  end)

  it("asks for exactly the window, one page for each iteration", function()
    hello.http:on("GET", "/citizen", { json = {} })
    hello:report {
      objects = { "citizen" }, from = "2020-01-01T00:00:00Z", to = "2020-01-02T00:00:00Z", iteration = 3,
    }
    assert.same({
      createdOrModifiedSince = "2020-01-01T00:00:00Z",
      createdOrModifiedBefore = "2020-01-02T00:00:00Z",
      page = "3",
    }, hello.http.requests[1].query)
  end)

  it("takes the last change, else the creation, for the instant", function()
    hello.http:on("GET", "/citizen", {
      json = {
        { id = 1, created_timestamp = "2020-01-01T00:00:00Z", fields = {} },
        { id = 2, created_timestamp = "2020-01-01T00:00:00Z",
          last_modified_timestamp = "2020-01-05T00:00:00Z", fields = {} },
      },
    })
    local report = hello:report { objects = { "citizen" } }
    assert.equal("2020-01-01T00:00:00Z", report:object("citizen", "1").changed_at)
    assert.equal("2020-01-05T00:00:00Z", report:object("citizen", "2").changed_at)
  end)

  it("tells the instants of fields if the API does", function()
    hello.http:on("GET", "/citizen", {
      json = {
        { id = 1, created_timestamp = "2020-01-01T00:00:00Z", fields = { phone = "1" },
          field_timestamps = { phone = "2020-01-03T00:00:00Z" } },
      },
    })
    local citizen = hello:report({ objects = { "citizen" } }):object("citizen", "1")
    assert.equal("2020-01-03T00:00:00Z", citizen.fields.phone.changed_at)
  end)

  it("relates a citizen to its world, and only if it has one", function()
    hello.http:on("GET", "/citizen", {
      json = {
        { id = 1, created_timestamp = "2020-01-01T00:00:00Z", fields = { world_id = 7 } },
        { id = 2, created_timestamp = "2020-01-01T00:00:00Z", fields = { world_id = tandem.null } },
      },
    })
    assert.same({
      { object = "citizen", id = "1", field = "world_id", to_object = "world", to_id = "7" },
    }, hello:report({ objects = { "citizen" } }).relations)
  end)

  it("follows a tourist who became a citizen, once", function()
    hello.http:on("GET", "/tourist", { json = {} })
    hello.http:on("GET", "/converted", {
      json = { { old_object = "tourist", old_id = 5, new_object = "citizen", new_id = 77 } },
      query = { page = "1" },
    })
    hello.http:on("GET", "/converted", { json = {} })
    assert.same({
      { old_object = "tourist", old_id = "5", new_object = "citizen", new_id = "77" },
    }, hello:report({ objects = { "tourist" } }).remaps)
    assert.same({}, hello:report({ objects = { "tourist" }, iteration = 2 }).remaps)
  end)

  it("asks for named objects by their ids and without a window", function()
    hello.http:on("GET", "/citizen", {
      json = { { id = 9, created_timestamp = "2020-01-01T00:00:00Z", fields = {} } },
      query = { page = "1" },
    })
    hello.http:on("GET", "/citizen", { json = {} })
    local report = hello:report { objects = { "citizen" }, ids = { citizen = { "9", "8" } } }
    assert.is_not_nil(report:object("citizen", "9"))
    assert.same({ ids = "9,8", page = "1" }, hello.http.requests[1].query)
  end)

  it("fails when a page can't be read", function()
    hello.http:on("GET", "/citizen", { status = 500, body = "<html>oops</html>" })
    assert.error_matches(function()
      hello:report { objects = { "citizen" } }
    end, "GET /citizen: hello.world answered 500")
  end)
end)
