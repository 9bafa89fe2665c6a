local tandem = require "tandem"

describe("tandem.judge", function()
  local OLD, NEW = "2026-01-01T00:00:00Z", "2026-01-02T00:00:00Z"

  it("lets the later certain change win", function()
    local winner, mode = tandem.judge {
      left = { value = "a", certain = NEW }, right = { value = "b", certain = OLD },
    }
    assert.equal("left", winner)
    assert.equal("hard", mode)
  end)

  it("sees who changed against the base", function()
    assert.equal("right", (tandem.judge {
      left = { value = "a", certain = NEW }, right = { value = "b" }, base = { value = "a" },
    }))
  end)

  it("finds values equal as their types are", function()
    assert.equal("equal", (tandem.judge {
      left = { value = 7, type = "int" }, right = { value = "7.0", type = "double" },
    }))
  end)

  it("decides nothing where no mode can", function()
    assert.equal("unresolved", (tandem.judge {
      left = { value = "a" }, right = { value = "b" }, modes = { "hard" },
    }))
  end)

  it("refuses modes and values that are none", function()
    assert.error_matches(function() tandem.judge { modes = { "soft" } } end, "'soft' is no mode")
    assert.error_matches(function()
      tandem.judge { left = { value = "x", type = "int" } }
    end, "cannot be read as int")
  end)
end)

describe("tandem.normalize", function()
  it("reads values as the engine does", function()
    assert.equal(true, tandem.normalize("yes", "boolean"))
    assert.equal("2026-03-10T12:00:00Z", tandem.normalize(1773144000, "datetime"))
    assert.same({ "a", "b" }, tandem.normalize("a|b", "multiselect"))
    assert.equal(tandem.null, tandem.normalize("", "date"))
    assert.is_nil(tandem.normalize("soon", "date"))
  end)
end)

