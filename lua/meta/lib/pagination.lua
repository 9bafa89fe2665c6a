---@meta pagination
-- Made by scripts/reference of lua/lib; do not edit.

--- Pages: iterators for the ways in which APIs return long lists.
---
--- Each takes a function that fetches one page, so it is independent of HTTP; each iterates over
--- pages, which are lists; `items` makes one list of them. A page that repeats itself is an error, because
--- the pull would never end.
---
--- Within one run, prefer one page for each iteration of the engine, and `walk` to remember the
--- place: what was fetched is then stored before the next page comes.
---@class lib.pagination
local M = {}

--- Iterates over the items of pages.
---
---     for contact in pagination.items(pagination.by_page(fetch)) do ... end
---@param pages function an iterator over lists
---@return function # an iterator over items
function M.items(pages) end

--- Page numbers: `?page=1`, `?page=2` ... until a page is empty.
---@param fetch function `fetch(page)` returns the list
---@param options? table `first`: number of the first page (1); `size`: a page with fewer items is the last, which saves a request; set it only if the API always fills its pages
---@return function # an iterator over lists
function M.by_page(fetch, options) end

--- Offsets: `?offset=0&limit=100`. It advances by the number of items received, because servers may
--- lower the limit; ends with an empty page, or at the total if the API gives one.
---@param fetch function `fetch(offset, limit)` returns the list and, if known, the total
---@param limit integer items to ask for
---@param offset? integer where to begin
---@return function # an iterator over lists
function M.by_offset(fetch, limit, offset) end

--- Cursors: each page names the next one, the last page none (nil or null). Many APIs give "" or
--- false instead: let `fetch` return nil then.
---@param fetch function `fetch(cursor)` returns the list and the next cursor; the first is nil
---@param cursor? string where to begin
---@return function # an iterator over lists, of which some may be empty
function M.by_cursor(fetch, cursor) end

--- Links: each page has the address of the next one in its body.
---@param fetch function `fetch(url)` returns the list and the next address, or nil
---@param url string the first address
---@return function # an iterator over lists, of which some may be empty
function M.by_next_link(fetch, url) end

--- Keys (also "keyset", "seek"): each page begins after the last item of the previous one, in an order
--- that does not change. The only way that misses nothing while objects change. Ends with an empty page.
---@param fetch function `fetch(after)` returns the list; the first `after` is nil
---@param key? string|function the the name of the item's member that is the key, or a function of the item
---@param where? after to begin
---@return function # an iterator over lists
function M.by_key(fetch, key, after) end

--- The addresses of a Link header (RFC 8288), by relation: `{next = "https://...", last = ...}`.
---@param header? string its value; nil gives an empty table
---@return table
function M.links(header) end

--- The Link header with `rel="next"`, as GitHub and many others have it.
---@param get function `get(url)` returns a response with `headers` and `json()`
---@param url string the first address
---@param list_of? function takes the list out of a response's JSON
---@return function # an iterator over lists, of which some may be empty
function M.by_link_header(get, url, list_of) end

--- Remembers in the engine's cursor how far each object of a request has been read: an interrupted
--- run resumes there, and a complete object is not requested again.
---
---     local walk = pagination.walk(request)
---     for requested, cursor in walk:objects() do
---       local list, next_cursor = client.page(requested, cursor)
---       ...
---       walk:go_on(requested, next_cursor) -- nil: this object is through
---     end
---     walk:finish(report)
---@param request table the engine's request
---@param after? table object -> the object whose pages must all come first: the records to which contacts refer are then known, and need not be requested one by one
---@return any # a walk
function M.walk(request, after) end

---@class lib.pagination.Walk
local Walk = {}

--- Iterates over the requested objects that are not complete and do not wait for another one, each with
--- its cursor (nil at first).
function Walk:objects() end

--- Sets where the next page of this object begins; nil or null: there is none.
---@param requested any an object of the request
---@param cursor? any a text or a number
function Walk:go_on(requested, cursor) end

--- Passes the cursors to the engine for its next iteration. When all objects were complete, no cursor is
--- set, and the pull ends.
---@param report report the engine's report
function Walk:finish(report) end

return M
