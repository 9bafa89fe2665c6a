--- A party as flat fields, and what to write so that it has them. The first active contact mechanism
-- of a type is the field of that name; others of the same type are left alone.
local client = require "client"
local names = require "names"
local values = require "values"

local M = {}

-- Booleans are 1 and 0 on SQLite.
local function is_active(record)
  return record.active ~= false and record.active ~= 0
end

local function mechanism_of(party, type)
  for _, mechanism in ipairs(party["contact_mechanisms."]) do
    if mechanism.type == type and is_active(mechanism) then
      return mechanism
    end
  end
end

local function employment_of(party)
  for _, relation in ipairs(party["relations."] or {}) do
    if relation["type."].name == client.EMPLOYEE_OF then
      return relation
    end
  end
end

M.is_active = is_active

--- When the party or one of its parts was changed.
function M.changed_at(party)
  local latest = client.changed_at(party)
  for _, parts in ipairs { party["contact_mechanisms."], party["relations."] or {} } do
    for _, part in ipairs(parts) do
      local at = client.changed_at(part)
      latest = at > latest and at or latest
    end
  end
  return latest
end

-- ---- Reading ----

local READ = {
  name = function(party) return party.name end,
  code = function(party) return party.code end,
  first_name = function(party) return (names.split(party.name)) end,
  last_name = function(party) return select(2, names.split(party.name)) end,
  employer = function(party)
    local employment = employment_of(party)
    return employment and employment.to, employment
  end,
}

--- The wanted fields, and when those changed that are records of their own.
function M.fields(party, wanted)
  local fields, times = {}, {}
  for _, name in ipairs(wanted) do
    local value, record
    if READ[name] then
      value, record = READ[name](party)
    else
      record = mechanism_of(party, name)
      value = record and record.value
    end
    fields[name] = value == nil and json.null or value
    times[name] = record and client.changed_at(record)
  end
  return fields, times
end

-- ---- Writing ----

-- One2many fields are written by commands.
local function mechanism_command(mechanism, type, value)
  if values.is_empty(value) then
    return mechanism and { "delete", { mechanism.id } }
  elseif mechanism then
    return { "write", { mechanism.id }, { value = value } }
  end
  return { "create", { { type = type, value = value } } }
end

-- nil, and what is wrong, if there is no such organisation.
local function employment_commands(employment, employer)
  local commands = json.array { employment and { "delete", { employment.id } } }
  if values.is_empty(employer) then
    return commands
  end
  local id = client.organisation_named(employer)
  if not id then
    return nil, ("Tryton has no organisation, or several, of the name '%s': set the employer there"):format(employer)
  end
  commands[#commands + 1] = { "create", { { type = client.employee_of_id(), to = id } } }
  return commands
end

local function write_name(written, fields, party)
  if fields.first_name ~= nil or fields.last_name ~= nil then
    local first, last = names.split(party.name)
    written.name = names.join(
      fields.first_name == nil and first or values.present(fields.first_name) or "",
      fields.last_name == nil and last or values.present(fields.last_name) or "")
  else
    written.name = fields.name
  end
end

--- What to write so that the party (`{}`: a new one) has these fields; and what could not be done.
function M.patch(fields, party)
  local written, mechanisms, problem = {}, json.array {}, nil
  write_name(written, fields, party)
  for name, value in pairs(fields) do
    if name == "employer" then
      written.relations, problem = employment_commands(employment_of(party), value)
    elseif not READ[name] then
      local mechanism = party.id and mechanism_of(party, name)
      mechanisms[#mechanisms + 1] = mechanism_command(mechanism, name, value) or nil
    end
  end
  written.contact_mechanisms = #mechanisms > 0 and mechanisms or nil
  return written, problem
end

--- The versions that are to be overwritten: Tryton refuses the write if one has changed meanwhile.
function M.timestamps(parties)
  local versions = json.object {}
  for _, party in ipairs(parties) do
    versions["party.party," .. party.id] = party._timestamp
    for _, mechanism in ipairs(party["contact_mechanisms."]) do
      versions["party.contact_mechanism," .. mechanism.id] = mechanism._timestamp
    end
  end
  return versions
end

return M
