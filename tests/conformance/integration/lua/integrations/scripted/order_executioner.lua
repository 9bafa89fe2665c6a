--- Answers each change as the first rule that fits says.
local M = {}

local executed = 0

local function fits(rule, change)
  return (rule.iteration == nil or rule.iteration == executed)
    and (rule.object == nil or rule.object == change.object)
    and (rule.internal_object == nil or rule.internal_object == change.mapped_object)
    and (rule.internal_id == nil or rule.internal_id == change.mapped_id)
    and (rule.integration_id == nil or rule.integration_id == change.object_id)
    and (rule.identified == nil or rule.identified == (change.object_id ~= nil))
end

local actions = {}

-- The record as they stored it, as the engine takes it.
local function details(action)
  if not action.fields then
    return action.at
  end
  local values, types = {}, {}
  for _, field in ipairs(action.fields) do
    values[field.name] = field.value
    types[field.name] = field.type
  end
  return { at = action.at, fields = values, types = types }
end

function actions.created(order, change, action)
  local id = action.id:gsub("{id}", function()
    return change.mapped_id
  end)
  order:add_object_mapping(change, action.object or change.object, id, details(action))
end

function actions.updated(order, change, action)
  order:update_last_sync_date(change, details(action))
end

function actions.deleted(order, change)
  order:delete_object(change)
end

function actions.retry(order, change)
  order:retry_sync_later(change)
end

function actions.issue(order, change, action)
  order:note_object_sync_issue(change, action.message, action.fields and { fields = action.fields })
end

function actions.remap(order, change, action)
  local old_id = action.old_id or change.object_id
  order:remap_object(action.old_object or change.object, old_id, action.new_object,
    action.new_id or old_id, change)
end

function actions.throw()
  error("the case says that the executioner fails here")
end

actions["none"] = function() end

local function answer(order, change)
  for _, rule in ipairs(config.side.responses or {}) do
    if fits(rule, change) then
      for _, action in ipairs(rule.actions) do
        actions[action.action](order, change, action)
      end
      return
    end
  end
end

function M.execute(order)
  executed = executed + 1
  for object in order:objects() do
    for change in order:identified(object) do
      answer(order, change)
    end
  end
  for object in order:objects() do
    for change in order:unidentified(object) do
      answer(order, change)
    end
  end
end

return M
