local jmap = require "jmap"

-- The rest is in the specs of lua/integrations/jmap.
describe("jmap", function()
  local asked, found

  before_each(function()
    found = {}
    _G.http = { request = function(request)
      asked = request
      return { ok = true, status = 200, json = function()
        return { methodResponses = {
          { "Mailbox/get", { list = found }, "c1" }, { "error", { type = "invalidArguments" }, "c2" },
        } }
      end }
    end }
  end)

  after_each(function()
    _G.http = nil
  end)

  it("asks for several things of a type in one request", function()
    local client = jmap.client { using = { "urn:ietf:params:jmap:mail" }, type = "Mailbox", account = "a" }
    local got, failed, missing = client:read({ "get", { ids = { "1" } } }, { "changes", {} }, { "query", {} })
    assert.same({ list = {} }, got)
    assert.same({ error = "invalidArguments" }, failed)
    assert.is_nil(missing)
    assert.same({ "urn:ietf:params:jmap:mail" }, asked.json.using)
    assert.same({ "Mailbox/get", { ids = { "1" }, accountId = "a" }, "c1" }, asked.json.methodCalls[1])
    assert.equal("Mailbox/changes", asked.json.methodCalls[2][1])
    assert.is_true(asked.reads)
  end)

  it("finds after a crash what a change had made: its key is the id", function()
    local client = jmap.client { using = {}, type = "Mailbox" }
    assert.is_nil(client:find { idempotency_key = "k1" })
    assert.same({ "k1" }, asked.json.methodCalls[1][2].ids)
    found = { { id = "k1" } }
    assert.equal("k1", client:find { idempotency_key = "k1" })
  end)
end)
