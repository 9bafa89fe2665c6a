local tandem = require "tandem"

local OBJECTS = "/crm/objects/2026-09/contacts"

local function contact(id, properties)
  return {
    id = id, properties = properties, archived = false,
    createdAt = "2026-03-01T00:00:00Z", updatedAt = "2026-03-09T00:00:00Z",
  }
end

local function open(pages)
  local hubspot = tandem.integration("hubspot")
  hubspot.http:on("POST", "/crm/associations/2026-09/contacts/companies/batch/read", { json = { results = {
    { from = { id = "1" }, to = { { toObjectId = "50", associationTypes = {
      { category = "HUBSPOT_DEFINED", typeId = 279 }, { category = "HUBSPOT_DEFINED", typeId = 1 } } } } },
  } } })
  hubspot.http:on("POST", OBJECTS .. "/search", function(request)
    local after = request.json.filterGroups[1].filters[2]
    return { json = { total = 2, results = pages[after and after.value or "0"] or {} } }
  end)
  hubspot.http:on("POST", OBJECTS .. "/batch/read", function(request)
    local results = {}
    for index, input in ipairs(request.json.inputs) do
      local properties = { email = input.id .. "@x.test", city = "", hs_merged_object_ids = "7;8" }
      results[index] = contact(input.id, properties)
    end
    return { json = { results = results } }
  end)
  hubspot.http:on("GET", OBJECTS, { json = { results = {
    { id = "3", archivedAt = "2026-03-09T12:00:00Z" }, { id = "4", archivedAt = "2020-01-01T00:00:00Z" },
  } } })
  return hubspot
end

local WINDOW = { objects = { "contacts" }, from = "2026-03-08T00:00:00Z" }

describe("hubspot report builder", function()
  it("asks for each page by a search of its own, and reads what it found", function()
    local hubspot = open { ["0"] = { { id = "1" } }, ["1"] = { { id = "2" } } }
    local reports = hubspot:reports(WINDOW)
    assert.equal("1@x.test", reports[1]:object("contacts", "1").fields.email.value)
    assert.equal("2@x.test", reports[2]:object("contacts", "2").fields.email.value)
    for _, request in ipairs(hubspot.http:sent("POST", OBJECTS .. "/search")) do
      assert.equal("0", request.json.after)
    end
  end)

  it("reports the primary company, and who was merged", function()
    local report = open({ ["0"] = { { id = "1" } } }):report(WINDOW)
    assert.equal("50", report.relations[1].to_id)
    assert.equal(2, #report.merges)
  end)

  it("takes an empty text for empty", function()
    local city = open({ ["0"] = { { id = "1" } } }):report(WINDOW):object("contacts", "1").fields.city
    assert.equal(tandem.null, city.value)
  end)

  it("reports what was archived in the window, and nothing older", function()
    local reports = open({}):reports(WINDOW)
    local deleted = {}
    for _, report in ipairs(reports) do
      table.move(report.deleted, 1, #report.deleted, #deleted + 1, deleted)
    end
    assert.equal(1, #deleted)
    assert.equal("3", deleted[1].id)
  end)
end)
