local tandem = require "tandem"

describe("pipedrive webhook reader", function()
  local pipedrive = tandem.integration("pipedrive")

  local function deliver(meta)
    return pipedrive:deliver { meta = meta, data = tandem.null, previous = tandem.null }
  end

  it("names the record of a delivery", function()
    assert.same({ { object = "persons", id = "12" } },
      deliver { action = "change", entity = "person", entity_id = "12", version = "2.0" })
    assert.same({ { object = "organizations", id = "3" } },
      deliver { action = "create", entity = "organization", entity_id = 3, merged_to_id = tandem.null })
  end)

  it("names who is left of a merge as well", function()
    assert.same({ { object = "persons", id = "12" }, { object = "persons", id = "13" } },
      deliver { action = "delete", entity = "person", entity_id = "12", merged_to_id = 13 })
  end)

  it("names nothing of what is not synced", function()
    assert.same({}, deliver { action = "change", entity = "deal", entity_id = "12" })
  end)

  it("refuses what is no delivery", function()
    assert.has_error(function() pipedrive:deliver "[]" end)
  end)
end)
