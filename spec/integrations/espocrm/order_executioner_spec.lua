local tandem = require "tandem"

describe("espocrm order executioner", function()
  local espo

  local function execute(changes)
    for _, change in ipairs(changes) do
      change.object = change.object or "Contact"
    end
    return espo:execute(changes)
  end

  -- A new record for which EspoCRM knows these; it tells their ids and names only, as some versions do.
  local function create_beside(fields, known, object)
    local path, duplicates = "/" .. (object or "Contact"), {}
    for index, record in ipairs(known) do
      duplicates[index] = { id = record.id, name = record.name }
      espo.http:on("GET", ("%s/%s"):format(path, record.id), { json = record })
    end
    espo.http:on("POST", path, function(request)
      if request.headers["x-skip-duplicate-check"] == "true" then
        return { json = { id = "new" } }
      end
      return { status = 409, json = duplicates }
    end)
    espo.http:on("PUT", path .. "/{id}", function(request) return { json = { id = request.params.id } } end)
    return execute({ { object = object, fields = fields } })[1]
  end

  before_each(function()
    espo = tandem.integration "espocrm"
    espo.http:on("GET", "/{object}", { json = { total = 0, list = {} } }) -- nobody has the address
  end)

  it("sends what changed and what is required, null to clear, and times without zone", function()
    espo.http:on("PUT", "/Contact/a", { json = { id = "a" } })
    local answers = execute { {
      object_id = "a", changed = { "title", "cLastSeen" }, required = { "lastName" },
      fields = {
        title = tandem.null, cLastSeen = "2026-03-10T10:00:00Z", lastName = "Ash", firstName = "Ann",
      },
    } }
    assert.equal("updated", answers[1].action)
    assert.same({ title = tandem.null, lastName = "Ash", cLastSeen = "2026-03-10 10:00:00" },
      espo.http.requests[1].json)
  end)

  it("leaves what is empty out of a new record, for EspoCRM fails at some nulls", function()
    espo.http:on("POST", "/Contact", { json = { id = "a" } })
    execute { { fields = { lastName = "Ash", title = tandem.null, cLastSeen = tandem.null } } }
    assert.same({ lastName = "Ash" }, espo.http.requests[1].json)
  end)

  it("sends the account with the name of the company, if there is one", function()
    espo.http:on("GET", "/Account", function(request)
      local known = request.query["where[0][value]"] == "Acme"
      return { json = { list = { known and { id = "x", name = "Acme" } or nil } } }
    end)
    espo.http:on("PUT", "/Contact/a", { json = { id = "a" } })
    execute { { object_id = "a", fields = { accountId = "Acme" } } }
    execute { { object_id = "a", fields = { accountId = "Nobody", lastName = "Ash" } } }
    execute { { object_id = "a", fields = { accountId = tandem.null } } }
    local sent = {}
    for _, request in ipairs(espo.http.requests) do
      sent[#sent + 1] = request.method == "PUT" and request.json or nil
    end
    assert.same({ { accountId = "x" }, { lastName = "Ash" }, { accountId = tandem.null } }, sent)
  end)

  it("creates one by one, and may send it twice", function()
    espo.http:on("POST", "/Contact", { json = { id = "a" } }) -- 200, not 201
    local answer = execute({ { fields = { lastName = "Ash" }, idempotency_key = "key" } })[1]
    assert.equal("created", answer.action)
    assert.equal("a", answer.id)
    assert.equal("key", espo.http.requests[1].idempotency_key)
  end)

  it("links a duplicate with the same e-mail, whatever its letters", function()
    local answer = create_beside({ lastName = "Ash", emailAddress = "ann@acme.test", title = tandem.null }, {
      { id = "b", emailAddress = "other@acme.test" }, { id = "c", emailAddress = "ANN@acme.test" },
    })
    assert.equal("created", answer.action)
    assert.equal("c", answer.id)
    local sent = espo.http.requests[#espo.http.requests]
    assert.equal("PUT", sent.method)
    assert.same({ lastName = "Ash", emailAddress = "ann@acme.test" }, sent.json)
  end)

  it("links a duplicate that has the e-mail among others", function()
    local fields = { lastName = "Ash", emailAddress = "ann@acme.test" }
    assert.equal("b", create_beside(fields, { { id = "b", emailAddress = "ann@home.test", emailAddressData = {
      { emailAddress = "ann@home.test", primary = true }, { emailAddress = "Ann@acme.test", primary = false },
    } } }).id)
  end)

  it("links an account of the same name, whatever its e-mail, and none that only shares an e-mail", function()
    local fields = { name = "M\u{fc}ller", emailAddress = "a@acme.test" }
    assert.equal("b", create_beside(fields,
      { { id = "b", name = "M\u{fc}LLER", emailAddress = "b@acme.test" } }, "Account").id)
    assert.equal("new", create_beside(fields,
      { { id = "b", name = "Muller", emailAddress = "b@acme.test" } }, "Account").id)
    assert.equal("new", create_beside(fields,
      { { id = "b", name = "Other", emailAddress = "A@acme.test" } }, "Account").id)
    assert.equal("c", create_beside(fields, {
      { id = "b", name = "Other", emailAddress = "a@acme.test" },
      { id = "c", name = "M\u{fc}ller", emailAddress = "a@acme.test" },
    }, "Account").id)
  end)

  it("writes nothing to a duplicate that is linked to somebody else here", function()
    espo.http:on("PUT", "/Contact/c", { json = { id = "c" } })
    espo.http:on("GET", "/Contact/c", { json = { id = "c", emailAddress = "ann@acme.test" } })
    espo.http:on("POST", "/Contact", { status = 409, json = { { id = "c" } } })
    local answers = execute {
      { object_id = "c", mapped_id = "7", fields = { title = "CEO" } },
      { mapped_id = "8", fields = { lastName = "Ash", emailAddress = "ann@acme.test" } },
    }
    assert.equal("updated", answers[1].action)
    assert.equal("issue", answers[2].action)
    assert.truthy(answers[2].message:find("Contact c", 1, true))
    assert.equal(1, #espo.http:sent("PUT"))
  end)

  it("creates a namesake of somebody who is linked", function()
    espo.http:on("PUT", "/Contact/c", { json = { id = "c" } })
    espo.http:on("GET", "/Contact/c", { json = { id = "c", lastName = "Ash", emailAddress = tandem.null } })
    espo.http:on("POST", "/Contact", function(request)
      return request.headers["x-skip-duplicate-check"] and { json = { id = "new" } }
        or { status = 409, json = { { id = "c" } } }
    end)
    local answers = execute {
      { object_id = "c", mapped_id = "7", fields = { title = "CEO" } },
      { mapped_id = "8", fields = { lastName = "Ash", emailAddress = "ann@acme.test" } },
    }
    assert.equal("new", answers[2].id)
  end)

  it("links nothing if the duplicate could not be brought up to date", function()
    create_beside({ lastName = "Ash" }, { { id = "b", lastName = "Ash" } })
    espo.http:on("PUT", "/Contact/b", { status = 503, body = "" })
    assert.equal("retry", execute({ { fields = { lastName = "Ash" } } })[1].action)
  end)

  it("links a duplicate without an e-mail", function()
    local fields = { lastName = "Ash", emailAddress = "ann@acme.test" }
    local function beside(id, last_name)
      return create_beside(fields, { { id = id, lastName = last_name, emailAddress = tandem.null } }).id
    end
    assert.equal("b", beside("b", "Ash"))
    assert.equal("new", beside("d", "\u{c0}sh"))
  end)

  it("creates another person of the same name", function()
    local fields = { lastName = "Ash", emailAddress = "ann@acme.test" }
    assert.equal("new", create_beside(fields, { { id = "b", emailAddress = "other@acme.test" } }).id)
  end)

  it("does not guess between several", function()
    local answer = create_beside({ lastName = "Ash" },
      { { id = "b", lastName = "Ash" }, { id = "c", lastName = "Ash" } })
    assert.equal("issue", answer.action)
  end)

  -- What is sent for the last of these changes beside leads with its address; accounts may not be read.
  local function sent_beside(holders, changes)
    espo.http:on("GET", "/Account", { status = 403, body = "" })
    espo.http:on("GET", "/Lead", function(request)
      local asked = request.query["where[0][value][0][value]"]
      return { json = { list = asked == "ann@acme.test" and holders or {} } }
    end)
    espo.http:on("PUT", "/Contact/{id}", { json = { id = "a" } })
    espo.http:on("POST", "/Contact", { json = { id = "a" } })
    execute(changes)
    return espo.http.requests[#espo.http.requests].json
  end

  local lead = {
    id = "l", emailAddress = "Ann@acme.test", emailAddressIsOptedOut = true, emailAddressIsInvalid = false,
  }

  it("sends the blocks of an address along, which would be lifted otherwise", function()
    local fields = { lastName = "Ash", emailAddress = " ANN@acme.test" }
    local expected = { lastName = "Ash", emailAddress = " ANN@acme.test", emailAddressIsOptedOut = true }
    assert.same(expected, sent_beside({ lead }, { { fields = fields } }))
    assert.same({ emailAddress = " ANN@acme.test", emailAddressIsOptedOut = true },
      sent_beside({ lead }, { { object_id = "a", changed = { "emailAddress" }, fields = fields } }))
  end)

  it("reads the record of which the address is a secondary one", function()
    espo.http:on("GET", "/Lead/l", { json = { id = "l", emailAddressData = {
      { emailAddress = "home@acme.test", optOut = true, invalid = false },
      { emailAddress = "ann@acme.test", optOut = false, invalid = true },
    } } })
    assert.same({ emailAddress = "ann@acme.test", emailAddressIsInvalid = true }, sent_beside(
      { { id = "l", emailAddress = "home@acme.test", emailAddressIsOptedOut = true } },
      { { fields = { emailAddress = "ann@acme.test" } } }))
  end)

  it("does not write an address of which EspoCRM does not tell", function()
    espo.http:on("GET", "/Contact", { status = 503, body = "" })
    espo.http:on("PUT", "/Contact/c", { json = { id = "c" } })
    local answers = execute {
      { object_id = "b", mapped_id = "6", fields = { emailAddress = "bob@acme.test" } },
      { object_id = "c", mapped_id = "7", fields = { title = "CEO" } },
      { mapped_id = "8", fields = { lastName = "Ash", emailAddress = "ann@acme.test" } },
    }
    assert.same({ "retry", "updated", "retry" }, { answers[1].action, answers[2].action, answers[3].action })
    assert.equal(1, #espo.http:sent("PUT"))
    assert.equal(0, #espo.http:sent("POST"))
  end)

  it("asks for no address that is not written", function()
    sent_beside({ lead }, { { object_id = "a", changed = { "title" },
      fields = { title = "CEO", emailAddress = "ann@acme.test" } } })
    assert.equal(0, #espo.http:sent("GET"))
  end)

  it("sends a block of ours to another one who gets the address in the same order", function()
    local fields = { lastName = "Ash", emailAddress = "new@acme.test" }
    assert.same({ lastName = "Ash", emailAddress = "new@acme.test", emailAddressIsInvalid = true },
      sent_beside({}, {
        { object_id = "b", changed = { "emailAddressIsInvalid" },
          fields = { emailAddress = "new@acme.test", emailAddressIsInvalid = true } },
        { fields = fields },
      }))
  end)

  it("lifts a block only if the flag was edited here", function()
    local fields = { lastName = "Ash", emailAddress = "ann@acme.test", emailAddressIsOptedOut = false }
    assert.is_true(sent_beside({ lead }, { { fields = fields } }).emailAddressIsOptedOut)
    assert.is_true(sent_beside({ lead }, { { object_id = "a", changed = { "emailAddress" },
      required = { "emailAddressIsOptedOut" }, fields = fields } }).emailAddressIsOptedOut)
    assert.is_false(sent_beside({ lead }, { { object_id = "a",
      changed = { "emailAddress", "emailAddressIsOptedOut" }, fields = fields } }).emailAddressIsOptedOut)
  end)

  it("deletes what was deleted here; gone already is gone", function()
    espo.http:on("DELETE", "/Contact/a", { json = true })
    espo.http:on("DELETE", "/Contact/b", { status = 404, body = "" })
    local answers = execute {
      { object_id = "a", deletion = true, mapped_id = "1", fields = {} },
      { object_id = "b", deletion = true, mapped_id = "2", fields = {} },
    }
    assert.equal("updated", answers[1].action)
    assert.equal("deleted", answers[2].action)
  end)

  it("passes every answer on", function()
    espo.http:on("PUT", "/Contact/gone", { status = 404, body = "" })
    espo.http:on("PUT", "/Contact/bad", {
      status = 400, body = "", headers = { ["X-Status-Reason"] = "Bad mail." },
    })
    espo.http:on("PUT", "/Contact/busy", { status = 503, body = "" })
    local changes = {}
    for index, id in ipairs { "gone", "bad", "busy" } do
      changes[index] = { object_id = id, fields = { lastName = "Ash" } }
    end
    local answers = execute(changes)
    assert.equal("deleted", answers[1].action)
    assert.equal("issue", answers[2].action)
    assert.equal("Bad mail.", answers[2].message)
    assert.equal("retry", answers[3].action)
  end)
end)

describe("espocrm, asked after a crash", function()
  local espo, there

  before_each(function()
    espo, there = tandem.integration "espocrm", {}
    espo.http:on("GET", "/{object}", function(request)
      local query, found = request.query, {}
      for _, record in ipairs(there) do
        local after = query["where[1][value]"] or ""
        if record.id > after and record[query["where[0][attribute]"]] == query["where[0][value]"] then
          found[#found + 1] = record
        end
      end
      return { json = { total = #found, list = found } }
    end)
  end)

  it("knows persons by their e-mail and accounts by their names", function()
    there = { { id = "a", emailAddress = "a@a.test" }, { id = "b", name = "Acme" } }
    local fields = { emailAddress = "a@a.test", lastName = "A" }
    assert.equal("a", (espo:find { object = "Contact", fields = fields }))
    assert.equal("b", (espo:find { object = "Account", fields = { name = "Acme" } }))
    local id, known = espo:find { object = "Contact", fields = { emailAddress = "b@a.test" } }
    assert.is_nil(id)
    assert.is_true(known)
  end)

  it("can't tell which of several it is", function()
    there = { { id = "a", name = "Acme" }, { id = "b", name = "Acme" } }
    local id, known = espo:find { object = "Account", fields = { name = "Acme" } }
    assert.is_nil(id)
    assert.is_false(known)
  end)
end)
