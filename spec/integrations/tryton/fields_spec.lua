local server = dofile "spec/integrations/tryton/server.lua"

describe("tryton fields", function()
  local function names(object)
    local types = {}
    for _, field in ipairs(server.new({}):fields(object)) do
      types[field.name] = field.type
    end
    return types
  end

  it("has one for each type of contact mechanism", function()
    local person = names "person"
    assert.equal("email", person.email)
    assert.equal("phone", person.mobile)
    assert.equal("url", person.website)
    assert.equal("string", person.other)
  end)

  it("has two names for persons, and one for organisations", function()
    assert.equal("string", names("person").first_name)
    assert.is_nil(names("person").name)
    assert.equal("string", names("organisation").name)
  end)

  it("has an employer for persons only", function()
    assert.equal("string", names("person").employer)
    assert.is_nil(names("organisation").employer)
  end)

  it("says that what the configuration names is not there", function()
    local tryton = server.new { ["category.search"] = function() return {} end }
    local ran, message = pcall(tryton.fields, tryton, "person")
    assert.is_false(ran)
    assert.matches("no party.category with the name 'Organisation': add it there", message, 1, true)
  end)
end)
