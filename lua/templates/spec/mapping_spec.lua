-- Specs that are particular to {{name}}: how its values are converted to ours and back.
local tandem = require "tandem"

describe("{{name}}", function()
  local api

  before_each(function()
    api = tandem.integration("{{name}}")
  end)

  it("reads {{kind_field}}", function()
    api.http:on("GET", "/{{object}}/7", {
      json = { id = 7, updated_at = "2026-02-01T02:03:04Z", {{kind_field}} = "{{kind_value}}" },
    })
    local report = api:report { ids = { {{object_key}} = { "7" } }, objects = { "{{object}}" } }
    local found = report:object("{{object}}", "7")
    assert.equal("2026-02-01T02:03:04Z", found.changed_at)
    assert.same({ type = "{{kind_type}}", value = "{{kind_value}}" }, found.fields.{{kind_field}})
  end)

  it("sends what changed, and no more", function()
    api.http:on("PATCH", "/{{object}}/7", { json = { id = 7 } })
    local answers = api:execute {
      { object = "{{object}}", object_id = "7", fields = { {{kind_field}} = "{{kind_value}}", phone = "1" },
        changed = { "phone" } },
    }
    assert.equal("updated", answers[1].action)
    assert.same({ phone = "1" }, api.http.requests[1].json)
  end)

  it("sends what is required along", function()
    api.http:on("PATCH", "/{{object}}/7", { json = { id = 7 } })
    api:execute {
      { object = "{{object}}", object_id = "7", fields = { {{kind_field}} = "{{kind_value}}", phone = "1" },
        changed = { "phone" }, required = { "{{kind_field}}" } },
    }
    assert.same({ {{kind_field}} = "{{kind_value}}", phone = "1" }, api.http.requests[1].json)
  end)
end)
