---@meta reports
-- Made by scripts/reference of lua/lib; do not edit.

--- Reports: for APIs whose records are listed in pages by id (see the library `records`), with what
--- belongs to them: accounts that contacts refer to, leads that became contacts, deletions and merges.
---
--- An id never changes, so pages "after this id" miss nothing when somebody edits a record that was read
--- already, unlike page numbers and offsets.
---@class lib.reports
local M = {}

--- Fills a report with one page of each object; those that others refer to come first, as a whole. `source`
--- has
---
--- - `client`: lists records, see the library `records`; an empty page ends the object;
--- - `changed_at(item)`
---
--- and perhaps
---
--- - `field_changed_at(item)`: name of a field -> instant, where the API tells it;
--- - `open_ended`: true if the API can't be asked for the end of a window: what was changed later waits for
---   the next one;
--- - `known_by`: names of fields: of whom none of them is known is nobody, and left out;
--- - `log`: where the API tells what was deleted or merged, see the library `logs`;
--- - `relation`: `{object=, field=, to_object=}`: this field is the id of such an object; with `name`, the
---   field of that object which is its name, it is that name;
--- - `conversion`: `{object=, to_object=, id=, condition=}`: what `id(item)` tells is what such an object
---   became, nothing if it was not converted; `condition` is true for all that were.
function M.fill(request, report, source) end

return M
