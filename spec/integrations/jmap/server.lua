--- A JMAP server for specs: answers method calls by functions, as Cyrus 3.6 would.
local tandem = require "tandem"

local M = {}

--- An integration behind a server with these methods: name -> function(arguments) that returns the
-- method's result, or nil and the type of an error. `asked` collects the calls as `{method, arguments}`.
function M.new(methods)
  local jmap = tandem.integration("jmap", { config = { base_url = "https://mail.test/jmap" } })
  local asked = {}
  jmap.http:on("POST", "/", function(request)
    local responses = {}
    for index, call in ipairs(request.json.methodCalls) do
      asked[#asked + 1] = { method = call[1], arguments = call[2] }
      local result, failure = methods[call[1]](call[2])
      responses[index] = result and { call[1], result, call[3] } or { "error", { type = failure }, call[3] }
    end
    return { json = { methodResponses = responses, sessionState = "0" } }
  end)
  return jmap, asked
end

--- A contact as Cyrus shows it: everything is there, most of it empty.
function M.contact(id, members)
  local contact = {
    id = id, uid = id, firstName = "", lastName = "", prefix = "", suffix = "", company = "", department = "",
    jobTitle = "", nickname = "", notes = "", birthday = "0000-00-00", anniversary = "0000-00-00",
    emails = {}, phones = {}, addresses = {}, online = {},
  }
  for name, value in pairs(members or {}) do
    contact[name] = value
  end
  return contact
end

--- A result of Contact/get.
function M.got(contacts, state)
  return { state = state or "19", list = contacts, notFound = {} }
end

return M
