local tandem = require "tandem"

describe("kontor", function()
  local kontor

  before_each(function()
    kontor = tandem.integration "kontor"
  end)

  local function record(more)
    local item = { ref = "P-1", rev = 3, created = 1773136800000, changed = 1773136800500,
      name = { given = "Ann", family = "Ash" }, newsletter = "Y", channels = {
        { medium = "email", use = "home", address = "ann@home.test" },
        { medium = "email", use = "work", address = "ann@acme.test" },
      } }
    for name, value in pairs(more or {}) do
      item[name] = value
    end
    return item
  end

  local function answer(items)
    kontor.http:on("GET", "/people", { json = { items = items, next = tandem.null } })
  end

  it("reads nested names, channels, flags, days and instants", function()
    answer { record { born = 31536000000, employer = { ref = "F-1" } } }
    local report = kontor:report { objects = { "people" } }
    local person = report:object("people", "P-1")
    assert.equal("2026-03-10T10:00:00.500Z", person.changed_at)
    assert.equal("Ann", person.fields.given.value)
    assert.equal("ann@acme.test", person.fields.email.value)
    assert.is_true(person.fields.newsletter.value)
    assert.equal("1971-01-01", person.fields.born.value)
    assert.equal(tandem.null, person.fields.phone.value) -- left out: it is empty
    assert.equal("F-1", report.relations[1].to_id)
  end)

  it("asks for a window in milliseconds, and for what is gone since it began", function()
    answer {}
    kontor.http:on("GET", "/events", { json = { next = tandem.null, events = {
      { kind = "people", ref = "P-2" }, { kind = "firms", ref = "F-2" },
      { kind = "people", ref = "P-3", into = "P-1" },
    } } })
    local report = kontor:report {
      objects = { "people" }, from = "2026-03-10T10:00:00Z", to = "2026-03-10T11:00:00Z",
    }
    assert.equal("P-2", report.deleted[1].id)
    assert.equal(1, #report.deleted)
    assert.same({ object = "people", loser = "P-3", winner = "P-1" }, report.merges[1])
    assert.equal("1773136800000", kontor.http.requests[1].query.since)
    assert.equal("1773140400000", kontor.http.requests[2].query["until"])
  end)

  it("writes the whole record on top of its last revision, and again if somebody was faster", function()
    local writes = 0
    kontor.http:on("GET", "/people/P-1", function() return { json = record { rev = 3 + writes } } end)
    kontor.http:on("PUT", "/people/P-1", function(request)
      writes = writes + 1
      return writes == 1 and { status = 412, json = {} } or { json = request.json }
    end)
    local answers = kontor:execute {
      { object = "people", object_id = "P-1", fields = { email = "a@new.test", newsletter = false } },
    }
    assert.equal("updated", answers[1].action)
    local sent = kontor.http:sent("PUT", "/people/P-1")
    assert.equal("3", sent[1].headers["if-match"])
    assert.equal("4", sent[2].headers["if-match"])
    assert.equal("N", sent[2].json.newsletter)
    assert.equal("Ash", sent[2].json.name.family)
    assert.same({ "ann@home.test", "a@new.test" },
      { sent[2].json.channels[1].address, sent[2].json.channels[2].address })
  end)

  it("keeps what is to go to a record that was merged, until the log tells of the merge", function()
    kontor.http:on("GET", "/people/P-1", { status = 410, json = { merged_into = "P-2" } })
    kontor.http:on("GET", "/people/P-9", { status = 410, json = {} })
    local answers = kontor:execute {
      { object = "people", object_id = "P-1", mapped_id = "1", fields = { given = "A" } },
      { object = "people", object_id = "P-9", mapped_id = "2", fields = { given = "A" } },
    }
    assert.equal("retry", answers[1].action)
    assert.equal("deleted", answers[2].action)
  end)

  it("finds after a lost answer what was made since", function()
    answer { record() }
    local change = { object = "people", fields = { email = "ann@acme.test", family = "Ash" },
      sent_at = "2026-03-10T10:00:10Z" }
    assert.equal("P-1", (kontor:find(change)))
    assert.equal("1773136750000", kontor.http.requests[1].query.since) -- a minute earlier
    change.fields.email = "other@acme.test"
    local id, known = kontor:find(change)
    assert.is_nil(id)
    assert.is_true(known)
  end)
end)
