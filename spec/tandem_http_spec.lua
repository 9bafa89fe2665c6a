local network = require "tandem.http"
local tandem = require "tandem"

-- What the engine's transport would hand over.
local function request(method, url, fields)
  local raw = { method = method, url = url, headers = {} }
  for name, value in pairs(fields or {}) do
    raw[name] = value
  end
  return raw
end

describe("tandem.http", function()
  local http

  before_each(function()
    http = network.new("https://api.test/v1/", true)
  end)

  local function get(path, fields)
    return http:respond(request("GET", "https://api.test/v1" .. path, fields))
  end

  it("answers with JSON and its type", function()
    http:on("GET", "/a", { json = { 1, 2 } })
    local answer = get "/a"
    assert.equal(200, answer.status)
    assert.equal("[1,2]", answer.body)
    assert.equal("application/json", answer.headers["Content-Type"])
  end)

  it("tells functions all about a request", function()
    local seen
    http:on("POST", "/{kind}/{id}", function(asked)
      seen = asked
      return { status = 201 }
    end)
    http:respond(request("POST", "https://api.test/v1/a%20b/7?x=1&y=a+b%26&x=2", {
      body = '{"n":null}', headers = { ["Content-Type"] = "application/json; charset=utf-8" },
    }))
    assert.same({ kind = "a b", id = "7" }, seen.params)
    assert.same({ x = { "1", "2" }, y = "a b&" }, seen.query)
    assert.same({ n = tandem.null }, seen.json)
    assert.equal("/a%20b/7", seen.path)
  end)

  it("reads forms", function()
    http:on("POST", "/a", { status = 204 })
    http:respond(request("POST", "https://api.test/v1/a", {
      body = "grant=x&scope=a+b", headers = { ["content-type"] = "application/x-www-form-urlencoded" },
    }))
    assert.same({ grant = "x", scope = "a b" }, http.requests[1].form)
  end)

  it("takes the stub that says most about the query, then the latest", function()
    http:on("GET", "/a", { body = "first", query = { page = 2 } })
    http:on("GET", "/a", { body = "any" })
    assert.equal("first", get("/a?page=2").body)
    assert.equal("any", get("/a?page=3").body)
    http:on("GET", "/a", { body = "later" })
    assert.equal("later", get("/a").body)
  end)

  it("answers a number of times", function()
    http:on("GET", "/a", { body = "as ever" })
    http:on("GET", "/a", { body = "twice", times = 2 })
    assert.same({ "twice", "twice", "as ever" }, { get("/a").body, get("/a").body, get("/a").body })
  end)

  it("takes signs of patterns in paths for what they are", function()
    http:on("GET", "/a.b(c)+d-e", { body = "x" })
    assert.equal("x", get("/a.b(c)+d-e").body)
    assert.equal("refused", get("/aXb(c)+d-e").fault)
  end)

  it("answers all below a path, and other hosts by their address", function()
    http:on("GET", "/files/*", { body = "file" })
    http:on("POST", "https://login.test/token", { body = "token" })
    assert.equal("file", get("/files/a/b").body)
    assert.equal("token", http:respond(request("POST", "https://login.test/token")).body)
  end)

  it("names what it does not expect, once", function()
    assert.equal("refused", get("/a?x=1").fault)
    assert.matches("unexpected request GET https://api.test/v1/a%?x=1", http:take_failure())
    assert.is_nil(http:take_failure())
  end)

  it("is down for all, or for one method", function()
    http:on("*", "/a", { body = "fine" })
    http:outage({ status = 503 }, "POST")
    assert.equal("fine", get("/a").body)
    assert.equal(503, http:respond(request("POST", "https://api.test/v1/a")).status)
    http:outage { fault = "timeout" }
    assert.equal("timeout", get("/a").fault)
    http:outage(nil)
    assert.equal("fine", get("/a").body)
  end)

  it("loses an answer although the work is done", function()
    local done = 0
    http:on("POST", "/a", function()
      done = done + 1
      return { body = "made" }
    end)
    http:lose(function() return done == 1 end)
    local lost = http:respond(request("POST", "https://api.test/v1/a"))
    assert.equal("receive", lost.fault)
    assert.is_true(lost.sent)
    assert.equal("made", http:respond(request("POST", "https://api.test/v1/a")).body)
    assert.equal(2, done)
  end)

  it("forgets stubs and requests", function()
    http:on("GET", "/a", { body = "x" })
    http:on("GET", "/b", { body = "y" })
    http:off("GET", "/a")
    assert.equal("refused", get("/a").fault)
    assert.equal("y", get("/b").body)
    assert.equal(1, #http:sent("GET", "/b"))
    http:clear()
    assert.same({}, http.requests)
  end)

  it("refuses stubs that cannot be meant", function()
    assert.error_matches(function() http:on("FETCH", "/a", { body = "" }) end, "'FETCH' is no method")
    assert.error_matches(function() http:on("GET", "/a") end, "must be a table or a function")
  end)
end)
