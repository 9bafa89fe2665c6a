local tandem = require "tandem"

-- An API whose contacts have the id of their company, and a script that asks the engine for it.
local MANIFEST = [[
return { name = "crm", display_name = "CRM", version = "1", api = 1,
         objects = { %s } }
]]
local ACCOUNT = '{ name = "account", internal = "company" }'
local PERSON = '{ name = "person", internal = "contact" }'
local REPORTS = [[
local M = {}
function M.build(request, report)
  for _, asked in ipairs(request.objects) do
    local listed = request.iteration == 1 and http.get("/" .. asked.name):json() or {}
    for _, record in ipairs(listed) do
      report:add_object { object = asked.name, id = record.id, changed_at = record.at,
                          fields = { name = record.name, email = record.email,
                                     account = record.account_empty and json.null or nil } }
      if record.account then
        report:add_relation { object = asked.name, id = record.id, field = "account",
                              to_object = "account", to_id = record.account }
      end
    end
  end
end
return M
]]
local ORDERS = [[
local M = {}
function M.execute(order)
  for object in order:objects() do
    for change in order:changes(object) do
      local fields = change:fields()
      if object == "person" then
        local account = change:reference("account")
        fields.account = account and (account.object .. " " .. account.id) or nil
      end
      local answer = http.post("/" .. object, { json = { id = change.object_id, fields = fields } }):json()
      if change.object_id then
        order:update_last_sync_date(change)
      else
        order:add_object_mapping(change, object, answer.id)
      end
    end
  end
end
return M
]]
local FIELDS = [[
local FIELDS = {
  account = { { name = "name", type = "string" } },
  person = { { name = "email", type = "email" }, { name = "account", type = "string" } },
}
return { list = function(object) return FIELDS[object] end }
]]
local MAPPING = {
  account = { name = { "companyname", required = true } },
  person = { email = { "email", required = true }, account = "company" },
}

