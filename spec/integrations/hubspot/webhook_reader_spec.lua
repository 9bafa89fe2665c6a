local tandem = require "tandem"

describe("hubspot webhook reader", function()
  local hubspot = tandem.integration("hubspot")

  it("names the record of each event", function()
    assert.same({ { object = "contacts", id = "101" }, { object = "companies", id = "7" },
      { object = "contacts", id = "102" } }, hubspot:deliver {
      { subscriptionType = "contact.propertyChange", objectId = 101, propertyName = "email", portalId = 1 },
      { subscriptionType = "company.creation", objectId = 7 },
      { eventType = "contact.deletion", objectId = 102, subscriptionId = 9 },
    })
  end)

  it("knows the objects of generic events by their types", function()
    assert.same({ { object = "companies", id = "7" } }, hubspot:deliver {
      { subscriptionType = "object.propertyChange", objectTypeId = "0-2", objectId = 7 },
      { subscriptionType = "object.creation", objectTypeId = "0-3", objectId = 8 },
    })
  end)

  it("names the contact of an association", function()
    assert.same({ { object = "contacts", id = "101" } }, hubspot:deliver {
      { subscriptionType = "contact.associationChange", associationType = "CONTACT_TO_COMPANY",
        fromObjectId = 101, toObjectId = 7 },
    })
  end)

  it("names all who were merged, and who is left", function()
    assert.same({ { object = "contacts", id = "101" }, { object = "contacts", id = "103" },
      { object = "contacts", id = "102" }, { object = "contacts", id = "103" } }, hubspot:deliver {
      { subscriptionType = "contact.merge", objectId = 101, primaryObjectId = 101, mergedObjectIds = { 102 },
        newObjectId = 103, numberOfPropertiesMoved = 3 },
    })
  end)

  it("names nothing of what is not synced", function()
    assert.same({}, hubspot:deliver { { subscriptionType = "deal.creation", objectId = 1 } })
    assert.same({}, hubspot:deliver {})
  end)

  it("refuses what is no JSON", function()
    assert.has_error(function() hubspot:deliver "events" end)
  end)
end)
