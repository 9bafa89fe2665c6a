---@meta tokens
-- Made by scripts/reference of lua/lib; do not edit.

--- Change tokens: for APIs without dates that tell what has changed since a token of theirs: the states of
--- JMAP, the sync tokens of CardDAV and Google, the delta links of Microsoft Graph.
---
--- The position of an object is the token up to which everything was read. Without one (the first run, or
--- the server has forgotten what happened since) all items are listed, and then what has changed since the
--- listing began.
---@class lib.tokens
local M = {}

--- Fills a report with one page of each object. `source` has
---
--- - `token(requested)`: the token of now, a text without blanks;
--- - `page(requested, after)`: a page of all items in an order that never changes, after a place (nil: from
---   the first one on), and the place at its end (nil: there are no more); nil instead of the items if
---   there is no such place any more, and so the listing begins again;
--- - `changes(requested, token)`: `{items=, deleted=, token=}`: the items that were created or changed since
---   a token, the ids of those that are gone, and up to which token that is all (the same one: nothing is
---   left); nil if the server has forgotten what happened since;
--- - `named(requested, ids)`: the items with these ids, and the ids that there are none of;
--- - `add(report, requested, item)`: hands an item to the report.
function M.report(request, report, source) end

return M
