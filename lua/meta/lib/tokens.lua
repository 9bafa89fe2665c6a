---@meta tokens
-- Made by scripts/reference of lua/lib; do not edit.

--- Change tokens: for APIs without dates that return what has changed since a token of theirs: the
--- states of JMAP, the sync tokens of CardDAV and Google, the delta links of Microsoft Graph.
---
--- The position of an object is the token up to which everything has been read. Without one (the
--- first run, or the server has forgotten what happened since) all items are listed, and then what
--- has changed since the listing began.
---@class lib.tokens
local M = {}

--- Fills a report with one page of each object. `source` has
---
--- - `token(requested)`: the current token, a text without blanks;
--- - `page(requested, after)`: a page of all items in an order that never changes, after a place (nil: from
---   the first one on), and the place at its end (nil: there are no more); nil instead of the items
---   if that place no longer exists, so the listing begins again;
--- - `changes(requested, token)`: `{items=, deleted=, token=}`: the items that were created or changed since
---   a token, the ids of those that are gone, and the token up to which that is everything (the same
---   token: nothing is left); nil if the server has forgotten what happened since;
--- - `named(requested, ids)`: the items with these ids, and the ids that do not exist;
--- - `add(report, requested, item)`: adds an item to the report.
function M.report(request, report, source) end

return M
