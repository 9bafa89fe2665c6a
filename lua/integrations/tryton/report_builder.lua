--- What was created or changed in the window: pages by id, so that nothing is missed while parties
-- change. Archived parties count as deleted; those that were deleted vanish without a trace.
local batch = require "batch"
local client = require "client"
local pagination = require "pagination"
local party = require "party"

local M = {}

local function add_party(report, requested, item)
  if not party.is_active(item) then
    return report:add_deleted(requested.name, item.id)
  end
  local fields, times = party.fields(item, requested.fields)
  report:add_object {
    object = requested.name, id = item.id, changed_at = party.changed_at(item),
    fields = fields, field_changed_at = times,
  }
  if fields.employer and fields.employer ~= json.null then
    report:add_relation {
      object = requested.name, id = item.id, field = "employer",
      to_object = "organisation", to_id = fields.employer,
    }
  end
end

--- One page of each object.
function M.build(request, report)
  local walk = pagination.walk(request)
  for requested, after in walk:objects() do
    for ids in batch.of(client.BATCH_SIZE, requested.ids or {}) do
      for _, item in ipairs(client.by_ids(ids)) do
        add_party(report, requested, item)
      end
    end
    if not requested.ids then
      after = math.tointeger(after or 0)
      local page = client.changed_page(requested.name, requested.from, requested.to, after)
      for _, item in ipairs(page) do
        add_party(report, requested, item)
      end
      walk:go_on(requested, #page == client.BATCH_SIZE and page[#page].id or nil)
    end
  end
  walk:finish(report)
end

return M
