local tandem = require "tandem"

local function item(id, fields, more)
  local found = {
    id = id, dateAdded = "2026-03-09T10:00:00+00:00", dateModified = tandem.null, fields = { all = fields },
  }
  found.fields.all.id = tostring(id)
  for name, value in pairs(more or {}) do
    found[name] = value
  end
  return found
end

-- An object keyed by id.
local function keyed(items)
  local found = tandem.object {}
  for _, one in ipairs(items) do
    found[tostring(one.id)] = one
  end
  return found
end

describe("mautic report builder", function()
  local mautic

  local function answer(name, items)
    mautic.http:on("GET", "/" .. name, { json = { total = tostring(#items), [name] = keyed(items) } })
  end

  local function report(asked)
    asked.from, asked.to = asked.from or "2026-03-10T10:00:00Z", "2026-03-10T11:00:00.250Z"
    return mautic:report(asked)
  end

  -- The query of the first request for this path.
  local function query_of(path)
    for _, request in ipairs(mautic.http.requests) do
      if request.path == path then
        return request.query
      end
    end
  end

  before_each(function()
    mautic = tandem.integration "mautic"
    mautic.http:on("GET", "/stats/audit_log", { json = { total = 0, stats = {} } })
  end)

  it("asks for what was modified or added, by the columns' own names", function()
    answer("contacts", {})
    report { objects = { "contact" } }
    local query = query_of "/contacts"
    assert.equal("orX", query["where[0][expr]"])
    assert.is_nil(query["where[0][col]"])
    assert.equal("date_modified", query["where[0][val][0][col]"])
    assert.equal("date_added", query["where[0][val][1][col]"])
    for part = 0, 1 do
      assert.equal("gte", query[("where[0][val][%d][expr]"):format(part)])
      assert.equal("2026-03-10 10:00:00", query[("where[0][val][%d][val]"):format(part)])
    end
    assert.equal("id", query.orderBy)
  end)

  it("reads pages that have no order, by id, until one is empty, whatever the total", function()
    mautic.http:on("GET", "/contacts", function(request)
      local after = tonumber(request.query["where[0][val]"]) or 0
      local items = after == 0 and { item(9, { lastname = "I" }), item(10, { lastname = "J" }) }
        or after == 10 and { item(11, { lastname = "K" }) } or {}
      return { json = { total = "2", contacts = #items > 0 and keyed(items) or {} } } -- [] when empty
    end)
    local ids = {}
    for _, one in ipairs(mautic:reports { objects = { "contact" } }) do
      for _, contact in ipairs(one:objects()) do
        ids[#ids + 1] = contact.id
      end
    end
    assert.same({ "9", "10", "11" }, ids)
  end)

  it("takes the instant of the change, or else of the addition; companies have none", function()
    answer("contacts", {
      item(1, { lastname = "A" }),
      item(2, { lastname = "B" }, { dateModified = "2026-03-10T10:30:00+00:00" }),
    })
    answer("companies", { item(1, { companyname = "Acme" }, { dateAdded = tandem.null }) })
    local found = report { objects = { "contact" } }
    local companies = report { objects = { "company" } }
    assert.equal("2026-03-09T10:00:00Z", found:object("contact", "1").changed_at)
    assert.equal("2026-03-10T10:30:00Z", found:object("contact", "2").changed_at)
    assert.is_nil(companies:object("company", "1").changed_at)
  end)

  it("leaves what was changed after the window to the next one, and visitors out", function()
    answer("contacts", {
      item(1, { lastname = "A" }, { dateModified = "2026-03-10T11:00:00+00:00" }),
      item(2, { lastname = "B" }, { dateModified = "2026-03-10T11:00:01+00:00" }),
      item(3, { lastname = tandem.null, city = "Ulm" }),
    })
    local found = report({ objects = { "contact" } }):objects()
    assert.equal(1, #found)
    assert.equal("1", found[1].id)
  end)

  it("reads whom not to contact", function()
    answer("contacts", {
      item(1, { lastname = "A" }, { doNotContact = { { channel = "sms", reason = 1 } } }),
      item(2, { lastname = "B" }, { doNotContact = { { channel = "email", reason = 2 } } }),
      item(3, { lastname = "C" }), -- not told
      item(4, { lastname = "D" }, { doNotContact = {} }),
    })
    local found = report { objects = { "contact" } }
    assert.equal(0, found:object("contact", "4").fields.dnc_email.value)
    assert.equal(0, found:object("contact", "1").fields.dnc_email.value)
    assert.equal(2, found:object("contact", "2").fields.dnc_email.value)
    assert.is_nil(found:object("contact", "3").fields.dnc_email)
    assert.is_nil(query_of("/contacts").minimal)
  end)

  it("relates contacts to the companies of which they show the names, if there is one", function()
    mautic.http:on("GET", "/companies", function(request)
      local named = request.query["where[0][val][0][val]"] == "Acme"
      local companies = named and keyed { item(7, { companyname = "Acme" }) } or {}
      return { json = { total = "1", companies = companies } }
    end)
    answer("contacts", { item(1, { company = "Acme" }), item(2, { company = tandem.null, lastname = "B" }) })
    local found = report { objects = { "company", "contact" }, from = "2026-03-10T10:00:00Z" }
    assert.equal(1, #found.relations)
    assert.equal("1", found.relations[1].id)
    assert.equal("7", found.relations[1].to_id)
  end)

  it("looks no company up that the pages of a whole pull have shown, unless it is named otherwise", function()
    local looked_up = {}
    mautic.http:on("GET", "/companies", function(request)
      local name, after = request.query["where[0][val][0][val]"], request.query["where[0][val]"]
      looked_up[#looked_up + 1] = name
      local found = (after or name == "BETA") and {} or keyed { item(7, { companyname = "Acme" }) }
      return { json = { total = "1", companies = found } }
    end)
    mautic.http:on("GET", "/contacts", function(request)
      local first = not request.query["where[0][val]"]
      return { json = { contacts = first and keyed {
        item(1, { company = "Acme" }), item(2, { company = "BETA" }),
      } or {} } }
    end)
    local relations = {}
    for _, one in ipairs(mautic:reports { objects = { "company", "contact" } }) do
      table.move(one.relations, 1, #one.relations, #relations + 1, relations)
    end
    assert.same({ "BETA" }, looked_up)
    assert.equal("7", relations[1].to_id)
    assert.is_nil(relations[2])
  end)

  it("reads deletions from the audit log", function()
    answer("contacts", {})
    mautic.http:on("GET", "/stats/audit_log", function(request)
      local first = not request.query["where[3][val]"]
      return { json = { total = "1", stats = { first and { id = "4", object_id = "12" } or nil } } }
    end)
    local found = report { objects = { "contact" } }
    assert.equal("12", found.deleted[1].id)
    local query = query_of "/stats/audit_log"
    assert.equal("lead", query["where[1][val]"])
    assert.equal("2026-03-10 10:00:00", query["where[2][val]"])
  end)

  it("goes on without a log that it may not read, however Mautic says so", function()
    answer("contacts", { item(1, { lastname = "A" }) })
    for _, denied in ipairs {
      { status = 403, json = { errors = { { code = 403, message = "denied" } } } },
      { json = { errors = { { code = 403, message = "denied" } } } },
    } do
      mautic.http:on("GET", "/stats/audit_log", denied)
      assert.equal(1, #report({ objects = { "contact" } }):objects())
    end
  end)

  it("does not take a log that can't be read for one that it may not read", function()
    answer("contacts", {})
    mautic.http:on("GET", "/stats/audit_log", { status = 500, body = "" })
    local _, message = mautic:try_report { objects = { "contact" }, from = "2026-03-10T10:00:00Z" }
    assert.truthy(message:find("GET /stats/audit_log: Mautic answered 500", 1, true))
  end)

  it("reports the loser of a merge as merged, not as deleted", function()
    answer("contacts", {})
    mautic.http:on("GET", "/stats/audit_log", function(request)
      local query = request.query
      local merge = { id = "3", object_id = "12", details = 'a:1:{s:11:"merged_into";i:9;}' }
      local rows = query["where[0][val]"] == "merge" and { merge }
        or { { id = "4", object_id = "12" }, { id = "5", object_id = "13" } }
      return { json = { total = "1", stats = query["where[3][val]"] and {} or rows } }
    end)
    local found = report { objects = { "contact" } }
    assert.same({ object = "contact", loser = "12", winner = "9" }, found.merges[1])
    assert.equal(1, #found.deleted)
    assert.equal("13", found.deleted[1].id)
  end)

  it("reports a named contact that is gone as deleted", function()
    answer("contacts", {})
    mautic.http:on("GET", "/contacts/5", { status = 404, json = { errors = { { message = "Not found." } } } })
    assert.equal("5", report({ objects = { "contact" }, ids = { contact = { "5" } } }).deleted[1].id)
  end)
end)

describe("mautic fields", function()
  it("come from the API, thirty or a hundred to a page", function()
    local mautic = tandem.integration("mautic", { fields = "api" })
    mautic.http:on("GET", "/fields/contact", function(request)
      local first = request.query.start == "0"
      return { json = { total = "2", fields = first and {
        ["4"] = { id = 4, alias = "mobile", label = "Mobile", type = "tel", isRequired = false },
        ["9"] = { id = 9, alias = "size", label = "Size", type = "number", isRequired = false },
      } or {} } }
    end)
    local types = {}
    for _, field in ipairs(mautic:fields "contact") do
      types[field.name] = field.type
    end
    assert.equal("phone", types.mobile)
    assert.equal("double", types.size)
    assert.equal("int", types.dnc_email)
  end)
end)
