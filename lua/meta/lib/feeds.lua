---@meta feeds
-- Made by scripts/reference of lua/lib; do not edit.

--- Feeds: of APIs that tell what was changed within a time in pages by cursor, and what is gone in a log.
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
--- - `one(requested, id)`: an item; nil if it is gone, and the id of that into which it was merged. It raises
---   an error if the API can't be asked;
--- - `events(requested)`: an iterator over `{id=, into=}` of what is gone since the window began;
--- - `after`: object -> the object of which all pages come before its own.
---@class lib.feeds
local M = {}

--- Fills a report with one page of each object.
function M.fill(request, report, source) end

--- After a lost answer: the id of the record that was made since a change was sent and has its fields, as
--- `find` of an order executioner returns it.
---@param source table
---@param object string
---@param change change
---@param names table of the fields that tell: those that are known must be equal
---@param slack? integer milliseconds by which clocks may differ
function M.made(source, object, change, names, slack) end

return M
