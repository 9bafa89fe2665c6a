---@meta feeds
-- Made by scripts/reference of lua/lib; do not edit.

--- Feeds: for APIs that list what was changed within a time window in pages by cursor, and
--- deletions in a log.
---
--- A *source* is a table with
---
--- - `page(requested, cursor)`: a page of the items of the window, and the cursor of the next one (nil: it is
---   the last one);
--- - `item(requested, item)`: an item as `report:add_object` takes it, without `object`; perhaps with
---   `relations`, a list of `{field=, to_object=, to_id=}`;
---
--- and perhaps
---
--- - `one(requested, id)`: an item; nil if it is gone, and the id of the record into which it was
---   merged. It raises an error if the API cannot be asked by id;
--- - `events(requested)`: an iterator over `{id=, into=}` of the records that are gone since the
--- window began;
--- - `after`: object -> the object whose pages must all come first.
---@class lib.feeds
local M = {}

--- Fills a report with one page of each object.
function M.fill(request, report, source) end

--- After a lost answer: the id of the record that was created after the change was sent and that
--- has its fields, as `find` of an order executioner returns it.
---@param source table
---@param object string
---@param change change
---@param names table of the fields to compare: those that are known must be equal
---@param slack? integer milliseconds by which clocks may differ
function M.made(source, object, change, names, slack) end

return M
