local rest = require "rest"

describe("rest", function()
  local asked, answer, api

  -- A response with this body; nil: something that is not JSON.
  local function response(status, body)
    return {
      status = status, ok = status < 300,
      json = function() return body or error { kind = "decode" } end,
    }
  end

  local function message_of(...)
    local done, message = pcall(...)
    assert.is_false(done)
    return message
  end

  before_each(function()
    _G.http = { request = function(request)
      asked = request
      return answer
    end }
    api = rest.client {
      name = "Acme", headers = { Accept = "x" }, timeout = 5,
      reason = function(one) return rest.body(one).message end,
    }
  end)

  after_each(function()
    _G.http = nil
  end)

  it("reads what is at a path", function()
    answer = response(200, { list = {} })
    assert.same({ list = {} }, api:read("/things", { page = 1 }))
    assert.same({
      method = "GET", url = "/things", query = { page = 1 }, headers = { Accept = "x" }, timeout = 5,
    }, asked)
  end)

  it("takes 404 for nothing only where something may be missing", function()
    answer = response(404, {})
    assert.is_nil(api:find "/things/1")
    assert.equal("GET /things: Acme answered 404; is 'base_url' in the configuration right?",
      message_of(api.read, api, "/things"))
  end)

  it("tells what may not be seen from what is missing", function()
    answer = response(403, { message = "No." })
    assert.is_false(api:one "/things/1")
    assert.truthy(message_of(api.find, api, "/things/1"):find("answered 403 (No.)", 1, true))
    answer = response(404, {})
    assert.is_nil(api:one "/things/1")
    answer = response(200, { thing = { id = 1 } })
    assert.same({ id = 1 }, api:one("/things/1", nil, "thing"))
  end)

  it("says why something can't be read, and what to look at", function()
    answer = response(401, { message = "Who are you?" })
    assert.equal("GET /a: Acme answered 401 (Who are you?); is 'auth' in the configuration right?",
      message_of(api.find, api, "/a"))
    answer = response(500)
    assert.equal("GET /a: Acme answered 500", message_of(api.read, api, "/a"))
  end)

  it("does not take somebody else's page for an answer", function()
    answer = response(200)
    assert.truthy(message_of(api.find, api, "/a"):find("GET /a: what answered 200 was not Acme", 1, true))
    answer = response(200, "text")
    assert.truthy(message_of(api.read, api, "/a"):find("not Acme", 1, true))
  end)

  it("reads a member, without which it is an error, whatever the status", function()
    answer = response(200, { list = { 1 } })
    assert.same({ 1 }, api:read("/things", nil, "list"))
    answer = response(200, { message = "No." })
    assert.equal("GET /things: Acme answered 200 (No.)", message_of(api.read, api, "/things", nil, "list"))
    answer = response(200, { list = io.stdout }) -- null
    assert.equal("GET /things: Acme answered 200", message_of(api.find, api, "/things", nil, "list"))
  end)

  it("has a reason in any case", function()
    assert.equal("No.", api.reason(response(400, { message = "No." })))
    assert.equal("Acme answered 400", api.reason(response(400)))
    assert.equal("Acme answered 400", api.reason(response(400, { message = io.stdout }))) -- null
    assert.equal("Acme answered 400", api.reason(response(400, { message = "" })))
  end)

  it("write on top of what is there, again if somebody was faster, and not for ever", function()
    local reads, conflicts = 0, 1
    _G.http = { request = function(request)
      if request.method == "GET" then
        reads = reads + 1
        return { status = 200, ok = true, json = function() return { rev = reads } end }
      end
      conflicts = conflicts - 1
      return { status = conflicts >= 0 and 412 or 200, ok = conflicts < 0, body = request.json.rev }
    end }
    local client = rest.client { name = "Acme", reason = function() end }
    local function edit(record) return { json = { rev = record.rev } } end
    assert.equal(2, client:rewrite("PUT", "/a", edit).body)
    conflicts = 99
    assert.equal(412, client:rewrite("PUT", "/a", edit).status)
    assert.equal(5, reads)
    _G.http = { request = function() return { status = 410, ok = false } end }
    assert.equal(410, client:rewrite("PUT", "/a", edit).status)
  end)

  it("say with another status what an API says with its own", function()
    _G.http = { request = function() return { status = 400, ok = false, body = "denied" } end }
    local client = rest.client { name = "Acme", reason = function() end,
      status = function(one) return one.body == "denied" and 403 or nil end }
    assert.equal(403, client:send("GET", "/a").status)
  end)
end)
