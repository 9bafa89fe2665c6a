--- Gone: finds deleted records that an API does not report (any more), by comparing linked records with
-- existing ones.
--
--     walk:go_on(requested, gone.compare(report, requested, cursor, 200, there))
-- @module gone
local M = {}

--- Compares some linked records, beginning after a given one; reports those that do not exist as deleted.
-- @param report
-- @tparam table requested an object of the request
-- @tparam ?string after the place: the last id that was compared; nil at the beginning
-- @tparam integer size how many to compare at once: at most 1000
-- @tparam function there `there(ids)`: a table id -> true for those that exist, or -> false for
-- those that the caller has already reported otherwise (they were merged)
-- @treturn ?string the place after these; nil: all have been compared
function M.compare(report, requested, after, size, there)
  local ids = links.after(requested.name, after, size)
  local found = ids[1] and there(ids) or {}
  for _, id in ipairs(ids) do
    if found[id] == nil then
      report:add_deleted(requested.name, id)
    end
  end
  return ids[size] -- fewer than were asked for are the last ones
end

return M
