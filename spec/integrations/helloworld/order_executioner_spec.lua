local tandem = require "tandem"

local CONFIG = { base_url = "https://hello.test/api" }

describe("helloworld order executioner", function()
  local hello

  -- Executes changes of citizens that the API answers with these codes.
  local function execute(changes, answers)
    for index, answer in ipairs(answers) do
      answer.metadata = { index = index }
    end
    hello.http:on("POST", "/citizen", { json = answers })
    for _, change in ipairs(changes) do
      change.object = "citizen"
    end
    return hello:execute(changes)
  end

  before_each(function()
    hello = tandem.integration("helloworld", { config = CONFIG })
  end)

  it("sends what changed to an existing citizen", function()
    execute({
      { object_id = "7", fields = { phone = "1", email = "a@hello.test" }, changed = { "phone" } },
    }, { { code = 200, id = 7 } })
    local sent = hello.http.requests[1].json[1]
    assert.equal("7", sent.id)
    assert.same({ phone = "1" }, sent.fields)
  end)

  it("sends what is required along with what changed", function()
    execute({
      { object_id = "7", fields = { phone = "1", email = "a@hello.test", last_name = "B" },
        changed = { "phone" }, required = { "email" } },
    }, { { code = 200, id = 7 } })
    assert.same({ phone = "1", email = "a@hello.test" }, hello.http.requests[1].json[1].fields)
  end)

  it("sends everything to a new one, with a key that lets it be sent again", function()
    execute({
      { fields = { phone = "1", email = "a@hello.test" }, changed = { "phone" } },
    }, { { code = 201, id = 8 } })
    local sent = hello.http.requests[1].json[1]
    assert.is_nil(sent.id)
    assert.same({ phone = "1", email = "a@hello.test" }, sent.fields)
    assert.is_string(sent.idempotency_key)
  end)

  it("writes true and false as the API wants them", function()
    execute({ { object_id = "7", fields = { opt_in = 1 } } }, { { code = 200, id = 7 } })
    assert.equal(true, hello.http.requests[1].json[1].fields.opt_in)
  end)

  it("sends null to clear a field", function()
    execute({ { object_id = "7", fields = { phone = tandem.null } } }, { { code = 200, id = 7 } })
    assert.equal(tandem.null, hello.http.requests[1].json[1].fields.phone)
  end)

  it("passes every answer on", function()
    local said = {
      ["1"] = { code = 200, id = 1 },
      ["3"] = { code = 404, id = 3 },
      ["4"] = { code = 503, id = 4 },
      ["5"] = { code = 400, id = 5, message = "'email' is not a valid e-mail address" },
    }
    hello.http:on("POST", "/citizen", function(request)
      local answers = {}
      for index, item in ipairs(request.json) do
        answers[index] = said[item.id] or { code = 201, id = 99 }
        answers[index].metadata = item.metadata
      end
      return { json = answers }
    end)
    local changes = {}
    for index, id in ipairs { "1", false, "3", "4", "5" } do
      changes[index] = { object = "citizen", object_id = id or nil, fields = { phone = "1" } }
    end
    local answers = hello:execute(changes)
    assert.equal("updated", answers[1].action)
    assert.equal("created", answers[2].action)
    assert.equal("99", answers[2].id)
    assert.equal("deleted", answers[3].action)
    assert.equal("retry", answers[4].action)
    assert.equal("issue", answers[5].action)
    assert.equal("'email' is not a valid e-mail address", answers[5].message)
  end)

  it("sends batches of at most 100", function()
    local changes = {}
    for index = 1, 250 do
      local id = tostring(index)
      changes[index] = { object = "citizen", object_id = id, mapped_id = id, fields = { phone = "1" } }
    end
    hello.http:on("POST", "/citizen", { json = {} })
    hello:execute(changes)
    local sizes = {}
    for index, request in ipairs(hello.http.requests) do
      sizes[index] = #request.json
    end
    assert.same({ 100, 100, 50 }, sizes)
  end)

  it("leaves unanswered what a refused batch had", function()
    hello.http:on("POST", "/citizen", { status = 413, json = { error = "too many" } })
    assert.error_matches(function()
      hello:execute { { object = "citizen", object_id = "1", mapped_id = "1", fields = { phone = "1" } } }
    end, "POST /citizen: hello.world answered 413")
  end)
end)
