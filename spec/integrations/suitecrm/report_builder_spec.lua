local tandem = require "tandem"

describe("suitecrm report builder", function()
  local suite

  -- Answers one page, then an empty one.
  local function answer(module, records)
    suite.http:on("GET", "/V8/module/" .. module, function(request)
      return { json = { data = request.query["filter[id][gt]"] and {} or records } }
    end)
  end

  local function contact(attributes, module)
    answer(module or "Contacts", { { type = "Contact", id = "a", attributes = attributes } })
    return suite:report({ objects = { module or "Contacts" } }):object(module or "Contacts", "a")
  end

  before_each(function()
    suite = tandem.integration "suitecrm"
  end)

  it("filters the window in seconds, though it sees minutes", function()
    answer("Contacts", {})
    suite:report { objects = { "Contacts" }, from = "2026-03-10T10:00:31Z", to = "2026-03-10T11:00:00.25Z" }
    local query = suite.http.requests[1].query
    assert.equal("2026-03-10 10:00:31", query["filter[date_modified][gte]"])
    assert.equal("2026-03-10 11:00:01", query["filter[date_modified][lt]"])
    assert.equal("and", query["filter[operator]"])
    assert.equal("id", query.sort)
  end)

  it("goes on after the last id, until a page is empty", function()
    answer("Contacts", { { id = "a", attributes = {} } })
    local reports = suite:reports { objects = { "Contacts" } }
    assert.equal("a", reports[1]:objects()[1].id)
    assert.equal("a", suite.http.requests[2].query["filter[id][gt]"])
  end)

  it("reads texts: HTML, booleans, numbers, choices, nothing", function()
    local fields = contact({
      last_name = "O&#039;Hara &amp; &lt;Co&gt;", do_not_call = "0", score_c = "12", topics_c = "^a^,^b^",
      birthdate = "", title = "", date_modified = "2026-03-10T10:30:00+00:00",
    }).fields
    assert.equal("O'Hara & <Co>", fields.last_name.value)
    assert.equal(false, fields.do_not_call.value)
    assert.equal(12, fields.score_c.value)
    assert.same({ "a", "b" }, fields.topics_c.value)
    assert.equal(tandem.null, fields.birthdate.value)
    assert.equal("", fields.title.value)
  end)

  it("takes the creation for the instant of what was never modified", function()
    local found = contact { date_entered = "2026-03-10T10:30:00+00:00", date_modified = "" }
    assert.equal("2026-03-10T10:30:00Z", found.changed_at)
  end)

  it("relates a contact to its account, if it has one", function()
    answer("Contacts", {
      { id = "a", attributes = { account_id = "x" } }, { id = "b", attributes = { account_id = "" } },
    })
    local report = suite:report { objects = { "Contacts" } }
    assert.equal(1, #report.relations)
    assert.equal("x", report.relations[1].to_id)
  end)

  it("remaps a converted lead in the first report, along with its contact", function()
    answer("Leads", { { id = "l", attributes = { status = "Converted", contact_id = "c" } } })
    answer("Contacts", {})
    suite.http:on("GET", "/V8/module/Contacts/c",
      { json = { data = { id = "c", attributes = { last_name = "Fink", account_id = "x" } } } })
    local report = suite:report { objects = { "Contacts", "Leads" }, from = "2026-03-10T10:00:00Z" }
    assert.equal("Converted", suite.http.requests[2].query["filter[status][eq]"])
    assert.equal("l", report.remaps[1].old_id)
    assert.equal("c", report.remaps[1].new_id)
    assert.is_nil(report:object("Leads", "l"))
    assert.equal("Fink", report:object("Contacts", "c").fields.last_name.value)
    assert.equal("x", report.relations[1].to_id)
  end)

  it("does not remap a lead that was converted without a contact", function()
    assert.is_table(contact({ status = "Converted", contact_id = "" }, "Leads"))
  end)

  it("says why a page could not be read", function()
    suite.http:on("GET", "/V8/module/Contacts",
      { status = 400, json = { errors = { status = 400, title = tandem.null, detail = "Bad field." } } })
    local _, message = suite:try_report { objects = { "Contacts" } }
    assert.truthy(message:find("GET /V8/module/Contacts: SuiteCRM answered 400 (Bad field.)", 1, true))
  end)
end)

describe("suitecrm fields", function()
  it("come from its own description", function()
    local suite = tandem.integration("suitecrm", { fields = "api" })
    suite.http:on("GET", "/V8/meta/fields/Contacts", { json = { data = { type = "fields", attributes = {
      id = { type = "id", required = true }, last_name = { type = "varchar", required = "1" },
      email1 = { type = "varchar", required = false }, cases = { type = "link" },
      last_seen_c = { type = "datetimecombo", required = false },
    } } } })
    local found = {}
    for _, field in ipairs(suite:fields "Contacts") do
      found[field.name] = field
    end
    assert.is_true(found.last_name.required)
    assert.is_false(found.id.required)
    assert.is_false(found.id.writable)
    assert.equal("email", found.email1.type)
    assert.equal("datetime", found.last_seen_c.type)
    assert.is_nil(found.cases)
  end)
end)
