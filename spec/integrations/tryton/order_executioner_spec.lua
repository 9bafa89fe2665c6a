local tandem = require "tandem"
local server = dofile "spec/integrations/tryton/server.lua"

local party = server.party

describe("tryton order executioner", function()
  local parties, organisations, created, written, failures

  -- A failure for a call that has a name that is bad.
  local function fails(name)
    return failures[name or ""]
  end

  local function new()
    return server.new {
      ["party.search_read"] = function(params)
        return params[1][1][1] == "categories" and organisations or parties
      end,
      ["category.search"] = function() return { 1 } end,
      ["relation.type.search"] = function() return { 3 } end,
      ["party.create"] = function(params)
        local ids = {}
        for index, record in ipairs(params[1]) do
          if fails(record.name) then
            return nil, fails(record.name)
          end
          created[#created + 1] = record
          ids[index] = 100 + #created
        end
        return ids
      end,
      ["party.write"] = function(params)
        for index = 2, #params, 2 do
          if fails(params[index].name) then
            return nil, fails(params[index].name)
          end
        end
        written[#written + 1] = params
      end,
    }
  end

  local function execute(changes)
    for _, change in ipairs(changes) do
      change.object = change.object or "person"
    end
    return new():execute(changes)
  end

  before_each(function()
    parties, organisations, created, written, failures = {}, {}, {}, {}, {}
  end)

  it("creates persons with their mechanisms and employer", function()
    organisations = { { id = 4, name = "Engines" } }
    local answer = execute({ { fields = { first_name = "Ada", last_name = "Lovelace", email = "a@a.test",
      phone = tandem.null, employer = "Engines" } } })[1]
    assert.equal("created", answer.action)
    assert.equal("101", answer.id)
    assert.same({
      name = "Ada Lovelace",
      contact_mechanisms = { { "create", { { type = "email", value = "a@a.test" } } } },
      relations = { { "create", { { type = 3, to = 4 } } } },
    }, created[1])
  end)

  it("creates organisations in their category", function()
    execute { { object = "organisation", fields = { name = "Engines" } } }
    assert.same({ name = "Engines", contact_mechanisms = {}, categories = { { "add", { 1 } } } }, created[1])
  end)

  it("writes what changed on the records that are there, guarded by their versions", function()
    parties = { party(1, "Ada Lovelace", { { "email", "old@a.test" }, { "phone", "1" } }) }
    local answer = execute({ {
      object_id = "1",
      fields = { last_name = "King", email = "new@a.test", phone = tandem.null, mobile = "2" },
    } })[1]
    assert.equal("updated", answer.action)
    local params = written[1]
    assert.same({ 1 }, params[1])
    assert.equal("Ada King", params[2].name)
    table.sort(params[2].contact_mechanisms, function(left, right) return left[1] < right[1] end)
    assert.same({
      { "create", { { type = "mobile", value = "2" } } },
      { "delete", { 12 } },
      { "write", { 11 }, { value = "new@a.test" } },
    }, params[2].contact_mechanisms)
    assert.same({ _timestamp = {
      ["party.party,1"] = "100.1",
      ["party.contact_mechanism,11"] = "200.1", ["party.contact_mechanism,12"] = "200.2",
    } }, params[3])
  end)

  it("writes no mechanism that is so already", function()
    parties = { party(1, "Ada", { { "email", "a@a.test" } }) }
    execute { { object_id = "1", fields = { email = "a@a.test", mobile = "2" } } }
    assert.same({ { "create", { { type = "mobile", value = "2" } } } }, written[1][2].contact_mechanisms)
  end)

  it("writes no name if none changed", function()
    parties = { party(1, "Ada Lovelace") }
    execute { { object_id = "1", fields = { mobile = "2" } } }
    assert.is_nil(written[1][2].name)
  end)

  it("changes and clears the employer", function()
    parties, organisations = { party(1, "Ada", {}, 4) }, { { id = 5, name = "Other" } }
    execute { { object_id = "1", fields = { employer = "Other" } } }
    assert.same({ { "delete", { 7 } }, { "create", { { type = 3, to = 5 } } } }, written[1][2].relations)
    execute { { object_id = "1", fields = { employer = tandem.null } } }
    assert.same({ { "delete", { 7 } } }, written[2][2].relations)
  end)

  it("makes an employer that is not there, once", function()
    local answers = execute {
      { fields = { last_name = "A", employer = "New" } }, { fields = { last_name = "B", employer = "New" } },
    }
    assert.same({ name = "New", categories = { { "add", { 1 } } } }, created[1])
    assert.equal(3, #created)
    assert.same({ { "create", { { type = 3, to = 101 } } } }, created[3].relations)
    assert.equal("created", answers[2].action)
  end)

  it("notes an employer that is refused; the others are made", function()
    failures["Bad"] = { "UserError", { "no such name", "", tandem.null } }
    local answers = execute {
      { fields = { last_name = "A", employer = "Bad" } }, { fields = { last_name = "B", employer = "New" } },
    }
    assert.equal("issue", answers[1].action)
    assert.equal("the employer: no such name", answers[1].message)
    assert.equal("created", answers[2].action)
  end)

  it("notes what is refused at once only once, though others of the batch are refused, too", function()
    failures["Bad"] = { "UserError", { "no such name", "", tandem.null } }
    local tryton = new()
    local answers = tryton:execute {
      { object = "person", fields = { last_name = "A", employer = "Bad" } },
      { object = "person", fields = { last_name = "Bad" } },
      { object = "person", fields = { last_name = "C" } },
    }
    assert.equal("issue", answers[1].action)
    local asked_for_employers = 0
    for _, request in ipairs(tryton.http:sent("POST")) do
      local asked = request.body:find('"name","in",["Bad"]', 1, true)
      asked_for_employers = asked_for_employers + (asked and 1 or 0)
    end
    assert.equal(1, asked_for_employers)
    assert.equal("created", answers[3].action)
  end)

  it("takes the oldest of several employers with the same name", function()
    organisations = { { id = 9, name = "Twice" }, { id = 5, name = "Twice" } } -- as it is asked for
    execute { { fields = { last_name = "A", employer = "Twice" } } }
    assert.equal(5, created[1].relations[1][2][1].to)
  end)

  it("says what is gone or archived", function()
    parties = { party(2, "Bob") }
    parties[1].active = 0
    local answers = execute {
      { object_id = "1", fields = { mobile = "2" } }, { object_id = "2", fields = { mobile = "2" } },
    }
    assert.equal("deleted", answers[1].action)
    assert.equal("deleted", answers[2].action)
    assert.equal(0, #written)
  end)

  it("archives what was deleted here", function()
    parties = { party(1, "Ada") }
    local answer = execute({ { object_id = "1", deletion = true, fields = {} } })[1]
    assert.same({ active = false }, written[1][2])
    assert.equal("deleted", answer.action)
  end)

  it("finds the one that is refused; the others of the batch go", function()
    failures["Bad"] = { "UserError", { "no such name", "", tandem.null } }
    local answers = execute {
      { fields = { last_name = "A" } }, { fields = { last_name = "Bad" } }, { fields = { last_name = "C" } },
    }
    assert.equal("created", answers[1].action)
    assert.equal("issue", answers[2].action)
    assert.equal("no such name", answers[2].message)
    assert.equal("created", answers[3].action)
  end)

  it("looks again if somebody else was faster, and leaves what they changed for the next run", function()
    parties = { party(1, "Ada Lovelace"), party(2, "Bob B") }
    local tryton = new()
    tryton:report { objects = { "person" }, to = "2026-01-20T00:00:00Z" } -- the pull
    failures["Ada King"] = { "ConcurrencyException", "Records were modified in the meanwhile" }
    tryton.http:on("POST", "/", function(request)
      parties[1].write_date = server.at(21)
      return tryton.http.stubs[1].response(request)
    end)
    tryton.http.stubs[2].left = 2
    local answers = tryton:execute {
      { object = "person", object_id = "1", fields = { last_name = "King" } },
      { object = "person", object_id = "2", fields = { last_name = "C" } },
    }
    assert.equal("retry", answers[1].action)
    assert.equal("updated", answers[2].action)
  end)

  it("leaves alone what was changed since the pull, also one of its parts", function()
    parties = { party(1, "Ada", { { "email", "a@a.test" } }), party(2, "Bob") }
    local tryton = new()
    tryton:report { objects = { "person" }, to = "2026-01-20T00:00:00Z" }
    parties[1]["contact_mechanisms."][1].write_date = server.at(21)
    local answers = tryton:execute {
      { object = "person", object_id = "1", fields = { email = "b@a.test" } },
      { object = "person", object_id = "2", fields = { email = "b@b.test" } },
    }
    assert.equal("retry", answers[1].action)
    assert.equal("updated", answers[2].action)
    assert.equal(1, #written)
  end)

  it("gives up after three tries", function()
    failures["Ada King"] = { "ConcurrencyException", "Records were modified in the meanwhile" }
    parties = { party(1, "Ada Lovelace") }
    assert.equal("retry", execute({ { object_id = "1", fields = { last_name = "King" } } })[1].action)
  end)

  it("takes the employer that it made for the company of the same run", function()
    local tryton = new()
    tryton:execute { { object = "person", fields = { last_name = "A", employer = "New" } } }
    parties = { party(101, "New") }
    local fields = { name = "New", email = "n@n.test" }
    local answer = tryton:execute({ { object = "organisation", fields = fields } })[1]
    assert.equal("created", answer.action)
    assert.equal("101", answer.id)
    assert.equal(2, #created)
    local mechanisms = written[1][2].contact_mechanisms
    assert.same({ { "create", { { type = "email", value = "n@n.test" } } } }, mechanisms)
  end)

  it("leaves a change without an answer if the error is not about it", function()
    failures["A"] = { "'nosuch'", "" }
    assert.equal("none", execute({ { fields = { last_name = "A" } } })[1].action)
  end)
end)

describe("tryton, asked after a crash", function()
  local there, tryton, asked

  -- The last party there was is 7; then an order with the keys k1 and k2 got no answer.
  before_each(function()
    there = {}
    tryton, asked = server.new {
      ["party.search"] = function() return { 7 } end,
      ["party.create"] = function() return nil, { "'lost'", "" } end,
      ["party.search_read"] = function(params)
        return params[1][2] and params[1][2][3] == 7 and there or {}
      end,
    }
    tryton:execute {
      { object = "person", fields = { last_name = "A" }, idempotency_key = "k1" },
      { object = "person", fields = { last_name = "B" }, idempotency_key = "k2" },
    }
  end)

  local function find(key, fields)
    return tryton:find { object = "person", fields = fields, idempotency_key = key }
  end

  it("looks among what came after the last party there was before", function()
    there = { party(8, "Ann Ash") }
    local before = #asked
    assert.equal("8", (find("k1", { first_name = "Ann", last_name = "Ash" })))
    assert.same({ { "categories", "not where", { { "name", "=", "Organisation" } } }, { "id", ">", 7 } },
      asked[before + 1].params[1])
  end)

  it("knows namesakes apart by their e-mail", function()
    there = { party(8, "Ann Ash", { { "email", "one@a.test" } }), party(9, "Ann Ash"),
      party(10, "Ann Ash", { { "email", "two@a.test" }, { "phone", "+44 20" } }) }
    local fields = { first_name = "Ann", last_name = "Ash", email = "two@a.test", phone = "4420" }
    assert.equal("10", (find("k2", fields)))
    fields.email = nil
    assert.equal("9", (find("k2", fields)))
    fields.email = "three@a.test"
    assert.same({ n = 2, nil, true }, table.pack(find("k2", fields)))
  end)

  it("can't tell twins apart, nor what was sent long ago", function()
    there = { party(8, "Ann Ash"), party(9, "Ann Ash") }
    assert.same({ n = 2, nil, false }, table.pack(find("k1", { first_name = "Ann", last_name = "Ash" })))
    assert.same({ n = 2, nil, false }, table.pack(find("old", { first_name = "Ann", last_name = "Ash" })))
  end)
end)
