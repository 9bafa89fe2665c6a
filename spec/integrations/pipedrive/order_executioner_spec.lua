local tandem = require "tandem"

local PERSON = "/api/v2/persons/{id}"

local function open(person)
  local pipedrive = tandem.integration("pipedrive")
  local there = { json = { success = true, data = person } }
  local stored = { id = 1, marketing_status = "unsubscribed" }
  pipedrive.http:on("GET", PERSON, person and there or { status = 404, json = {} })
  pipedrive.http:on("PATCH", PERSON, { json = { success = true, data = stored } })
  pipedrive.http:on("GET", "/api/v2/personFields", { json = { success = true, data = {
    { field_name = "Topics", field_code = ("c"):rep(40), field_type = "set", is_custom_field = true,
      options = { { id = 20, label = "red" }, { id = 21, label = "green" } } },
    { field_name = "Job title", field_code = "job_title", field_type = "varchar", is_custom_field = false },
  } } })
  return pipedrive
end

local function two_emails()
  return {
    { value = "a@x.test", primary = true, label = "work" },
    { value = "b@x.test", primary = false, label = "home" },
  }
end

local function edit(fields)
  return { object = "persons", object_id = "1", fields = fields }
end

local function sent(pipedrive)
  return pipedrive.http:sent("PATCH", "/api/v2/persons/1")[1].json
end

describe("pipedrive order executioner", function()
  it("keeps the entries of a list that are not ours", function()
    local pipedrive = open { id = 1, emails = two_emails() }
    pipedrive:execute { edit { email = "new@x.test" } }
    local emails = sent(pipedrive).emails
    assert.same({ "new@x.test", "b@x.test" }, { emails[1].value, emails[2].value })
    assert.equal("work", emails[1].label)
  end)

  it("makes another entry the primary one when that is emptied", function()
    local pipedrive = open { id = 1, emails = two_emails() }
    pipedrive:execute { edit { email = tandem.null } }
    assert.same({ { value = "b@x.test", primary = true, label = "home" } }, sent(pipedrive).emails)
  end)

  it("writes options by their labels under the key of the field", function()
    local pipedrive = open { id = 1 }
    pipedrive:execute { edit { Topics = { "green", "red" } } }
    assert.same({ 21, 20 }, sent(pipedrive).custom_fields[("c"):rep(40)])
  end)

  it("changes the last name and keeps the first", function()
    local pipedrive = open { id = 1, name = "Ann Ash", first_name = "Ann", last_name = "Ash" }
    pipedrive:execute { edit { last_name = "Busch" } }
    assert.equal("Ann Busch", sent(pipedrive).name)
  end)

  it("notes a consent that stays what it was", function()
    local pipedrive = open { id = 1 }
    local answer = pipedrive:execute({ edit { marketing_status = "subscribed" } })[1]
    assert.equal("issue", answer.action)
    assert.truthy(answer.message:find("only once", 1, true))
  end)

  it("ends with a person who is gone", function()
    assert.equal("deleted", open(nil):execute({ edit { email = "x@x.test" } })[1].action)
  end)

  it("says of a lost create that it is not there only when the search must know", function()
    local pipedrive = tandem.integration("pipedrive", { config = { key_field = "Tandem ID" } })
    pipedrive.http:on("GET", "/api/v2/persons/search", { json = { success = true, data = { items = {} } } })
    local change = { object = "persons", fields = { first_name = "Ann" }, idempotency_key = "k" }
    change.sent_at = "2026-03-10T11:59:00Z"
    assert.same({ n = 2, nil, false }, table.pack(pipedrive:find(change)))
    change.sent_at = "2026-03-10T10:00:00Z"
    assert.same({ n = 2, nil, true }, table.pack(pipedrive:find(change)))
  end)
end)
