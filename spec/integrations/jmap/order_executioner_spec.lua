local tandem = require "tandem"
local server = dofile "spec/integrations/jmap/server.lua"

local contact, got = server.contact, server.got

describe("jmap order executioner", function()
  local sets, contacts, changed, set_results

  local function new()
    return server.new {
      ["Contact/get"] = function() return got(contacts, "19") end,
      ["Contact/changes"] = function(arguments)
        return {
          newState = "19", oldState = arguments.sinceState, created = {}, updated = changed, destroyed = {},
        }
      end,
      ["Contact/set"] = function(arguments)
        sets[#sets + 1] = arguments
        local result = table.remove(set_results, 1)
        if type(result) == "string" then
          return nil, result
        end
        local answer = {
          newState = "20", created = tandem.null, notCreated = tandem.null, notUpdated = tandem.null,
          notDestroyed = tandem.null,
        }
        for key in pairs(arguments.create) do
          answer.created = answer.created ~= tandem.null and answer.created or {}
          answer.created[key] = { id = key }
        end
        for name, value in pairs(result or {}) do
          answer[name] = value
        end
        return answer
      end,
    }
  end

  -- Executes changes of contacts; the answers.
  local function execute(changes)
    for _, change in ipairs(changes) do
      change.object = "contact"
    end
    return new():execute(changes)
  end

  before_each(function()
    sets, contacts, changed, set_results = {}, {}, {}, {}
  end)

  it("creates under the key as uid, so that nothing is created twice", function()
    local answers = execute {
      { fields = { firstName = "Ada", email = "ada@a.test" }, idempotency_key = "k1" },
    }
    assert.equal("created", answers[1].action)
    assert.equal("k1", answers[1].id)
    assert.same({ uid = "k1", firstName = "Ada", emails = { { type = "personal", value = "ada@a.test" } } },
      sets[1].create.k1)
  end)

  it("takes a contact that an earlier try made, and brings it up to date", function()
    contacts = { contact("k1", { firstName = "Old" }) }
    local answer = execute({ { fields = { firstName = "Ada" }, idempotency_key = "k1" } })[1]
    assert.equal("created", answer.action)
    assert.equal("k1", answer.id)
    assert.same({ firstName = "Ada" }, sets[1].update.k1)
    assert.is_nil(sets[1].create.k1)
  end)

  it("sends what changed, under the state that it saw", function()
    contacts = { contact "a" }
    local answers = execute {
      { object_id = "a", fields = { firstName = "B", lastName = "C" }, changed = { "firstName" } },
    }
    assert.equal("19", sets[1].ifInState)
    assert.same({ firstName = "B" }, sets[1].update.a)
    assert.equal("updated", answers[1].action)
  end)

  it("keeps the other entries of a list", function()
    contacts = {
      contact("a", { phones = { { type = "work", value = "1" }, { type = "mobile", value = "2" } } }),
    }
    execute { { object_id = "a", fields = { phone_mobile = "3" } } }
    assert.same({ { type = "work", value = "1" }, { type = "mobile", value = "3" } }, sets[1].update.a.phones)
  end)

  local function home(city)
    return { type = "home", street = "S", locality = city, region = "", postcode = "", country = "" }
  end

  it("clears: no entry, no date, no text", function()
    contacts = { contact("a", {
      phones = { { type = "work", value = "1" }, { type = "mobile", value = "2" } },
      addresses = { home "T" },
    }) }
    execute { { object_id = "a", fields = {
      phone_mobile = tandem.null, locality = tandem.null, birthday = tandem.null, nickname = tandem.null,
    } } }
    assert.same({
      phones = { { type = "work", value = "1" } },
      addresses = { home "" },
      birthday = "0000-00-00", nickname = "",
    }, sets[1].update.a)
  end)

  it("sends nothing but texts", function()
    contacts = { contact "a" }
    execute { { object_id = "a", fields = { nickname = 42, phone_work = 4930123456, notes = true } } }
    assert.same({ nickname = "42", notes = "true", phones = { { type = "work", value = "4930123456" } } },
      sets[1].update.a)
  end)

  it("takes an address away of which nothing is left, and adds none that is empty", function()
    contacts = { contact("a", { addresses = { home "T" } }), contact "b" }
    local nowhere = { street = tandem.null, locality = tandem.null, country = tandem.null }
    execute { { object_id = "a", fields = nowhere }, { object_id = "b", fields = nowhere } }
    assert.same({ addresses = {} }, sets[1].update.a)
    assert.same({}, sets[1].update.b)
  end)

  it("answers each change of a batch by itself", function()
    contacts = { contact "a", contact "b" }
    set_results = { { notUpdated = { b = { type = "invalidProperties", properties = { "birthday" } } } } }
    local answers = execute {
      { object_id = "a", fields = { firstName = "A" } },
      { object_id = "b", fields = { birthday = "1990-02-28" } },
      { object_id = "gone", fields = { firstName = "C" } },
      { fields = { firstName = "D" }, idempotency_key = "k4" },
    }
    local actions = {}
    for index, answer in ipairs(answers) do
      actions[index] = answer.action
    end
    assert.same({ "updated", "issue", "deleted", "created" }, actions)
    assert.matches("invalidProperties: birthday", answers[2].message, 1, true)
    assert.equal(1, #sets)
  end)

  -- Cyrus dies over a name that does not fit into a header.
  it("finds the contact over which the server fails; the others of the batch go", function()
    local jmap = new()
    local stub = jmap.http.stubs[1].response
    jmap.http:on("POST", "/", function(request)
      local bad = request.body:find("Contact/set", 1, true) and request.body:find("xxxx", 1, true)
      return bad and { status = 500, body = "assertion failed" } or stub(request)
    end)
    local answers = jmap:execute {
      { object = "contact", fields = { firstName = "A" }, idempotency_key = "k1" },
      { object = "contact", fields = { firstName = "xxxx" }, idempotency_key = "k2" },
      { object = "contact", fields = { firstName = "C" }, idempotency_key = "k3" },
    }
    assert.equal("created", answers[1].action)
    assert.equal("retry", answers[2].action)
    assert.equal("created", answers[3].action)
  end)

  it("ends at an outage, instead of trying every contact alone", function()
    local jmap = new()
    jmap.http:on("POST", "/", { status = 503, body = "" })
    local answers, message = jmap:try_execute {
      { object = "contact", fields = { firstName = "A" }, idempotency_key = "k1" },
    }
    assert.equal("none", answers[1].action)
    assert.matches("the JMAP server answered 503", message, 1, true)
  end)

  it("answers that a contact was deleted if that has just happened", function()
    contacts = { contact "a" }
    set_results = { { notUpdated = { a = { type = "notFound" } } } }
    assert.equal("deleted", execute({ { object_id = "a", fields = { firstName = "A" } } })[1].action)
  end)

  it("destroys what was deleted here", function()
    contacts = { contact "a" }
    set_results = { { destroyed = { "a" } } }
    local answers = execute {
      { object_id = "a", deletion = true, fields = {} }, { object_id = "gone", deletion = true, fields = {} },
    }
    assert.same({ "a" }, sets[1].destroy)
    assert.equal("deleted", answers[1].action)
    assert.equal("deleted", answers[2].action)
  end)

  it("looks again if something happened meanwhile, and gives up after three tries", function()
    contacts = { contact "a" }
    set_results = { "stateMismatch" }
    assert.equal("updated", execute({ { object_id = "a", fields = { firstName = "A" } } })[1].action)
    assert.equal(2, #sets)
    set_results = { "stateMismatch", "stateMismatch", "stateMismatch" }
    assert.equal("retry", execute({ { object_id = "a", fields = { firstName = "A" } } })[1].action)
  end)

  it("leaves alone what somebody else has changed since the pull", function()
    contacts, changed = { contact "a", contact "b" }, { "a" }
    local jmap = new()
    jmap:report { cursor = "contact=+changes 19", iteration = 2 } -- the pull has seen everything up to 19
    local answers = jmap:execute {
      { object = "contact", object_id = "a", fields = { firstName = "A" } },
      { object = "contact", object_id = "b", fields = { firstName = "B" } },
    }
    assert.equal("retry", answers[1].action)
    assert.equal("updated", answers[2].action)
    assert.is_nil(sets[1].update.a)
  end)

  it("leaves changes without an answer if the server fails", function()
    contacts, set_results = { contact "a" }, { "serverFail" }
    local jmap = new()
    local answers, message = jmap:try_execute {
      { object = "contact", object_id = "a", fields = { firstName = "A" } },
    }
    assert.equal("none", answers[1].action)
    assert.matches("Contact/set: the JMAP server answered 'serverFail'", message, 1, true)
  end)
end)
