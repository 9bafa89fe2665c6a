local tandem = require "tandem"

local REFUSED = { status = 400, json = { errors = { status = 400, title = tandem.null, detail = "No." } } }
local function missing(request)
  return { status = 400, json = { errors = {
    status = 400, title = tandem.null,
    detail = ("Contacts module with id %s is not found"):format(request.params.id),
  } } }
end

local DENIED = { status = 400, json = { errors = {
  status = 400, title = tandem.null, detail = "[SuiteCRM] [API] [AccessDeniedException] No.",
} } }
local UUID = "^%x%x%x%x%x%x%x%x%-%x%x%x%x%-%x%x%x%x%-%x%x%x%x%-%x%x%x%x%x%x%x%x%x%x%x%x$"

describe("suitecrm order executioner", function()
  local suite

  local function execute(change)
    change.object = "Contacts"
    return suite:execute({ change })[1]
  end

  before_each(function()
    suite = tandem.integration "suitecrm"
    suite.http:on("GET", "/V8/module/Contacts/{id}", function(request) -- the record "a" is there, no other
      local known = request.params.id == "a"
      return known and { json = { data = { id = "a", attributes = {} } } } or missing(request)
    end)
  end)

  it("writes texts, and the empty one for null, which SuiteCRM would ignore", function()
    suite.http:on("PATCH", "/V8/module", { status = 201, json = { data = { id = "a" } } })
    local answer = execute { object_id = "a", fields = {
      do_not_call = true, score_c = 12, title = tandem.null, topics_c = { "a", "b" },
      last_seen_c = "2026-03-10T10:00:00Z", last_name = "O'Hara",
    } }
    assert.equal("updated", answer.action) -- 201
    assert.same({ type = "Contacts", id = "a", attributes = {
      do_not_call = "1", score_c = "12", title = "", topics_c = "^a^,^b^",
      last_seen_c = "2026-03-10 10:00:00", last_name = "O'Hara",
    } }, suite.http.requests[1].json.data)
  end)

  it("sends the account with the name of the company", function()
    suite.http:on("GET", "/V8/module/Accounts", function(request)
      local known = request.query["filter[name][eq]"] == "Acme"
      return { json = { data = { -- MySQL finds similar names as well
        known and { id = "w", attributes = { name = "ACM\u{c9}" } } or nil,
        known and { id = "x", attributes = { name = "Acme" } } or nil,
      } } }
    end)
    suite.http:on("PATCH", "/V8/module", { status = 201, json = { data = { id = "a" } } })
    execute { object_id = "a", fields = { account_id = "Acme" } }
    assert.same({ account_id = "x" }, suite.http.requests[2].json.data.attributes)
  end)

  it("gives a new record an id that follows from the change", function()
    suite.http:on("POST", "/V8/module", function(request)
      return { status = 201, json = { data = { id = request.json.data.id } } }
    end)
    local first = execute { fields = { last_name = "Ash" }, idempotency_key = "key" }
    local again = execute { fields = { last_name = "Ash" }, idempotency_key = "key" }
    local other = execute { fields = { last_name = "Ash" }, idempotency_key = "other" }
    assert.truthy(first.id:find(UUID))
    assert.equal(first.id, again.id)
    assert.not_equal(first.id, other.id)
  end)

  it("takes a record that is there already for the one that it made", function()
    suite.http:on("POST", "/V8/module", REFUSED)
    suite.http:on("GET", "/V8/module/Contacts/{id}", { json = { data = { id = "x", attributes = {} } } })
    assert.equal("created", execute({ fields = { last_name = "Ash" }, idempotency_key = "key" }).action)
  end)

  it("notes what is refused, be it new or not", function()
    suite.http:on("POST", "/V8/module", REFUSED)
    suite.http:on("PATCH", "/V8/module", REFUSED)
    assert.equal("issue", execute({ fields = { last_name = "Ash" }, idempotency_key = "key" }).action)
    local answer = execute { object_id = "a", fields = { last_name = "Ash" } }
    assert.equal("issue", answer.action)
    assert.equal("No.", answer.message)
  end)

  it("deletes what was deleted here", function()
    suite.http:on("DELETE", "/V8/module/Contacts/a", { json = { meta = { message = "deleted" } } })
    assert.equal("updated", execute({ object_id = "a", deletion = true, fields = {} }).action)
  end)

  it("finds out which 400 means that the record is gone", function()
    suite.http:on("PATCH", "/V8/module", missing { params = { id = "gone" } })
    assert.equal("deleted", execute({ object_id = "gone", fields = { last_name = "Ash" } }).action)
    suite.http:on("PATCH", "/V8/module", REFUSED)
    assert.equal("issue", execute({ object_id = "a", fields = { last_name = "Ash" } }).action)
    assert.equal(2, #suite.http.requests)
  end)

  it("keeps for later what it has no right to, which is a 400 as well", function()
    suite.http:on("PATCH", "/V8/module", DENIED)
    suite.http:on("GET", "/V8/module/Contacts/{id}", DENIED)
    assert.equal("retry", execute({ object_id = "a", fields = { last_name = "Ash" } }).action)
  end)

  it("writes numbers as its user does", function()
    suite.http:on("GET", "/V8/current-user", { json = { data = { id = "u" } } })
    suite.http:on("GET", "/V8/user-preferences/u",
      { json = { data = { attributes = { global = { dec_sep = "," } } } } })
    suite.http:on("PATCH", "/V8/module", { status = 201, json = { data = { id = "a" } } })
    local integration = suite:execute {
      { object = "Contacts", object_id = "a", fields = { rate_c = 4.75, score_c = 12 } },
      { object = "Contacts", object_id = "b", fields = { rate_c = 5.5 } },
    }
    assert.equal("updated", integration[2].action)
    local sent = suite.http:sent("PATCH", "/V8/module")
    assert.same({ rate_c = "4,75", score_c = "12" }, sent[1].json.data.attributes)
    assert.same({ rate_c = "5,5" }, sent[2].json.data.attributes)
    assert.equal(4, #suite.http.requests)
  end)

  it("does not take a wrong address for a record that is gone", function()
    suite.http:on("PATCH", "/V8/module", { status = 404, body = "" })
    assert.equal("issue", execute({ object_id = "a", fields = { last_name = "Ash" } }).action)
  end)
end)

describe("suitecrm", function()
  local suite

  before_each(function()
    suite = tandem.integration "suitecrm"
  end)

  it("finds after a crash what it has made by the id that follows from the change", function()
    local change = { object = "Contacts", fields = { last_name = "Ash" }, idempotency_key = "key" }
    local there
    suite.http:on("POST", "/V8/module", function(request)
      return { status = 201, json = { data = { id = request.json.data.id } } }
    end)
    suite.http:on("GET", "/V8/module/Contacts/{id}", function(request)
      local known = request.params.id == there
      return known and { json = { data = { id = there, attributes = {} } } } or missing(request)
    end)
    local id, known = suite:find(change)
    assert.is_nil(id)
    assert.is_true(known)
    there = suite:execute({ change })[1].id
    assert.equal(there, (suite:find(change)))
  end)

  it("looks for a name as it was typed into SuiteCRM's own pages as well", function()
    local asked = {}
    suite.http:on("GET", "/V8/module/Accounts", function(request)
      local name = request.query["filter[name][eq]"]
      asked[#asked + 1] = name
      local typed = name == "D&#039;Arc &lt;Co&gt;" and { id = "x", attributes = { name = name } } or nil
      return { json = { data = { typed } } }
    end)
    suite.http:on("PATCH", "/V8/module", { status = 201, json = { data = { id = "a" } } })
    suite:execute { { object = "Contacts", object_id = "a", fields = { account_id = "D'Arc <Co>" } } }
    assert.same({ "D'Arc <Co>", "D&#039;Arc &lt;Co&gt;" }, asked)
    assert.same({ account_id = "x" }, suite.http:sent("PATCH", "/V8/module")[1].json.data.attributes)
  end)
end)
