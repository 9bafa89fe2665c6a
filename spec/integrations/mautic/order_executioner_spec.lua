local tandem = require "tandem"

describe("mautic order executioner", function()
  local mautic

  local function execute(changes)
    for _, change in ipairs(changes) do
      change.object = change.object or "contact"
    end
    return mautic:execute(changes)
  end

  -- What was sent to this path.
  local function sent(path)
    for _, request in ipairs(mautic.http.requests) do
      if request.path == path then
        return request
      end
    end
  end

  local function contact_with(entry)
    entry.channel = "email"
    return { id = 1, doNotContact = { entry } }
  end

  before_each(function()
    mautic = tandem.integration "mautic"
    mautic.http:on("GET", "/companies", { json = { total = "0", companies = {} } })
    mautic.http:on("GET", "/contacts", { json = { total = "0", contacts = {} } })
  end)

  it("tells an edit that it may clear fields, and leaves what is empty out of a new contact", function()
    mautic.http:on("PATCH", "/contacts/batch/edit",
      { json = { statusCodes = { 200 }, contacts = { { id = 7 } } } })
    mautic.http:on("POST", "/contacts/batch/new",
      { status = 201, json = { statusCodes = { 201 }, contacts = { { id = 8 } } } })
    local fields = { lastname = "Ash", phone = tandem.null }
    execute { { object_id = "7", mapped_id = "1", fields = fields }, { mapped_id = "2", fields = fields } }
    assert.same({ { id = "7", lastname = "Ash", phone = "", overwriteWithBlank = true } },
      sent("/contacts/batch/edit").json)
    assert.same({ { lastname = "Ash" } }, sent("/contacts/batch/new").json)
  end)

  it("finds the id of each new contact, though only the successes are listed", function()
    mautic.http:on("POST", "/contacts/batch/new", { status = 201, json = {
      statusCodes = { 201, 400, 200 }, contacts = { { id = 8 }, { id = 3 } },
      errors = { ["1"] = { code = 400, message = "Bad.", details = { email = { "not valid" } } } },
    } })
    local changes = {}
    for index = 1, 3 do
      changes[index] = { mapped_id = tostring(index), fields = { email = index .. "@a.test" } }
    end
    local answers = execute(changes)
    assert.equal("8", answers[1].id)
    assert.equal("issue", answers[2].action)
    assert.equal("Bad.; email: not valid", answers[2].message)
    assert.equal("created", answers[3].action) -- 200: linked by its e-mail
    assert.equal("3", answers[3].id)
  end)

  it("reads successes by their place where Mautic keeps it", function()
    mautic.http:on("POST", "/contacts/batch/new", { status = 201, json = {
      statusCodes = { 400, 201 }, contacts = { ["1"] = { id = 8 } }, errors = { { message = "Bad." } },
    } })
    local answers = execute {
      { mapped_id = "1", fields = { email = "a@a.test" } },
      { mapped_id = "2", fields = { email = "b@a.test" } },
    }
    assert.equal("issue", answers[1].action)
    assert.equal("8", answers[2].id)
  end)

  it("lets a batch be sent twice only if every e-mail is known", function()
    mautic.http:on("POST", "/contacts/batch/new", function(request)
      local contacts, codes = {}, {}
      for index = 1, #request.json do
        contacts[index], codes[index] = { id = index }, 201
      end
      return { status = 201, json = { statusCodes = codes, contacts = contacts } }
    end)
    execute { { mapped_id = "1", fields = { email = "a@a.test" } } }
    execute {
      { mapped_id = "1", fields = { email = "a@a.test" } }, { mapped_id = "2", fields = { lastname = "B" } },
    }
    local posts = mautic.http:sent("POST")
    assert.is_string(posts[1].idempotency_key)
    assert.is_nil(posts[2].idempotency_key)
  end)

  it("writes nothing to a contact with the same e-mail that is linked to somebody else here", function()
    mautic.http:on("GET", "/contacts", { json = { total = "2", contacts = {
      ["3"] = { id = 3, fields = { all = { email = "ANN@acme.test" } } },
      ["4"] = { id = 4, fields = { all = { email = "bob@acme.test" } } },
    } } })
    mautic.http:on("PATCH", "/contacts/batch/edit",
      { json = { statusCodes = { 200 }, contacts = { { id = 4 } } } })
    local answers = execute {
      { object_id = "3", mapped_id = "7", fields = { city = "Ulm" } },
      { mapped_id = "8", fields = { email = "ann@acme.test", lastname = "Ash" } },
      { mapped_id = "9", fields = { email = "bob@acme.test", lastname = "Birch", city = tandem.null } },
    }
    assert.equal("issue", answers[2].action)
    assert.truthy(answers[2].message:find("contact 3", 1, true))
    assert.equal("created", answers[3].action)
    assert.equal("4", answers[3].id)
    assert.same({ { id = "4", email = "bob@acme.test", lastname = "Birch" } },
      mautic.http:sent("PATCH")[2].json)
  end)

  it("sends at most a hundred in a batch", function()
    local sizes, changes = {}, {}
    mautic.http:on("PATCH", "/contacts/batch/edit", function(request)
      local codes, contacts = {}, {}
      for index, values in ipairs(request.json) do
        codes[index], contacts[index] = 200, { id = values.id }
      end
      sizes[#sizes + 1] = #codes
      return { json = { statusCodes = codes, contacts = contacts } }
    end)
    for index = 1, 150 do
      local id = tostring(index)
      changes[index] = { object_id = id, mapped_id = id, fields = { lastname = "A" } }
    end
    execute(changes)
    assert.same({ 100, 50 }, sizes)
  end)

  it("writes a contact with a zero as a whole, because an edit would leave it out", function()
    mautic.http:on("PATCH", "/contacts/batch/edit",
      { json = { statusCodes = { 200 }, contacts = { { id = 1 } } } })
    mautic.http:on("GET", "/contacts/1",
      { json = { contact = { id = 1, fields = { all = { id = "1", lastname = "Ash", phone = "5" } } } } })
    mautic.http:on("PUT", "/contacts/1/edit", { json = { contact = { id = 1 } } })
    assert.equal("updated", execute({ { object_id = "1", fields = { phone = "0" } } })[1].action)
    local whole = sent("/contacts/1/edit").json
    assert.equal("Ash", whole.lastname)
    assert.equal("0", whole.phone)
    assert.is_nil(whole.id)
  end)

  it("writes instants with their zone, for Mautic takes others for times of its own place", function()
    mautic = tandem.integration("mautic",
      { mapping = { contact = { email = "email", attribution_date = "attribution_date" } } })
    mautic.http:on("PATCH", "/contacts/batch/edit",
      { json = { statusCodes = { 200 }, contacts = { { id = 1 } } } })
    execute { { object_id = "1", fields = { attribution_date = "2026-03-10T12:00:00Z" } } }
    assert.equal("2026-03-10T12:00:00+00:00", sent("/contacts/batch/edit").json[1].attribution_date)
  end)

  it("adds and lifts do-not-contact by requests of their own", function()
    mautic.http:on("PATCH", "/contacts/batch/edit",
      { json = { statusCodes = { 200, 200, 200 }, contacts = { { id = 1 }, { id = 2 }, { id = 3 } } } })
    mautic.http:on("POST", "/contacts/{id}/dnc/email/{action}", { json = {} })
    mautic.http:on("GET", "/contacts/2", { json = { contact = contact_with { reason = 1 } } })
    execute {
      { object_id = "1", mapped_id = "1", fields = { dnc_email = 3 } },
      { object_id = "2", mapped_id = "2", fields = { dnc_email = 0 } },
      { object_id = "3", mapped_id = "3", fields = { dnc_email = tandem.null } },
    }
    assert.same({ reason = 3 }, sent("/contacts/1/dnc/email/add").json)
    assert.is_table(sent("/contacts/2/dnc/email/remove"))
    assert.equal(4, #mautic.http.requests) -- null lifts nothing
    assert.is_nil(sent("/contacts/batch/edit").json[1].dnc_email)
  end)

  it("removes a reason before it sets another one, which Mautic would ignore", function()
    mautic.http:on("PATCH", "/contacts/batch/edit",
      { json = { statusCodes = { 200 }, contacts = { { id = 1 } } } })
    mautic.http:on("POST", "/contacts/1/dnc/email/{action}",
      { json = { contact = contact_with { reason = 1 } } })
    execute { { object_id = "1", fields = { dnc_email = 2 } } }
    local asked = {}
    for index, request in ipairs(mautic.http.requests) do
      asked[index] = request.path:match "/dnc/email/(%a+)$" or request.method
    end
    assert.same({ "PATCH", "add", "remove", "add" }, asked)
  end)

  it("does not lift a block of the same second, or a later one", function()
    mautic.http:on("PATCH", "/contacts/batch/edit",
      { json = { statusCodes = { 200 }, contacts = { { id = 1 } } } })
    local entry = { reason = 1, dateAdded = "2026-03-10T10:00:00+00:00" }
    mautic.http:on("GET", "/contacts/1", { json = { contact = contact_with(entry) } })
    mautic.http:on("POST", "/contacts/1/dnc/email/remove", { json = {} })
    local function lift(at)
      return execute({ { object_id = "1", fields = { dnc_email = 0 }, changed_at = at } })[1].action
    end
    assert.equal("retry", lift "2026-03-10T10:00:00.500Z")
    assert.is_nil(sent "/contacts/1/dnc/email/remove")
    assert.equal("updated", lift "2026-03-10T10:00:02Z")
    assert.is_table(sent "/contacts/1/dnc/email/remove")
  end)

  it("names the fields that are refused", function()
    mautic.http:on("PATCH", "/contacts/batch/edit", { json = {
      statusCodes = { 422 }, contacts = {},
      errors = { ["0"] = { code = 422, message = "email: This field must be unique.",
        details = { email = { "This field must be unique." } } } },
    } })
    local answer = execute({ { object_id = "1", fields = { email = "a@a.test" } } })[1]
    assert.equal("issue", answer.action)
    assert.equal("email: This field must be unique.", answer.message)
  end)

  it("clears dates with null, and all else with the empty text", function()
    mautic = tandem.integration("mautic",
      { mapping = { contact = { email = "email", attribution_date = "attribution_date", city = "city" } } })
    mautic.http:on("PATCH", "/contacts/batch/edit",
      { json = { statusCodes = { 200 }, contacts = { { id = 1 } } } })
    execute { { object_id = "1", fields = { attribution_date = tandem.null, city = tandem.null } } }
    local item = sent("/contacts/batch/edit").json[1]
    assert.equal(tandem.null, item.attribution_date)
    assert.equal("", item.city)
  end)

  it("does not rename a company that Mautic takes for ours", function()
    local fields = { all = { companyname = "M\u{fc}ller AG" } }
    mautic.http:on("GET", "/companies", { json = { companies = { ["5"] = { id = 5, fields = fields } } } })
    local answer = mautic:execute({ { object = "company", fields = { companyname = "Muller AG" } } })[1]
    assert.equal("issue", answer.action)
    assert.truthy(answer.message:find("M\u{fc}ller AG", 1, true))
    assert.equal(1, #mautic.http.requests)
  end)

  it("keeps a change of which the consent could not be sent", function()
    mautic.http:on("PATCH", "/contacts/batch/edit",
      { json = { statusCodes = { 200 }, contacts = { { id = 1 } } } })
    mautic.http:on("POST", "/contacts/1/dnc/email/add", { status = 503, body = "" })
    local change = { object_id = "1", mapped_id = "1", fields = { dnc_email = 1 } }
    assert.equal("retry", execute({ change })[1].action)
    mautic.http:on("POST", "/contacts/1/dnc/email/add", { status = 400, body = "" })
    assert.equal("issue", execute({ change })[1].action)
  end)

  it("makes a contact a member of its company", function()
    mautic.http:on("PATCH", "/contacts/batch/edit",
      { json = { statusCodes = { 200 }, contacts = { { id = 1 } } } })
    mautic.http:on("GET", "/companies",
      { json = { companies = { ["5"] = { id = 5, fields = { all = { companyname = "Acme" } } } } } })
    mautic.http:on("POST", "/companies/5/contact/1/add", { json = { success = 1 } })
    execute { { object_id = "1", mapped_id = "1", fields = { company = "Acme" } } }
    assert.is_table(sent("/companies/5/contact/1/add"))
    execute { { object_id = "1", mapped_id = "1", fields = { company = tandem.null } } }
    assert.equal(1, #mautic.http:sent "POST") -- clearing the name ends the membership
  end)

  it("deletes what was deleted here", function()
    mautic.http:on("DELETE", "/contacts/1/delete", { json = { contact = { id = tandem.null } } })
    assert.equal("updated", execute({ { object_id = "1", deletion = true, fields = {} } })[1].action)
  end)

  it("lifts no block by linking", function()
    mautic.http:on("POST", "/contacts/batch/new",
      { status = 201, json = { statusCodes = { 200 }, contacts = { { id = 8 } } } })
    execute { { fields = { email = "a@a.test", dnc_email = 0 } } }
    assert.equal(1, #mautic.http:sent "POST")
  end)

  it("passes every answer on", function()
    mautic.http:on("PATCH", "/contacts/batch/edit", { json = {
      statusCodes = { 404, 500 }, contacts = {}, errors = { { message = "Gone." }, { message = "Oh." } },
    } })
    mautic.http:on("POST", "/companies/new", { json = { company = { id = 4 } } })
    mautic.http:on("PATCH", "/companies/9/edit",
      { status = 404, json = { errors = { { message = "Gone." } } } })
    local answers = execute {
      { object_id = "1", mapped_id = "1", fields = { lastname = "A" } },
      { object_id = "2", mapped_id = "2", fields = { lastname = "B" } },
      { object = "company", mapped_id = "1", fields = { companyname = "Acme" } },
      { object = "company", object_id = "9", mapped_id = "2", fields = { companyname = "Gone" } },
    }
    assert.equal("deleted", answers[1].action)
    assert.equal("retry", answers[2].action)
    assert.equal("4", answers[3].id) -- 200: linked by its name
    assert.equal("deleted", answers[4].action)
  end)

  it("halves a batch at which Mautic fails, until what is too much for it stands alone", function()
    mautic.http:on("POST", "/contacts/batch/new", function(request)
      local codes, contacts = {}, {}
      for index, item in ipairs(request.json) do
        if item.email == "3@a.test" then
          return { status = 500, body = "" }
        end
        codes[index], contacts[index] = 201, { id = tonumber(item.email:match("%d+")) + 10 }
      end
      return { status = 201, json = { statusCodes = codes, contacts = contacts } }
    end)
    local changes = {}
    for index = 1, 5 do
      changes[index] = { mapped_id = tostring(index), fields = { email = index .. "@a.test" } }
    end
    local said = {}
    for index, answer in ipairs(execute(changes)) do
      said[index] = answer.id or answer.action
    end
    assert.same({ "11", "12", "retry", "14", "15" }, said)
  end)

  it("takes a locked contact for one that comes again", function()
    mautic.http:on("PATCH", "/contacts/batch/edit", { json = {
      statusCodes = { 409 }, contacts = {}, errors = { ["0"] = { code = 409, message = "Locked." } },
    } })
    assert.equal("retry", execute({ { object_id = "1", fields = { lastname = "A" } } })[1].action)
  end)

  it("keeps the ids of edited contacts, though one that was refused is listed", function()
    mautic.http:on("PATCH", "/contacts/batch/edit", { json = {
      statusCodes = { 400, 200 }, contacts = { { id = 1 }, { id = 2 } },
      errors = { ["0"] = { code = 400, message = "Bad." } },
    } })
    local answers = execute {
      { object_id = "1", mapped_id = "1", fields = { email = "bad" } },
      { object_id = "2", mapped_id = "2", fields = { email = "b@a.test" } },
    }
    assert.equal("issue", answers[1].action)
    assert.equal("updated", answers[2].action)
  end)

  it("edits a company of a known name, because a creation would clear what it does not name", function()
    mautic.http:on("GET", "/companies", { json = { companies = { ["5"] = { id = 5, fields = { all = {
      companyname = "Acme", companycity = "Ulm" } } } } } })
    mautic.http:on("PATCH", "/companies/5/edit", { json = { company = { id = 5 } } })
    local answer = execute({ { object = "company",
      fields = { companyname = "Acme", companycity = tandem.null, companyphone = "1" } } })[1]
    assert.equal("created", answer.action)
    assert.equal("5", answer.id)
    assert.same({ companyname = "Acme", companyphone = "1" }, sent("/companies/5/edit").json)
  end)

  it("tells that the credentials are not taken", function()
    mautic.http:on("PATCH", "/contacts/batch/edit",
      { status = 401, json = { errors = { { code = 401, message = "Denied." } } } })
    local answers, message = mautic:try_execute {
      { object = "contact", object_id = "1", mapped_id = "1", fields = { lastname = "A" } },
    }
    assert.equal("none", answers[1].action)
    assert.truthy(message:find("/contacts/batch/edit: Mautic answered 401 (Denied.); is 'auth'", 1, true))
  end)
end)

describe("mautic, asked after a crash", function()
  local mautic, there

  before_each(function()
    mautic, there = tandem.integration "mautic", {}
    mautic.http:on("GET", "/{plural}", function(request)
      local query, found = request.query, tandem.object {}
      local after = tonumber(query["where[1][val]"]) or 0
      for _, fields in ipairs(there) do
        if fields.id > after and fields[query["where[0][col]"]] == query["where[0][val]"] then
          found[tostring(fields.id)] = { id = fields.id, fields = { all = fields } }
        end
      end
      return { json = { [request.params.plural] = found } }
    end)
  end)

  local function find(object, fields)
    return mautic:find { object = object, fields = fields }
  end

  it("knows contacts by their e-mail and companies by their names", function()
    there = { { id = 7, email = "a@a.test" }, { id = 8, companyname = "Acme" } }
    assert.equal("7", (find("contact", { email = "a@a.test", lastname = "Ash" })))
    assert.equal("8", (find("company", { companyname = "Acme" })))
    local id, known = find("contact", { email = "b@a.test" })
    assert.is_nil(id)
    assert.is_true(known)
  end)

  it("takes the newest contact that is like one without an e-mail", function()
    there = {
      { id = 3, lastname = "Ash", firstname = "Ann", email = "ann@a.test" }, { id = 4, lastname = "Ash" },
      { id = 5, lastname = "Ash", firstname = "Ann" },
      { id = 6, lastname = "Ash", firstname = "Ann", email = "" },
      { id = 7, lastname = "Ash", firstname = "Bob" },
    }
    assert.equal("6", (find("contact", { lastname = "Ash", firstname = "Ann", email = tandem.null })))
    assert.is_nil((find("contact", { lastname = "Ash", firstname = "Cid" })))
  end)

  it("looks for nobody of whom it knows nothing", function()
    assert.is_nil((find("contact", { city = "Ulm" })))
    assert.equal(0, #mautic.http.requests)
  end)
end)
