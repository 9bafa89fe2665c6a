-- Runs of specs keep books as runs of a home do: retries, quarantine, refusals, creates without an answer.
local tandem = require "tandem"

describe("a run of a spec", function()
  local espo, there, window, answer

  before_each(function()
    espo = tandem.integration("espocrm", {
      mapping = { Contact = { emailAddress = "email", lastName = "lastname", title = "position" } },
      config = { retries = 3, limits = { attempts = 1 } },
    })
    there, window, answer = {}, {}, { json = { id = "a" } }
    espo.http:on("GET", "/Contact", function(request)
      local query = request.query
      local by_email = query["where[0][attribute]"] == "emailAddress" and not query["where[1][type]"]
      local first = query["where[1][type]"] == "greaterThanOrEquals" and not query["where[2][type]"]
      return { json = { list = by_email and there or first and window or {} } }
    end)
    for _, scope in ipairs { "Lead", "Account" } do -- nobody there has the address
      espo.http:on("GET", "/" .. scope, { json = { list = {} } })
    end
    espo.http:on("POST", "/Contact", { json = { id = "a" } })
    espo.http:on("PUT", "/Contact/a", function() return answer end)
  end)

  -- A run at this day and hour of March: what it tried to write, and its summary.
  local function run_at(day, hour, asked)
    espo.http:clear()
    espo:at(("2026-03-%02dT%02d:00:00Z"):format(day, hour))
    local summary = espo:try_sync(asked)
    return #espo.http:sent "PUT" + #espo.http:sent "POST", summary
  end

  -- Is there a note about this?
  local function told(about)
    for _, note in ipairs(espo.store:notes()) do
      if note.about == about then
        return true
      end
    end
    return false
  end

  local function contact(fields)
    local id = espo.store:add("contact", { lastname = "Ash", email = "ann@acme.test" })
    espo:sync()
    espo.store:set("contact", id, fields)
    return id
  end

  it("tries again what failed, and once a day what is in quarantine", function()
    contact { position = "Cook" }
    answer = { status = 503 }
    assert.equal(1, run_at(10, 13))
    assert.equal(1, run_at(10, 19))
    assert.is_false(told "quarantined")
    assert.equal(1, run_at(11, 14)) -- the third one, a day after the first
    assert.is_true(told "quarantined")
    assert.equal(0, run_at(11, 20))
    assert.equal(0, run_at(12, 13))
    answer = { json = { id = "a" } }
    assert.equal(1, run_at(12, 15))
    assert.same({}, espo.store:changes())
  end)

  it("begins to count anew once a pull has settled what could not be sent", function()
    local id = contact { position = "Cook" }
    answer = { status = 503 }
    run_at(10, 13)
    run_at(10, 19)
    window = { {
      id = "a", lastName = "Ash", emailAddress = "ann@acme.test", title = "Cook", accountId = "x",
      modifiedAt = "2026-03-10 20:00:00",
    } }
    assert.equal(0, run_at(10, 21))
    assert.same({}, espo.store:changes())
    espo.store:set("contact", id, { position = "Chef" })
    window = {}
    assert.equal(1, run_at(11, 20))
    assert.is_false(told "quarantined")
    assert.equal(1, run_at(12, 2))
  end)

  it("does not send again what was refused, until it is asked to", function()
    contact { position = "Cook" }
    answer = { status = 400, headers = { ["X-Status-Reason"] = "No." }, body = "" }
    local tried, summary = run_at(10, 13)
    assert.equal(1, tried)
    assert.equal("done_with_issues", summary.status)
    assert.equal(1, summary.open_in_all)
    assert.equal(0, run_at(10, 14))
    answer = { json = { id = "a" } }
    tried, summary = run_at(10, 15, { retry = { "refused" } })
    assert.equal(1, tried)
    assert.equal("done", summary.status)
    assert.equal(0, summary.open_in_all)
  end)

  it("looks for a record whose answer was lost before it makes another one", function()
    espo.store:add("contact", { lastname = "Ash", email = "ann@acme.test" })
    espo.http:on("POST", "/Contact", { fault = "receive", sent = true })
    local _, summary = run_at(10, 13)
    assert.equal("failed", summary.status)
    there = { { id = "b", emailAddress = "ann@acme.test" } }
    espo.http:on("POST", "/Contact", { json = { id = "c" } })
    assert.equal(0, run_at(10, 14))
    assert.equal("b", espo.store:mappings()[1].integration_id)
  end)
end)
