--- Records of a Tryton model, with their parts: searching them, and when they were changed.
--
-- A record has two dates, and `write_date` is null until its first change. Its *parts*, records of other
-- models that belong to it, have dates of their own: changing one does not touch the record.
-- @module tryton.records
local calls = require "tryton.calls"
local values = require "values"

local M = {}

--- How many records a page or a batch has.
M.SIZE = 200

--- A context in which archived records are found as well.
M.EVERYTHING = { active_test = false }

local PARTS_OF_DATETIME = { "year", "month", "day", "hour", "minute", "second", "microsecond" }

-- An instant as Tryton has it, to the microsecond.
local function to_datetime(instant)
  local datetime = { __class__ = "datetime" }
  local found = { instant:match("^(%d+)-(%d+)-(%d+)T(%d+):(%d+):(%d+)%.?(%d*)") }
  found[7] = (found[7] .. "000000"):sub(1, 6)
  for index, name in ipairs(PARTS_OF_DATETIME) do
    datetime[name] = math.tointeger(tonumber(found[index]))
  end
  return datetime
end

local function to_instant(datetime)
  return ("%04d-%02d-%02dT%02d:%02d:%02d.%06dZ"):format(datetime.year, datetime.month, datetime.day,
    datetime.hour, datetime.minute, datetime.second, datetime.microsecond or 0)
end

--- An instant in the form of `changed_at`.
function M.instant(instant)
  return to_instant(to_datetime(instant))
end

--- When a record was changed, or else created; as text, of which the later one is the greater one.
function M.changed_at(record)
  return to_instant(values.present(record.write_date, record.create_date))
end

--- Not archived? (On SQLite, booleans are 1 and 0.)
function M.is_active(record)
  return record.active ~= false and record.active ~= 0
end

local function dotted(client)
  local names = { "create_date", "write_date", "_timestamp", table.unpack(client.fields) }
  for _, part in ipairs(client.parts) do
    for _, name in ipairs { "create_date", "write_date", table.unpack(part.fields) } do
      names[#names + 1] = part.name .. "." .. name
    end
  end
  return names
end

--- A page of the records of a domain in the order of the id, archived ones included.
function M.search(client, domain)
  return calls.read(client.model .. ".search_read", domain, 0, M.SIZE, { { "id", "ASC" } }, dotted(client),
    M.EVERYTHING)
end

--- At most `SIZE` records by their ids, as far as they are there and in a domain (nil: any).
function M.named(client, ids, domain)
  local numbers = json.array {}
  for index, id in ipairs(ids) do
    numbers[index] = math.tointeger(tonumber(id)) or 0
  end
  return M.search(client, { { "id", "in", numbers }, domain })
end

local ids = {}

--- The id of the one record of a model with this name, asked for once. Without it, the run ends.
function M.required(model, name)
  local key = model .. " " .. name
  ids[key] = ids[key]
    or calls.read(model .. ".search", { { "name", "=", name } }, 0, 1, json.null, json.object {})[1]
    or error(("Tryton has no %s with the name '%s': add it there"):format(model, name), 0)
  return ids[key]
end

--- Name -> id of the records of a model that have one of these names; of several it is the oldest.
-- @tparam string model
-- @param domain of the records
-- @tparam table names
function M.by_name(model, domain, names)
  local found = {}
  for _, record in ipairs(calls.read(model .. ".search_read", { domain, { "name", "in", names } }, 0,
    json.null, { { "id", "DESC" } }, { "name" }, json.object {})) do
    found[record.name] = record.id
  end
  return found
end

--- A domain: what was changed in a window, the record or one of its parts; `to` is not in it.
function M.changed(client, from, to)
  from, to = to_datetime(from), to_datetime(to)
  local window = { "OR",
    { { "write_date", ">=", from }, { "write_date", "<", to } },
    { { "write_date", "=", json.null }, { "create_date", ">=", from }, { "create_date", "<", to } },
  }
  local domain = { "OR", window }
  for _, part in ipairs(client.parts) do
    domain[#domain + 1] = { part.name, "where", { window } }
  end
  return domain
end

return M
