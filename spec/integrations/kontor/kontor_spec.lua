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

  it("writes the whole record on top of the revision that was reported", function()
    kontor.http:on("GET", "/people/P-1", { json = record() })
    kontor.http:on("PUT", "/people/P-1", function(request)
      request.json.rev = 4
      return { json = request.json }
    end)
    local answers = kontor:execute {
      { object = "people", object_id = "P-1", version = 3,
        fields = { email = "a@new.test", newsletter = false } },
    }
    assert.same({ "updated", "4" }, { answers[1].action, answers[1].version })
    local sent = kontor.http:sent("PUT", "/people/P-1")[1]
    assert.equal("3", sent.headers["if-match"])
    assert.equal("N", sent.json.newsletter)
    assert.equal("Ash", sent.json.name.family)
    assert.same({ "ann@home.test", "a@new.test" },
      { sent.json.channels[1].address, sent.json.channels[2].address })
  end)

  it("says that somebody was faster", function()
    kontor.http:on("GET", "/people/P-1", { json = record { rev = 4 } })
    kontor.http:on("PUT", "/people/P-1", { status = 412, json = {} })
    local change = { object = "people", object_id = "P-1", version = 3, fields = { given = "A" } }
    assert.equal("stale", kontor:execute({ change })[1].action)
    assert.equal("3", kontor.http:sent("PUT", "/people/P-1")[1].headers["if-match"])
  end)

  -- Kontor with one person, who is edited there just before each of the first `edits` of our writes.
  local function edited_meanwhile(edits)
    local mapping = dofile(tandem.home .. "/lua/integrations/kontor/spec/world.lua").mapping
    kontor = tandem.integration("kontor", { mapping = mapping })
    local there, writes = record { channels = {} }, 0
    local function show() return { json = { items = { there }, next = tandem.null } } end
    kontor.http:on("GET", "/firms", { json = { items = {}, next = tandem.null } })
    kontor.http:on("GET", "/events", { json = { events = {}, next = tandem.null } })
    kontor.http:on("GET", "/people", show)
    kontor.http:on("GET", "/people/P-1", function() return { json = there } end)
    kontor.http:on("PUT", "/people/P-1", function(request)
      writes = writes + 1
      if writes <= edits then
        local name = { given = "Edit " .. writes, family = "Ash" }
        there = record { channels = {}, rev = there.rev + 1, name = name }
      end
      if request.headers["if-match"] ~= tostring(there.rev) then
        return { status = 412, json = {} }
      end
      there = request.json
      there.rev = there.rev + 1
      return { json = there }
    end)
    kontor:sync()
    kontor.store:set("contact", "1", { lastname = "Ours" })
    return kontor:sync(), function() return there end
  end

  it("judges a record again if somebody was faster, and writes on top of it in the same run", function()
    local run, there = edited_meanwhile(1)
    assert.same({ "done", 1, 0 }, { run.status, run.push.updated, run.push.retried })
    assert.same({ given = "Edit 1", family = "Ours" }, there().name)
    assert.equal("Edit 1", kontor.store:get("contact", "1").firstname)
    assert.same({}, kontor.store:changes())
  end)

  it("leaves it to the next run if somebody is faster again", function()
    local run = edited_meanwhile(2)
    assert.same({ 0, 1 }, { run.push.updated, run.push.retried })
    local next_run = kontor:sync()
    assert.same({ 1, 0 }, { next_run.push.updated, next_run.push.retried })
    assert.same({}, kontor.store:changes())
  end)

  it("sends the revision of its own last write, without another report", function()
    local _, there = edited_meanwhile(0)
    kontor.http:clear()
    kontor.store:set("contact", "1", { lastname = "Once more" })
    kontor:sync { no_pull = true }
    assert.equal("Once more", there().name.family)
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
