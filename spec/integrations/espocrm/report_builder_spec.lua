local tandem = require "tandem"

local WINDOW = { from = "2026-03-10T10:00:00Z", to = "2026-03-10T11:00:00.250Z" }

describe("espocrm report builder", function()
  local espo

  local function window(objects)
    return { objects = objects, from = WINDOW.from, to = WINDOW.to }
  end

  local function answer(path, list)
    espo.http:on("GET", path, { json = { total = #list, list = list } })
  end

  before_each(function()
    espo = tandem.integration "espocrm"
  end)

  it("asks for the window in whole seconds, the last one included", function()
    answer("/Contact", {})
    espo:report(window { "Contact" })
    local query = espo.http.requests[1].query
    assert.equal("modifiedAt", query["where[0][attribute]"])
    assert.equal("lessThan", query["where[0][type]"])
    assert.equal("2026-03-10 11:00:01", query["where[0][value]"])
    assert.equal("greaterThanOrEquals", query["where[1][type]"])
    assert.equal("2026-03-10 10:00:00", query["where[1][value]"])
    assert.equal("200", query.maxSize)
  end)

  it("asks for everything if there is no window", function()
    answer("/Contact", {})
    espo:report { objects = { "Contact" }, to = WINDOW.to }
    assert.is_nil(espo.http.requests[1].query["where[1][type]"])
  end)

  it("goes on after the last id, until a page is empty", function()
    local pages = { [""] = { { id = "a" }, { id = "b" } }, b = { { id = "c" } }, c = {} }
    espo.http:on("GET", "/Contact", function(request)
      return { json = { list = pages[request.query["where[2][value]"] or ""] } }
    end)
    local ids = {}
    for _, report in ipairs(espo:reports(window { "Contact" })) do
      for _, contact in ipairs(report:objects()) do
        ids[#ids + 1] = contact.id
      end
    end
    assert.same({ "a", "b", "c" }, ids)
  end)

  it("reads times as UTC, and null as empty", function()
    answer("/Contact", { { id = "a", createdAt = "2026-03-10 09:00:00", modifiedAt = "2026-03-10 10:30:00",
      firstName = tandem.null } })
    local contact = espo:report(window { "Contact" }):object("Contact", "a")
    assert.equal("2026-03-10T10:30:00Z", contact.changed_at)
    assert.equal(tandem.null, contact.fields.firstName.value)
    assert.is_nil(contact.fields.lastName)
  end)

  it("reads a record alone of which the list may have cut a long text", function()
    answer("/Contact", { { id = "a", title = ("x"):rep(10000) }, { id = "b", title = "short" } })
    espo.http:on("GET", "/Contact/a", { json = { id = "a", title = ("x"):rep(10001) } })
    local report = espo:report(window { "Contact" })
    assert.equal(10001, #report:object("Contact", "a").fields.title.value)
    assert.equal("short", report:object("Contact", "b").fields.title.value)
  end)

  it("knows no title of a contact without an account, for EspoCRM would have dropped it", function()
    answer("/Contact", {
      { id = "a", title = tandem.null, accountId = tandem.null },
      { id = "b", title = tandem.null, accountId = "x" },
    })
    local report = espo:report(window { "Contact" })
    assert.is_nil(report:object("Contact", "a").fields.title)
    assert.equal(tandem.null, report:object("Contact", "b").fields.title.value)
    assert.truthy(espo.http.requests[1].query.select:find("accountId", 1, true))
  end)

  it("relates a contact to its account", function()
    answer("/Contact", { { id = "a", accountId = "x" }, { id = "b", accountId = tandem.null } })
    local report = espo:report(window { "Contact" })
    assert.equal(1, #report.relations)
    assert.equal("accountId", report.relations[1].field)
    assert.equal("x", report.relations[1].to_id)
  end)

  it("remaps a converted lead in the first report, along with its contact and account", function()
    espo.http:on("GET", "/Lead", function(request)
      local first = request.query["where[2][value]"] == "Converted" and not request.query["where[3][value]"]
      local lead = { id = "l", status = "Converted", createdContactId = "c" }
      return { json = { list = { first and lead or nil } } }
    end)
    answer("/Contact", {})
    espo.http:on("GET", "/Contact/c", { json = { id = "c", lastName = "Fink", accountId = "x" } })
    local report = espo:report(window { "Contact", "Lead" })
    local remap = report.remaps[1]
    assert.same({ "Lead", "l", "Contact", "c" },
      { remap.old_object, remap.old_id, remap.new_object, remap.new_id })
    assert.is_nil(report:object("Lead", "l"))
    assert.equal("Fink", report:object("Contact", "c").fields.lastName.value)
    assert.equal("x", report.relations[1].to_id)
  end)

  it("reports named records that are gone as deleted: 404, or marked for an administrator", function()
    answer("/Contact", { { id = "c" } })
    espo.http:on("GET", "/Contact/a", { status = 404, body = "" })
    espo.http:on("GET", "/Contact/b", { json = { id = "b", deleted = true } })
    local report = espo:report { objects = { "Contact" }, ids = { Contact = { "a", "b", "c" } } }
    assert.equal("in", espo.http.requests[1].query["where[0][type]"])
    assert.equal("c", espo.http.requests[1].query["where[0][value][2]"])
    assert.equal(2, #report.deleted)
    assert.equal(1, #report:objects())
  end)

  it("says nothing of a record that the user may not see", function()
    answer("/Contact", {})
    espo.http:on("GET", "/Contact/a", { status = 403, body = "" })
    local report = espo:report { objects = { "Contact" }, ids = { Contact = { "a" } } }
    assert.same({}, report.deleted)
    assert.same({}, report:objects())
  end)

  it("reads all accounts before the first contact", function()
    local accounts = { { { id = "a" } }, { { id = "b" } }, {} }
    espo.http:on("GET", "/Account", function() return { json = { list = table.remove(accounts, 1) } } end)
    local contacts = { { { id = "c", accountId = "b" } }, {} }
    espo.http:on("GET", "/Contact", function() return { json = { list = table.remove(contacts, 1) } } end)
    local reports = espo:reports(window { "Account", "Contact" })
    assert.equal("a", reports[1]:objects()[1].id)
    assert.is_nil(reports[1]:object("Contact", "c"))
    assert.is_table(reports[3]:object("Contact", "c"))
  end)

  it("says why a page could not be read", function()
    espo.http:on("GET", "/Contact", {
      status = 403, body = "", headers = { ["X-Status-Reason"] = "No access." },
    })
    local report, message = espo:try_report(window { "Contact" })
    assert.is_nil(report)
    assert.truthy(message:find("GET /Contact: EspoCRM answered 403 (No access.)", 1, true))
  end)
end)

describe("espocrm fields", function()
  it("come from the metadata and the user's rights; links and addresses are several", function()
    local espo = tandem.integration("espocrm", { fields = "api" })
    espo.http:on("GET", "/App/user", { json = { acl = { fieldTableQuickAccess = { Contact = { attributes = {
      read = { yes = { "cTopics" }, no = { "addressCity" } },
      edit = { yes = {}, no = { "cTopics", "addressCity" } },
    } } } } } })
    espo.http:on("GET", "/Metadata", { json = {
      lastName = { type = "varchar", required = true }, account = { type = "link" },
      address = { type = "address" }, addressCity = { type = "varchar" }, teams = { type = "linkMultiple" },
      cTopics = { type = "multiEnum" }, createdAt = { type = "datetime", readOnly = true },
      createdBy = { type = "link", readOnly = true },
    } })
    local found = {}
    for _, field in ipairs(espo:fields "Contact") do
      assert.is_nil(found[field.name])
      found[field.name] = field
    end
    assert.equal("entityDefs.Contact.fields", espo.http.requests[1].query.key)
    assert.is_true(found.lastName.required)
    assert.equal("multiselect", found.cTopics.type)
    assert.is_false(found.cTopics.writable)
    assert.is_nil(found.addressCity)
    assert.is_false(found.createdAt.writable)
    assert.is_false(found.createdById.writable)
    assert.is_true(found.accountId.writable)
    assert.is_table(found.accountId)
    assert.is_table(found.addressStreet)
    assert.is_nil(found.teams)
  end)
end)
