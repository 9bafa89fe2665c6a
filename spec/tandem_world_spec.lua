local cassettes = require "tandem.cassette"
local configuration = require "tandem.configuration"
local worlds = require "tandem.world"

describe("tandem.world", function()
  local world

  before_each(function()
    world = worlds.new { now = "2026-03-10T12:00:00Z", page_size = 2 }
    world:put("contact", "1", { name = "A" }, "2026-03-01T00:00:00Z")
    world:put("contact", "2", { name = "B" }, "2026-03-02T00:00:00.123Z")
    world:put("contact", "3", { name = "C" }, "2026-03-03T00:00:00Z")
  end)

  local function ids(list)
    local found = {}
    for index, record in ipairs(list) do
      found[index] = record.id
    end
    return found
  end

  it("lists a window, its beginning included and its end not", function()
    assert.same({ "1", "2", "3" }, ids(world:list("contact")))
    assert.same({ "2" }, ids(world:list("contact", "2026-03-02T00:00:00Z", "2026-03-03T00:00:00Z")))
    assert.same({ "3" }, ids(world:list("contact", "2026-03-02T00:00:00.124Z", "")))
    assert.same({}, world:list("company"))
  end)

  it("lists by ids", function()
    assert.same({ "1", "3" }, ids(world:list("contact", nil, nil, { "3", "1", "9" })))
  end)

  it("cuts pages", function()
    local all = world:list("contact")
    assert.same({ "1", "2" }, ids(world:slice(all, 0)))
    assert.same({ "3" }, ids(world:slice(all, 2)))
    assert.same({}, world:slice(all, 4))
  end)

  it("creates, changes and deletes, each at its time", function()
    local record = world:create("contact", { name = "D" })
    assert.equal("D", world:get("contact", record.id).fields.name)
    world:at("2026-03-11T00:00:00Z")
    world:update("contact", "1", { phone = "1" })
    assert.same({ name = "A", phone = "1" }, world:get("contact", 1).fields)
    assert.same({ "1" }, ids(world:list("contact", "2026-03-11T00:00:00Z")))
    assert.is_true(world:delete("contact", "1"))
    assert.is_false(world:delete("contact", "1"))
    assert.is_nil(world:update("contact", "1", {}))
    assert.same({ "2", "3", record.id }, ids(world:list("contact")))
  end)
end)

describe("tandem.configuration", function()
  it("writes tables as Lua, with functions of the file kept", function()
    local path = os.tmpname()
    local file = assert(io.open(path, "w"))
    file:write('return { base_url = env("URL", "x"), token = env "TOKEN", f = function() return 7 end }')
    file:close()
    local source = configuration.source(path, { URL = "https://a.test" }, { list = { 1, "b" }, auth = false })
    local settings = assert(load(source))()
    os.remove(path)
    assert.equal("https://a.test", settings.base_url)
    assert.equal("TOKEN", settings.token)
    assert.equal(7, settings.f())
    assert.same({ 1, "b" }, settings.list)
    assert.is_nil(settings.auth)
  end)

  it("refuses what Lua source cannot say", function()
    assert.error_matches(function()
      configuration.source("none", {}, { mapping = { a = { on_conflict = print } } })
    end, "config.mapping.a.on_conflict is a function")
  end)
end)

describe("tandem.cassette", function()
  local function cassette(...)
    local path = os.tmpname()
    local file = assert(io.open(path, "w"))
    file:write('{"tandem_cassette":1,"base_url":"https://a.test"}\n', table.concat({ ... }, "\n"), "\n")
    file:close()
    local ran, result = pcall(cassettes.load, path)
    os.remove(path)
    return ran and result or error(result, 0)
  end

  local GET = '{"method":"GET","url":"https://a.test/1","status":%d,"headers":{},"body":"%d"}'

  it("plays what is asked twice in the order of the recording", function()
    local played = cassette(GET:format(503, 1), GET:format(200, 2))
    local asked = { method = "GET", url = "https://a.test/1" }
    assert.same({ 503, 200 }, { played:play(asked).status, played:play(asked).status })
    assert.equal(0, played:left())
    local answer, message = played:play(asked)
    assert.is_nil(answer)
    assert.matches("was played already", message)
  end)

  it("compares bodies as JSON, and bytes from hexadecimal", function()
    local played = cassette('{"method":"POST","url":"u","request_body":"{\\"a\\":1,\\"b\\":[]}",'
      .. '"body_hex":"00ff"}')
    local _, message = played:play { method = "POST", url = "u", body = '{"a":2}' }
    assert.matches("another body", message)
    assert.equal("\0\xff", played:play({ method = "POST", url = "u", body = '{"b":[],"a":1}' }).body)
  end)

  it("says what is wrong with a file", function()
    assert.error_matches(function() cassettes.load("/nowhere") end, "record it with 'tandem record'")
    assert.error_matches(function() cassette("{") end, "expected near end of file")
  end)
end)
