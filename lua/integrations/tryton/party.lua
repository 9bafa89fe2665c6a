--- A party as flat fields, and what to write so that it has them. The first active contact mechanism
-- of a type is the field of that name; others of the type are left alone.
local client = require "client"
local names = require "names"
local values = require "values"

local M = {}

--- Not archived? (On SQLite, booleans are 1 and 0.)
function M.is_active(record)
  return record.active ~= false and record.active ~= 0
end

--- When the party or one of its parts was changed.
function M.changed_at(party)
  local latest = client.changed_at(party)
  for _, parts in ipairs { party["contact_mechanisms."], party["relations."] } do
    for _, part in ipairs(parts) do
      local at = client.changed_at(part)
      latest = at > latest and at or latest
    end
  end
  return latest
end

local function mechanism(party, type)
  for _, record in ipairs(party["contact_mechanisms."] or {}) do
    if record.type == type and M.is_active(record) then
      return record.value, record
    end
  end
end

-- Each gives the value, and the record that it is in if that is not the party.
local READ = {
  name = function(party) return party.name end,
  code = function(party) return party.code end,
  first_name = function(party) return (names.split(party.name)) end,
  last_name = function(party) return select(2, names.split(party.name)), nil end,
  employer = function(party)
    for _, record in ipairs(party["relations."] or {}) do
      if record["type."].name == config.employer_relation then
        return tostring(record.to), record
      end
    end
  end,
}

--- The wanted fields, and when those changed that are records of their own.
function M.fields(party, wanted)
  local fields, times = {}, {}
  for _, name in ipairs(wanted) do
    local value, record = (READ[name] or mechanism)(party, name)
    fields[name] = value == nil and json.null or value
    times[name] = record and client.changed_at(record)
  end
  return fields, times
end

-- Parts are written by commands.
local function write_mechanism(commands, party, type, value)
  local _, record = mechanism(party, type)
  if not values.is_empty(value) then
    commands[#commands + 1] = record and { "write", { record.id }, { value = value } }
      or { "create", { { type = type, value = value } } }
  elseif record then
    commands[#commands + 1] = { "delete", { record.id } }
  end
end

local function write_employer(commands, party, relation)
  local _, record = READ.employer(party)
  commands[1] = record and { "delete", { record.id } }
  commands[#commands + 1] = relation and { "create", { relation } }
end

local function write_name(fields, party)
  if fields.first_name == nil and fields.last_name == nil then
    return fields.name
  end
  local first, last = names.split(party.name)
  return names.join(
    fields.first_name == nil and first or values.present(fields.first_name) or "",
    fields.last_name == nil and last or values.present(fields.last_name) or "")
end

--- What to write so that the party (`{}`: a new one) has these fields; `employments` as of the client.
function M.patch(fields, party, employments)
  local mechanisms, relations = json.array {}, json.array {}
  for name, value in pairs(fields) do
    if name == "employer" then
      write_employer(relations, party, employments[value])
    elseif not READ[name] then
      write_mechanism(mechanisms, party, name, value)
    end
  end
  return {
    name = write_name(fields, party), contact_mechanisms = mechanisms,
    relations = relations[1] and relations,
  }
end

return M
