--- What was created or changed over there: a page of each object in each iteration, until all pages are
-- read.
local client = require "client"
local pagination = require "pagination"

local M = {}

local function add(report, object, item)
  report:add_object {
    object = object,
    id = item.id,
    changed_at = item.updated_at,
    fields = item, -- raw values: the engine takes the mapped ones and normalizes them by their type
  }
end

-- Only these objects, whatever the window.
local function add_named(report, requested)
  for _, id in ipairs(requested.ids) do
    local item = client.by_id(requested.name, id)
    if item then
      add(report, requested.name, item)
    else
      report:add_deleted(requested.name, id)
    end
  end
end

--- Fills the report.
function M.build(request, report)
  local walk = pagination.walk(request)
  for requested, place in walk:objects() do
    if requested.ids then
      add_named(report, requested)
    else
      local items, next_place = client.page(requested, place)
      for _, item in ipairs(items) do
        add(report, requested.name, item)
      end
      walk:go_on(requested, next_place) -- nil: this object is through
    end
  end
  if not request.object_ids then
    walk:finish(report)
  end
end

return M
