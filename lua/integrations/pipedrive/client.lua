--- What is particular to Pipedrive's persons and organizations: first and last names, and e-mails
-- and phones, which are lists. The API itself is the library `pipedrive`.
local lists = require "pipedrive.lists"
local names = require "names"
local pipedrive = require "pipedrive"
local values = require "values"

local M = {}

--- The entries of lists that are fields.
M.LISTED = { "email", "email work", "email home", "phone", "phone work", "phone mobile", "phone home" }

local CONSENT = "marketing_status"
local LISTED, NAMES = {}, { first_name = true, last_name = true }
for _, name in ipairs(M.LISTED) do
  LISTED[name] = true
end

--- Parameters of requests for lists.
function M.query(object)
  return { include_fields = object == "persons" and CONSENT or nil }
end

--- The fields of a record.
function M.fields(object, record)
  local fields = pipedrive.flat(object, record)
  if object == "persons" then
    fields.first_name, fields.last_name = pipedrive.names(record)
    fields[CONSENT] = record[CONSENT]
    for _, name in ipairs(M.LISTED) do
      fields[name] = lists.get(record, name)
    end
  end
  return fields
end

-- The other entries of lists, and the other name, are those of the record that is there.
local function needs_current(written)
  for name in pairs(written) do
    if LISTED[name] or NAMES[name] then
      return true
    end
  end
  return false
end

--- What is sent so that a record has these fields; nil if it is gone.
function M.record(object, id, written)
  local current = object == "persons" and id and needs_current(written) and pipedrive.one(object, id) or {}
  if id and object == "persons" and needs_current(written) and not current.id then
    return nil
  end
  local record = pipedrive.record(object, written)
  -- nobody is subscribed without consent
  record[CONSENT] = (id or written[CONSENT] ~= "subscribed") and written[CONSENT] or nil
  for name, value in pairs(written) do
    if LISTED[name] then
      lists.put(record, current, name, value)
    end
  end
  if written.first_name ~= nil or written.last_name ~= nil then
    record.first_name, record.last_name = nil, nil -- only the whole name can be written
    local old = current.name and names.join(pipedrive.names(current))
    record.name = names.change(old, written.first_name, written.last_name)
  end
  return id and record or values.known(record)
end

return M
