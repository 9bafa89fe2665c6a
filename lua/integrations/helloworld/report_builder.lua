--- What was created or changed at hello.world: a page of each object in each iteration, until a
-- report is empty.
local client = require "client"
local values = require "values"

local M = {}

-- Records that are requested by their ids; those missing in the answer are gone.
local function named(requested, report)
  local found, there = client.by_ids(requested.name, requested.ids), {}
  for _, item in ipairs(found) do
    there[values.id(item.id)] = true
  end
  for _, id in ipairs(requested.ids) do
    if not there[id] then
      report:add_deleted(requested.name, id)
    end
  end
  return found
end

local function items(request, requested, report)
  if requested.ids then
    return named(requested, report)
  end
  local page, total = client.changed(requested.name, requested.from, requested.to, request.iteration)
  report:set_total(requested.name, total) -- for the progress that people see
  return page
end

local function add_item(report, object, item)
  report:add_object {
    object = object,
    id = item.id,
    changed_at = item.last_modified_timestamp or item.created_timestamp,
    fields = item.fields, -- raw values: the engine normalizes them by the field's type
    field_changed_at = item.field_timestamps,
  }
  if values.present(item.fields.world_id) then
    report:add_relation {
      object = object, id = item.id, field = "world_id",
      to_object = "world", to_id = item.fields.world_id,
    }
  end
end

-- A tourist who became a citizen stays the same contact.
local function add_converted(report, requested)
  for converted in client.converted(requested.from, requested.to) do
    report:remap_object(converted.old_object, converted.old_id, converted.new_object, converted.new_id)
  end
end

--- Fills the report with one page of each object.
function M.build(request, report)
  for _, requested in ipairs(request.objects) do
    for _, item in ipairs(items(request, requested, report)) do
      add_item(report, requested.name, item)
    end
    if requested.name == "tourist" and request.iteration == 1 and not requested.ids then
      add_converted(report, requested)
    end
  end
end

return M
