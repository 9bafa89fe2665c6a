--- Reports what the case lists for this iteration, or the records that are asked for by id.
local script = require "script"

local M = {}

local function add_object(report, record)
  local values, types, states, instants = {}, {}, {}, {}
  for _, field in ipairs(record.fields) do
    values[field.name] = field.value
    types[field.name] = field.type
    states[field.name] = field.state
    instants[field.name] = field.at
  end
  report:add_object {
    object = record.object,
    id = record.id,
    changed_at = record.at,
    fields = values,
    field_changed_at = instants,
    types = types,
    states = states,
  }
end

local function add_relations(report, relations, answered)
  for _, relation in ipairs(relations or {}) do
    if not answered or answered[relation.object .. ":" .. relation.id] then
      report:add_relation {
        object = relation.object,
        id = relation.id,
        field = relation.field,
        to_object = relation.to_object,
        to_id = relation.to_id,
      }
    end
  end
end

local function report_named(request, report, side)
  local answered = {}
  local function add(record)
    answered[record.object .. ":" .. record.id] = true
    add_object(report, record)
  end
  for _, requested in ipairs(request.objects) do
    for _, id in ipairs(request.object_ids[requested.name] or {}) do
      for _, record in ipairs(side.by_id) do
        if record.object == requested.name and record.id == id then
          add(record)
        end
      end
    end
  end
  for _, record in ipairs(side.by_id_extra or {}) do
    add(record)
  end
  add_relations(report, side.by_id_relations, answered)
end

function M.build(request, report)
  local side = script.side()
  if request.object_ids then
    if side.by_id_throw then
      error("the case says that this report fails")
    end
    if side.by_id then
      return report_named(request, report, side)
    end
  end
  local answer = side.reports and side.reports[request.iteration]
  if not answer then
    return
  end
  if answer.throw then
    error("the case says that this report fails")
  end
  for _, remap in ipairs(answer.remapped or {}) do
    report:remap_object(remap.old_object, remap.old_id, remap.new_object, remap.new_id)
  end
  for _, record in ipairs(answer.objects or {}) do
    add_object(report, record)
  end
  add_relations(report, answer.relations)
  if answer.cursor then
    report:set_cursor(answer.cursor)
  end
end

return M
