--- What was created or changed in the window: pages by id, so that nothing is missed while parties
-- change. Archived parties count as deleted; parties that were deleted vanish without a trace.
local batch = require "batch"
local client = require "client"
local pagination = require "pagination"
local party = require "party"

local M = {}

local function add_party(report, requested, item)
  local id = tostring(item.id)
  if not party.is_active(item) then
    return report:add_deleted(requested.name, id)
  end
  local fields, times = party.fields(item, requested.fields)
  report:add_object {
    object = requested.name, id = id, changed_at = party.changed_at(item),
    fields = fields, field_changed_at = times,
  }
  if math.type(fields.employer) == "integer" then
    report:add_relation {
      object = requested.name, id = id, field = "employer",
      to_object = "organisation", to_id = tostring(fields.employer),
    }
  end
end

local function wants_employer(requested)
  for _, name in ipairs(requested.fields) do
    if name == "employer" then
      return true
    end
  end
  return false
end

local function add_named(report, requested)
  for ids in batch.of(client.BATCH_SIZE, requested.ids) do
    for index, id in ipairs(ids) do
      ids[index] = math.tointeger(tonumber(id))
    end
    for _, item in ipairs(client.by_ids(ids, wants_employer(requested))) do
      add_party(report, requested, item)
    end
  end
end

--- One page of each object.
function M.build(request, report)
  local walk = pagination.walk(request)
  for requested, after in walk:objects() do
    if requested.ids then
      add_named(report, requested)
    else
      local page = client.changed_page(requested.name, requested.from, requested.to,
        math.tointeger(tonumber(after)), wants_employer(requested))
      for _, item in ipairs(page) do
        add_party(report, requested, item)
      end
      walk:go_on(requested, #page == client.BATCH_SIZE and page[#page].id or nil)
    end
  end
  walk:finish(report)
end

return M
