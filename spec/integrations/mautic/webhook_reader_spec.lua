local tandem = require "tandem"

describe("mautic webhook reader", function()
  local mautic = tandem.integration("mautic")

  it("names the contacts and companies of all events", function()
    local records = mautic:deliver {
      ["mautic.lead_post_save_update"] = { { contact = { id = 12, fields = {} } }, { lead = { id = "13" } } },
      ["mautic.company_post_save"] = { { company = { id = 7 } } },
      timestamp = "2026-03-10T12:00:00+00:00",
    }
    table.sort(records, function(one, other) return one.id < other.id end)
    assert.same({ { object = "contact", id = "12" }, { object = "contact", id = "13" },
      { object = "company", id = "7" } }, records)
  end)

  it("takes one entry that is no list", function()
    assert.same({ { object = "contact", id = "12" } },
      mautic:deliver { ["mautic.lead_post_delete"] = { id = 12, contact = { id = 12 } } })
  end)

  it("names nothing of what was deleted without an id", function()
    assert.same({}, mautic:deliver { ["mautic.lead_post_delete"] = { { contact = { id = tandem.null } } } })
  end)
end)
