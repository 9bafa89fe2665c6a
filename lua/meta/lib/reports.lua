---@meta reports
-- Made by scripts/reference of lua/lib; do not edit.

--- Reports: for APIs whose records are listed in pages by id (see the library `records`), with
--- related data: accounts to which contacts refer, leads that became contacts, deletions and merges.
---
--- An id never changes, so pages "after this id" miss nothing when somebody edits a record that has
--- already been read, unlike page numbers and offsets.
---@class lib.reports
local M = {}

--- Fills a report with one page of each object; objects to which others refer come first,
--- completely. `source` has
---
--- - `client`: lists records, see the library `records`; an empty page ends the object;
--- - `changed_at(item)`
---
--- and perhaps
---
--- - `field_changed_at(item)`: name of a field -> instant, if the API gives it;
--- - `open_ended`: true if the API cannot filter by the end of a window: later changes wait for the
---   next one;
--- - `known_by`: names of fields: a record without any of them is anonymous, and left out;
--- - `log`: the API's log of deletions and merges, see the library `logs`;
--- - `relation`: `{object=, field=, to_object=}`: this field is the id of a record of `to_object`;
---   with `name` (the name field of `to_object`), it is that record's name;
--- - `conversion`: `{object=, to_object=, id=, condition=}`: `id(item)` returns the id of the record
---   that it became, nil if it was not converted; `condition` is true for all that were.
function M.fill(request, report, source) end

return M