describe("tandem.integration", function()
  it("says what to do where no field has a type, instead of reading none of them", function()
    local home = os.tmpname()
    os.remove(home)
    local folder = home .. "/lua/integrations/typeless"
    os.execute(("mkdir -p %s %s/config/integrations && ln -s %s/lua/lib %s/lua/lib"):format(
      folder, home, tandem.home, home))
    local function write(path, text)
      local file = assert(io.open(home .. path, "w"))
      file:write(text)
      file:close()
    end
    write("/config/integrations/typeless.lua", "return {}")
    write("/lua/integrations/typeless/integration.lua", [[return { name = "typeless", display_name = "T",
      version = "1.0.0", api = 1, objects = { { name = "person", internal = "contact" } } }]])
    write("/lua/integrations/typeless/report_builder.lua", "return { build = function() end }")
    local function open(fields)
      return tandem.integration("typeless", {
        home = home, mapping = { person = { mail = "email" } }, fields = fields,
      })
    end
    assert.error_matches(function() open():sync() end,
      "'typeless' has no fields%.lua.*section 4.*spec/fields%.lua")
    open({ person = { { name = "mail", type = "email" } } }):sync()
    os.execute("rm -r " .. home)
  end)

  local function citizen(fields)
    return { id = 1, created_timestamp = "2020-02-01T00:00:00Z", fields = fields }
  end

  it("says which integration it cannot load", function()
    assert.error_matches(function() tandem.integration("nobody") end, "nobody")
  end)

  it("keeps null and absent apart", function()
    local hello = tandem.integration("helloworld")
    hello.http:on("GET", "/citizen", { json = { citizen { phone = tandem.null } } })
    local fields = hello:report({ objects = { "citizen" } }):object("citizen", 1).fields
    assert.same({ type = "phone", value = tandem.null }, fields.phone)
    assert.is_nil(fields.email)
  end)

  it("tells what cannot be read", function()
    local hello = tandem.integration("helloworld")
    hello.http:on("GET", "/citizen", { json = { citizen { score = "many", birthday = "2001-02-03" } } })
    local found = hello:report({ objects = { "citizen" } }):object("citizen", "1")
    assert.same({ "score" }, found.unreadable)
    assert.equal("2001-02-03", found.fields.birthday.value)
  end)

  it("asks the API for the fields that nobody told", function()
    local hello = tandem.integration("helloworld", { fields = "api" })
    hello.http:on("GET", "/fields/citizen", { json = { { name = "luck", data_type = "integer" } } })
    hello.http:on("GET", "/citizen", { json = { citizen { luck = "7" } } })
    local report = hello:report { objects = { "citizen" } }
    assert.same({ type = "int", value = 7 }, report:object("citizen", "1").fields.luck)
    assert.equal(1, #hello.http.requests)
  end)

  it("reports only what is mapped if a mapping is given", function()
    local hello = tandem.integration("helloworld", { mapping = { citizen = { phone = "phone" } } })
    hello.http:on("GET", "/citizen", { json = { citizen { phone = "1", email = "a@b.test" } } })
    local fields = hello:report({ objects = { "citizen" } }):object("citizen", "1").fields
    assert.same({ phone = { type = "phone", value = "1" } }, fields)
  end)

  it("fails a spec on a request that nobody answers", function()
    local hello = tandem.integration("helloworld")
    assert.error_matches(function()
      hello:report { objects = { "citizen" } }
    end, "unexpected request GET https://helloworld.test/citizen")
  end)

  it("answers 404 instead if it is told to", function()
    local hello = tandem.integration("helloworld", { strict = false })
    local _, message = hello:try_report { objects = { "citizen" } }
    assert.matches("hello.world answered 404", message)
  end)

  it("counts retries without waiting for them", function()
    local hello = tandem.integration("helloworld")
    hello.http:on("GET", "/citizen", { json = {} })
    hello.http:on("GET", "/citizen", { status = 503, times = 2, headers = { ["Retry-After"] = 30 } })
    hello:report { objects = { "citizen" } }
    assert.equal(3, #hello.http:sent("GET", "/citizen"))
  end)

  it("plays faults of the network", function()
    local hello = tandem.integration("helloworld")
    hello.http:on("GET", "/citizen", { fault = "timeout" })
    local report, message = hello:try_report { objects = { "citizen" } }
    assert.is_nil(report)
    assert.matches("timeout", message)
  end)

  it("takes functions and parts of paths for answers", function()
    local hello = tandem.integration("helloworld")
    hello.http:on("GET", "/{kind}", function(request)
      return { json = request.query.page == "1" and { citizen { phone = request.params.kind } } or {} }
    end)
    assert.equal(1, #hello:report({ objects = { "citizen" } }):objects())
    hello.http:on("GET", "/citizen", function() error("no idea", 0) end)
    assert.error_matches(function()
      hello:report { objects = { "citizen" } }
    end, "the stub for GET /citizen failed: no idea")
  end)

  it("names a change that cannot be made", function()
    local hello = tandem.integration("helloworld")
    assert.error_matches(function()
      hello:execute { { object = "citizen", fields = { wings = 2 } } }
    end, "change 1: the field 'wings' of 'citizen' is not mapped")
  end)

  it("returns what was answered before the executioner failed", function()
    local hello = tandem.integration("helloworld")
    hello.http:on("POST", "/world", { json = { { code = 200, id = 1, metadata = { index = 1 } } } })
    hello.http:on("POST", "/citizen", { status = 400, json = tandem.object {} })
    local answers, message = hello:try_execute {
      { object = "world", object_id = "1", fields = { name = "A" } },
      { object = "citizen", object_id = "2", fields = { phone = "1" } },
    }
    assert.equal("updated", answers[1].action)
    assert.equal("none", answers[2].action)
    assert.matches("hello.world answered 400", message)
  end)
end)

describe("a run in memory", function()
  local hello

  local function world(id, name, at)
    return { id = id, created_timestamp = at or "2026-03-01T00:00:00Z", fields = { name = name } }
  end

  before_each(function()
    hello = tandem.integration("helloworld", {
      mapping = { world = { name = "companyname", phone = "companyphone" } },
    })
  end)

  it("brings what is there and sends what is here", function()
    hello.store:add("company", { companyname = "Ours" })
    hello.http:on("GET", "/world", { json = {} })
    hello.http:on("GET", "/world", { json = { world(1, "Theirs") }, query = { page = 1 } })
    hello.http:on("POST", "/world", function(request)
      assert.equal("Ours", request.json[1].fields.name)
      return { json = { { code = 201, id = 2, metadata = request.json[1].metadata } } }
    end)
    local summary = hello:sync()
    assert.equal("done", summary.status)
    assert.equal(1, summary.pull.created)
    assert.equal(1, summary.push.created)
    assert.equal(1, summary.writes)
    assert.equal("Theirs", hello.store:find("company", { companyname = "theirs" })[1].companyname)
    assert.equal(2, #hello.store:mappings())
    assert.same({}, hello.store:changes())
  end)

  it("sends an edit, and a deletion there ends it", function()
    hello.http:on("GET", "/world", { json = {} })
    hello.http:on("POST", "/world", { json = { { code = 201, id = 2, metadata = { index = 1 } } } })
    local id = hello.store:add("company", { companyname = "Ours" })
    hello:sync()
    hello:at("2026-03-10T13:00:00Z")
    hello.store:set("company", id, { companyphone = "12" })
    assert.equal("companyphone", hello.store:changes()[1].field)
    hello.http:on("POST", "/world", { json = { { code = 404, metadata = { index = 1 } } } })
    local summary = hello:sync()
    assert.equal(1, summary.push.deleted)
    assert.is_true(hello.store:mappings()[1].deleted)
    assert.equal("12", hello.store:get("company", id).companyphone)
    hello.store:delete("company", id)
    assert.is_nil(hello.store:get("company", id))
  end)

  it("raises the error of a run, or returns it", function()
    hello.http:on("GET", "/world", { status = 500, body = "" })
    assert.error_matches(function() hello:sync() end, "hello.world answered 500")
    local summary, message = hello:try_sync()
    assert.equal("failed", summary.status)
    assert.equal(message, summary.error)
  end)

  it("refuses an object that the store does not have", function()
    assert.error_matches(function() hello.store:add("unicorn", { name = "x" }) end, "unicorn")
  end)
end)
