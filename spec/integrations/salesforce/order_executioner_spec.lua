local tandem = require "tandem"

local COLLECTION = "/composite/sobjects"

local function open(answer_of)
  local salesforce = tandem.integration("salesforce")
  salesforce.http:on("GET", "/", { json = { identity = "https://login.salesforce.com/id/00D1/0051" } })
  salesforce.http:on("GET", "/queryAll", { json = { done = true, records = {} } })
  for _, method in ipairs { "POST", "PATCH" } do
    salesforce.http:on(method, COLLECTION, function(request)
      local answers = {}
      for index, record in ipairs(request.json.records) do
        answers[index] = answer_of(record, index)
      end
      return { json = answers }
    end)
  end
  return salesforce
end

local function refused(code, fields)
  return { success = false, errors = { { statusCode = code, message = "no", fields = fields or {} } } }
end

local function edit(id, fields)
  return { object = "Contact", object_id = id, fields = fields }
end

describe("salesforce order executioner", function()
  it("answers each record by its place", function()
    local salesforce = open(function(record, index)
      return record.LastName == "Bad" and refused "STRING_TOO_LONG" or { id = "00" .. index, success = true }
    end)
    local answers = salesforce:execute {
      { object = "Contact", fields = { LastName = "Ash" } },
      { object = "Contact", fields = { LastName = "Bad" } },
    }
    assert.same({ "created", "issue" }, { answers[1].action, answers[2].action })
    assert.equal("STRING_TOO_LONG: no", answers[2].message)
  end)

  it("tries a locked row again in a later run", function()
    local salesforce = open(function() return refused "UNABLE_TO_LOCK_ROW" end)
    assert.equal("retry", salesforce:execute({ edit("1", { LastName = "Ash" }) })[1].action)
  end)

  it("ends with what was deleted over there", function()
    local salesforce = open(function() return refused "ENTITY_IS_DELETED" end)
    assert.equal("deleted", salesforce:execute({ edit("1", { LastName = "Ash" }) })[1].action)
  end)

  it("waits with an edit of a lead that was converted meanwhile", function()
    local salesforce = open(function() return refused "CANNOT_UPDATE_CONVERTED_LEAD" end)
    salesforce.http:on("GET", "/queryAll", { json = { done = true, records = {
      { Id = "1", IsDeleted = false, ConvertedContactId = "2" },
    } } })
    local change = { object = "Lead", object_id = "1", fields = { LastName = "Fink" } }
    assert.equal("retry", salesforce:execute({ change })[1].action)
  end)

  it("sends a record again without a field that may not be written, and says so", function()
    local salesforce = open(function(record)
      return record.Title and refused("INVALID_FIELD_FOR_INSERT_UPDATE", { "Title" })
        or { id = record.Id, success = true }
    end)
    local answers = salesforce:execute { edit("1", { LastName = "Ash", Title = "Cook" }) }
    assert.equal("issue", answers[1].action)
    assert.equal("this user may not write 'Title'", answers[1].message)
    local sent = salesforce.http:sent("PATCH", COLLECTION)
    assert.equal("Ash", sent[2].json.records[1].LastName)
    assert.is_nil(sent[2].json.records[1].Title)
  end)

  it("sends records of one account next to one another", function()
    local salesforce = open(function(record) return { id = record.Id, success = true } end)
    salesforce.http:on("GET", "/queryAll", function(request)
      local name = request.query.q:match "Name = '(%a+)'"
      local rows = { { Id = "x", Name = name:lower() }, { Id = name, Name = name } }
      return { json = { done = true, records = rows } }
    end)
    salesforce:execute {
      edit("1", { AccountId = "B" }), edit("2", { AccountId = "A" }), edit("3", { AccountId = "B" }),
    }
    local order = {}
    for index, record in ipairs(salesforce.http:sent("PATCH", COLLECTION)[1].json.records) do
      order[index] = record.Id
    end
    assert.same({ "2", "1", "3" }, order)
  end)

  it("asks nobody for an account that is linked", function()
    local salesforce = open(function(record) return { id = record.Id, success = true } end)
    local change = edit("1", { AccountId = "Acme" })
    change.references = { AccountId = { object = "Account", id = "001A" } }
    salesforce:execute { change }
    assert.equal("001A", salesforce.http:sent("PATCH", COLLECTION)[1].json.records[1].AccountId)
    assert.same({}, salesforce.http:sent("GET", "/queryAll"))
  end)
end)
