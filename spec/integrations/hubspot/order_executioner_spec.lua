local tandem = require "tandem"

local OBJECTS = "/crm/objects/2026-09/contacts"

local function open(config)
  local hubspot = tandem.integration("hubspot", { config = config })
  local associations = "/crm/associations/2026-09/contacts/companies/batch/read"
  hubspot.http:on("POST", associations, { json = { results = {} } })
  return hubspot
end

local function new(email, key)
  return { object = "contacts", fields = { email = email, phone = tandem.null }, idempotency_key = key }
end

-- Answers a batch by what `answer_of(input)` says of each, done ones in the wrong order.
local function taken_apart(answer_of)
  return function(request)
    local results, errors = {}, {}
    for _, input in ipairs(request.json.inputs) do
      local id, failure = answer_of(input)
      if id then
        table.insert(results, 1, { id = id, objectWriteTraceId = input.objectWriteTraceId })
      elseif failure then
        failure.context = { objectWriteTraceId = { input.objectWriteTraceId } }
        errors[#errors + 1] = failure
      end
    end
    return { status = 207, json = { results = results, errors = errors, numErrors = #errors } }
  end
end

describe("hubspot order executioner", function()
  it("answers each change by its own part of a 207", function()
    local hubspot = open()
    hubspot.http:on("POST", OBJECTS .. "/batch/create", taken_apart(function(input)
      if input.properties.email == "bad" then
        return nil, { category = "VALIDATION_ERROR", message = "Email address bad is invalid" }
      end
      return input.properties.email == "a@x.test" and "1" or "2"
    end))
    local answers = hubspot:execute { new "a@x.test", new "bad", new "b@x.test" }
    assert.same({ "created", "issue", "created" },
      { answers[1].action, answers[2].action, answers[3].action })
    assert.same({ "1", "2" }, { answers[1].id, answers[3].id })
    assert.equal("Email address bad is invalid", answers[2].message)
  end)

  it("takes nothing for done of which nothing was said", function()
    local hubspot = open()
    hubspot.http:on("POST", OBJECTS .. "/batch/create", taken_apart(function(input)
      return input.properties.email == "a@x.test" and "1" or nil
    end))
    local answers = hubspot:execute { new "a@x.test", new "b@x.test" }
    assert.equal("none", answers[2].action)
  end)

  it("edits the contact that has the e-mail, with what is known", function()
    local hubspot = open()
    hubspot.http:on("POST", OBJECTS .. "/batch/create", taken_apart(function()
      return nil, { category = "CONFLICT", message = "Contact already exists. Existing ID: 77" }
    end))
    hubspot.http:on("POST", OBJECTS .. "/batch/update", taken_apart(function(input) return input.id end))
    assert.equal("77", hubspot:execute({ new "a@x.test" })[1].id)
    local edit = hubspot.http:sent("POST", OBJECTS .. "/batch/update")[1].json.inputs[1]
    assert.same({ email = "a@x.test" }, edit.properties)
  end)

  it("creates by the key of the change where there is a property for it", function()
    local hubspot = open { unique_property = "tandem_id" }
    hubspot.http:on("POST", OBJECTS .. "/batch/upsert", taken_apart(function(input) return input.id end))
    assert.equal("key-1", hubspot:execute({ new("a@x.test", "key-1") })[1].id)
    local input = hubspot.http:sent("POST", OBJECTS .. "/batch/upsert")[1].json.inputs[1]
    assert.equal("tandem_id", input.idProperty)
  end)

  it("takes no contact for done whose company was refused", function()
    local hubspot = open()
    hubspot.http:on("POST", OBJECTS .. "/batch/update", taken_apart(function(input) return input.id end))
    local associations = "/crm/associations/2026-09/contacts/companies/batch/create"
    hubspot.http:on("POST", associations, { status = 400, json = { message = "No such company." } })
    local answer = hubspot:execute({ {
      object = "contacts", object_id = "7", fields = { associatedcompanyid = "Acme" },
      references = { associatedcompanyid = { object = "companies", id = "5" } },
    } })[1]
    assert.equal("issue", answer.action)
    assert.equal("No such company.", answer.message)
  end)

  it("halves a batch that is refused as a whole", function()
    local hubspot = open()
    hubspot.http:on("POST", OBJECTS .. "/batch/create", function(request)
      if #request.json.inputs > 1 then
        return { status = 400, json = { category = "VALIDATION_ERROR", message = "all of them" } }
      end
      return taken_apart(function() return "9" end)(request)
    end)
    local answers = hubspot:execute { new "a@x.test", new "b@x.test" }
    assert.same({ "created", "created" }, { answers[1].action, answers[2].action })
  end)
end)
