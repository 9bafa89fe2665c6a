--- A party as flat fields, and what to write so that it has them. The first active contact mechanism of a
-- type is the field of that name; others of the type are left alone.
local names = require "names"
local orders = require "orders"
local organisations = require "organisations"
local parts = require "tryton.parts"
local tryton = require "tryton"
local values = require "values"

local M = {}

-- The fields that are no contact mechanisms.
local OTHERS = { name = true, code = true, first_name = true, last_name = true, employer = true }

local function mechanism(record, type)
  return parts.first(record, "contact_mechanisms", function(part)
    return part.type == type and tryton.is_active(part)
  end)
end

local function employment(record)
  return parts.first(record, "relations", function(part)
    return part["type."].name == config.employer_relation
  end)
end

--- The fields, and when those changed that are records of their own.
function M.fields(record, wanted)
  local fields, times = { name = record.name, code = record.code }, {}
  fields.first_name, fields.last_name = names.split(record.name)
  for _, name in ipairs(wanted) do
    if fields[name] == nil then
      local part = name == "employer" and employment(record) or mechanism(record, name)
      fields[name] = part and (part.to or part.value) or json.null
      times[name] = part and tryton.changed_at(part)
    end
  end
  return fields, times
end

-- A person who works somewhere else has another relation.
local function write_employer(record, relation)
  local part, commands = employment(record), json.array {}
  commands[1] = part and { "delete", { part.id } }
  commands[#commands + 1] = relation and { "create", { relation } }
  return commands
end

--- What to write so that a record (nil: a new one) is as the change wants it; `employments` as of
-- organisations.lua.
function M.patch(change, record, employments)
  local fields, mechanisms = orders.fields(change), json.array {}
  for name, value in pairs(fields) do
    if not OTHERS[name] then
      mechanisms[#mechanisms + 1] = parts.command(mechanism(record, name), "value", value, { type = name })
    end
  end
  return {
    name = fields.name or names.change(record and record.name, fields.first_name, fields.last_name),
    categories = change.object == "organisation" and not record and organisations.categories() or nil,
    contact_mechanisms = mechanisms,
    relations = fields.employer ~= nil and write_employer(record, employments[fields.employer]) or nil,
  }
end

--- Is this record what the change would have made? (Phone numbers are written in Tryton's own way.)
function M.is_like(record, change)
  local part = mechanism(record, "email")
  return values.trim(record.name) == values.trim(M.patch(change, nil, {}).name)
    and (part and part.value or "") == (values.present(change:fields().email) or "")
end

return M
