--- A Tryton for specs: answers JSON-RPC by functions, as Tryton 6.0 would.
local tandem = require "tandem"

local M = {}

-- party.contact_mechanism.fields_get, as far as it is read.
local MECHANISM = { type = { selection = {
  { "phone", "Phone" }, { "mobile", "Mobile" }, { "email", "E-Mail" }, { "website", "Website" },
  { "other", "Other" },
} } }

-- What is asked besides, and not told of: what the configuration names is there, and there were no records.
local DEFAULTS = {
  ["category.search"] = { 1 }, ["relation.type.search"] = { 3 },
  ["party.search_count"] = 0, ["party.search"] = {},
  ["contact_mechanism.search_count"] = 0, ["contact_mechanism.search"] = {},
  ["relation.all.search_count"] = 0, ["relation.all.search"] = {},
}


--- An integration behind a server with these methods: name (without "model.party.") -> function(params)
-- that returns a result, or nil and an error `{kind, detail}`. `asked` collects the calls as
-- `{method, params}`.
function M.new(methods)
  local tryton = tandem.integration("tryton", { config = {
    base_url = "https://erp.test/crm",
    organisation_category = "Organisation", employer_relation = "Employee Of",
  } })
  local asked = {}
  tryton.http:on("POST", "/", function(request)
    local method, params = request.json.method:gsub("^model%.party%.", ""), request.json.params
    if method == "contact_mechanism.fields_get" then
      return { json = { id = 1, result = MECHANISM } }
    end
    if DEFAULTS[method] and not methods[method] then
      return { json = { id = 1, result = DEFAULTS[method] } }
    end
    asked[#asked + 1] = { method = method, params = params }
    local result, failure = methods[method](params)
    if result == nil then
      result = tandem.null
    end
    return { json = failure and { id = 1, error = failure } or { id = 1, result = result } }
  end)
  return tryton, asked
end

--- An instant of 2026-01-DAY, with microseconds.
function M.at(day, microsecond)
  return { __class__ = "datetime", year = 2026, month = 1, day = day, hour = 10, minute = 0, second = 0,
    microsecond = microsecond or 0 }
end

--- A party as search_read shows it: never written, with mechanisms `{type, value, written}` and the id of
-- its employer.
function M.party(id, name, mechanisms, employer)
  local party = {
    id = id, name = name, code = tostring(id), active = 1, create_date = M.at(1), write_date = tandem.null,
    _timestamp = "100." .. id, ["contact_mechanisms."] = {}, ["relations."] = {},
  }
  for index, mechanism in ipairs(mechanisms or {}) do
    party["contact_mechanisms."][index] = {
      id = 10 * id + index, type = mechanism[1], value = mechanism[2], active = 1, create_date = M.at(1),
      write_date = mechanism[3] or tandem.null, _timestamp = "200." .. index,
    }
  end
  if employer then
    party["relations."][1] = {
      id = 7, to = employer, create_date = M.at(1), write_date = tandem.null,
      ["type."] = { id = 3, name = "Employee Of" },
    }
  end
  return party
end

return M
