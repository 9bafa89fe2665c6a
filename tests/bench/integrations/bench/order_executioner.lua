--- Answers every change at once, after it has looked at the values as a real one would.
local M = {}

function M.execute(order)
  for object in order:objects() do
    for change in order:changes(object) do
      local fields = change.object_id and change:changed_fields() or change:fields()
      assert(next(fields) ~= nil, "a change without fields")
      if change.object_id then
        order:update_last_sync_date(change)
      else
        order:add_object_mapping(change, object, "new" .. change.mapped_id)
      end
    end
  end
end

return M