describe("change:reference", function()
  local home

  local function write(path, text)
    local file = assert(io.open(home .. "/lua/integrations/crm/" .. path, "w"))
    file:write(text)
    file:close()
  end

  local function crm(objects, listed)
    write("integration.lua", MANIFEST:format(table.concat(objects, ", ")))
    local made = tandem.integration("crm", { home = home, mapping = MAPPING })
    made.http:on("GET", "/{object}", function(request)
      local records = (listed or {})[request.params.object]
      return records and { json = records } or { body = "[]" }
    end)
    made.http:on("POST", "/{object}", function(request)
      return { json = { id = request.json.id or (request.params.object .. #made.http.requests) } }
    end)
    return made
  end

  -- What was sent for persons, in order.
  local function accounts(made)
    local sent = {}
    for index, request in ipairs(made.http:sent("POST", "/person")) do
      sent[index] = request.json.fields.account or false
    end
    return sent
  end

  setup(function()
    home = os.tmpname()
    os.remove(home)
    os.execute(("mkdir -p '%s/lua/integrations/crm' '%s/config/integrations'"):format(home, home))
    write("fields.lua", FIELDS)
    write("report_builder.lua", REPORTS)
    write("order_executioner.lua", ORDERS)
  end)
  teardown(function() os.execute(("rm -r '%s'"):format(home)) end)

  it("tells the record that a company has got in the same order", function()
    local made = crm({ ACCOUNT, PERSON })
    made.store:add("contact", { email = "ann@x.test", company = "Acme" })
    made.store:add("company", { companyname = "Acme" })
    made:sync()
    assert.same("account", accounts(made)[1]:match("^%a+"))
    assert.equal(1, #accounts(made))
  end)

  it("tells the record of a company that was linked before", function()
    local made = crm({ ACCOUNT, PERSON })
    made.store:add("company", { companyname = "Acme" })
    made:sync()
    made.store:add("contact", { email = "ann@x.test", company = "ACME" })
    made:sync()
    assert.equal("account " .. made.store:mappings()[1].integration_id, accounts(made)[1])
  end)

  it("tells nothing of a name that is no company here, or that several have", function()
    local made = crm({ ACCOUNT, PERSON })
    made.store:add("company", { companyname = "Twice" })
    made.store:add("company", { companyname = "twice" })
    made.store:add("contact", { email = "ann@x.test", company = "Acme" })
    made.store:add("contact", { email = "bob@x.test", company = "Twice" })
    made:sync()
    assert.same({ false, false }, accounts(made))
  end)

  it("is followed by the reference in the same run where the company is made after the contact", function()
    local made = crm({ PERSON, ACCOUNT })
    made.store:add("contact", { email = "ann@x.test", company = "Acme" })
    made.store:add("company", { companyname = "Acme" })
    made:sync()
    assert.same({ false, "account " .. made.store:mappings()[2].integration_id }, accounts(made))
    assert.equal(0, made:sync().writes)
  end)

  it("is followed by the reference in a later run", function()
    local made = crm({ ACCOUNT, PERSON })
    local contact = made.store:add("contact", { email = "ann@x.test", company = "Acme" })
    made.store:add("company", { companyname = "Acme" })
    made:sync { internal_ids = { "contact:" .. contact } }
    assert.same({ false }, accounts(made))
    made:sync()
    assert.same({ false, "account " .. made.store:mappings()[2].integration_id }, accounts(made))
    assert.equal(0, made:sync().writes)
  end)

  it("is followed by the reference where the company is linked by a pull", function()
    local listed = {}
    local made = crm({ ACCOUNT, PERSON }, listed)
    local contact = made.store:add("contact", { email = "ann@x.test", company = "Acme" })
    made.store:add("company", { companyname = "Acme" })
    made:sync { internal_ids = { "contact:" .. contact } }
    listed.account = { { id = "a9", name = "Acme" } }
    made:sync()
    assert.same({ false, "account a9" }, accounts(made))
  end)

  it("neither repeats what waits nor lets an empty field win meanwhile", function()
    local listed = {}
    local made = crm({ ACCOUNT, PERSON }, listed)
    local contact = made.store:add("contact", { email = "ann@x.test", company = "Acme" })
    made.store:add("company", { companyname = "Acme" })
    made:sync { internal_ids = { "contact:" .. contact } }
    local person = made.store:mappings()[1].integration_id
    listed.person = {
      { id = person, email = "ann@x.test", account_empty = true, at = "2027-01-01T00:00:00Z" },
    }
    for _ = 1, 3 do
      made:sync { internal_ids = { "contact:" .. contact } }
    end
    assert.same({ false }, accounts(made))
    assert.equal("Acme", made.store:get("contact", contact).company)
  end)

  it("follows an edit whose company is not there yet", function()
    local made = crm({ PERSON, ACCOUNT })
    made.store:add("company", { companyname = "Acme" })
    made:sync()
    local contact = made.store:add("contact", { email = "ann@x.test", company = "Acme" })
    made:sync()
    made.store:add("company", { companyname = "Bolt" })
    made.store:set("contact", contact, { company = "Bolt" })
    made:sync()
    local sent = accounts(made)
    assert.equal(3, #sent)
    assert.is_false(sent[2])
    assert.not_equal(sent[1], sent[3])
    assert.equal(0, made:sync().writes)
  end)

  it("can be stated in a spec", function()
    local made = crm({ ACCOUNT, PERSON })
    made:execute {
      { object = "person", fields = { email = "ann@x.test", account = "Acme" },
        references = { account = { object = "account", id = 7 } } },
      { object = "person", fields = { email = "bob@x.test", account = "Acme" } },
    }
    assert.same({ "account 7", false }, accounts(made))
  end)

  it("is refused in a spec for a field that the change does not have", function()
    local made = crm({ ACCOUNT, PERSON })
    assert.error_matches(function()
      made:execute { { object = "person", fields = { email = "ann@x.test" },
                       references = { account = { object = "account", id = 7 } } } }
    end, "the field 'account' is not among the change's fields")
  end)
end)
