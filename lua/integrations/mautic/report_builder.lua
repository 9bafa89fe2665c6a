--- What was created, changed or deleted in Mautic.
local batch = require "batch"
local client = require "client"
local crm = require "crm"
local values = require "values"

local M = {}

-- Companies to ask for in one request: names are long, and URLs must not be.
local NAMES = 20

-- A contact's values are in groups, and all of them in one more.
local function flat(item)
  local fields = {}
  for group, members in pairs(item.fields) do
    for name, value in pairs(members) do
      if group == "all" then
        fields[name] = value
      elseif type(value) == "table" and fields[name] == nil then
        fields[name] = value.value
      end
    end
  end
  return fields
end

local function wants(requested, pattern)
  for _, name in ipairs(crm.wanted(requested, {})) do
    if name:find(pattern) then
      return true
    end
  end
  return false
end

-- Who has no entry may be contacted.
local function add_consent(fields, requested, item)
  if type(item.doNotContact) ~= "table" then
    return
  end
  for _, name in ipairs(crm.wanted(requested, {})) do
    local channel = name:match("^dnc_(.+)$")
    fields[name] = channel and 0 or fields[name]
    for _, entry in pairs(item.doNotContact) do
      if channel and entry.channel == channel then
        fields[name] = tonumber(entry.reason)
      end
    end
  end
end

-- Visitors of whom nothing is known are contacts in Mautic, too.
local function is_anonymous(fields)
  return values.is_empty(fields.email) and values.is_empty(fields.firstname) and values.is_empty(fields.lastname)
    and values.is_empty(fields.company) and values.is_empty(fields.phone) and values.is_empty(fields.mobile)
end

-- Companies always show null dates: that the window's filter finds them is all that is known.
local function changed_at(item)
  return values.present(item.dateModified, item.dateAdded)
end

local function add(report, requested, item)
  local at, fields = changed_at(item), flat(item)
  local later = at and not requested.ids and datetime.compare(at, requested.to) >= 0
  if later or (requested.name == "contact" and is_anonymous(fields)) then
    return
  end
  add_consent(fields, requested, item)
  report:add_object { object = requested.name, id = item.id, changed_at = at, fields = fields }
end

-- A contact shows the name of its company, not its id.
local function add_companies(report, items)
  local contacts, names = {}, {}
  for _, item in ipairs(items) do
    local name = flat(item).company
    if not values.is_empty(name) then
      names[#names + 1] = not contacts[name] and name or nil
      contacts[name] = contacts[name] or {}
      table.insert(contacts[name], item)
    end
  end
  for some in batch.of(NAMES, names) do
    for name, id in pairs(client.company_ids(some)) do
      for _, item in ipairs(contacts[name] or {}) do
        report:add_relation {
          object = "contact", id = item.id, field = "company", to_object = "company", to_id = id,
        }
      end
    end
  end
end

--- Fills the report with one page of each object.
function M.build(request, report)
  local companies = crm.requested(request, "company")
  crm.report(request, report, {
    page = function(requested, after)
      local minimal = not wants(requested, "^dnc_") -- leaves out what is not needed
      local items = client.changed(requested.name, requested.from, after, minimal)
      if companies and requested.name == "contact" and wants(requested, "^company$") then
        add_companies(report, items)
      end
      return items
    end,
    one = function(requested, id) return client.one(requested.name, id) end,
    add = function(requested, item) add(report, requested, item) end,
    begin = function(requested)
      if config.deletions ~= false then
        for id in client.deleted(requested.name, requested.from) do
          report:add_deleted(requested.name, id)
        end
      end
    end,
  })
end

return M
