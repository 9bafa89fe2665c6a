---@meta keyset
-- Made by scripts/reference of lua/lib; do not edit.

--- Keysets of two parts: each page continues after the last date and, among records with this date,
--- after the last id. However many records share a date, and however few an API returns for one
--- query, none is left out and none comes twice, because each page is a new query.
---
---     local date, id = keyset.place(cursor)           -- nil, nil at the beginning
---     local list = client.after(requested, date, id)  -- date > DATE or (date = DATE and id > ID), in this
---     order walk:go_on(requested, keyset.cursor(list, date_of, id_of, cursor))
---
--- If pages can be ordered by ids alone, `pagination.by_key` is enough.
---@class lib.keyset
local M = {}

--- The place of a cursor.
---@param cursor? string of `cursor`; nil at the beginning
---@return string? # the last date; nil at the beginning
---@return string? # the last id
function M.place(cursor) end

--- The cursor after a page.
---@param list table the page, in the order of date and id
---@param date_of function `date_of(item)`: a text without blanks
---@param id_of function `id_of(item)`
---@param cursor? string with which the page was requested
---@return string? # nil if the page is empty: there are no more
function M.cursor(list, date_of, id_of, cursor) end

--- Iterates over all pages within one iteration.
---@param fetch function `fetch(date, id)` returns a page; both are nil at first
---@param date_of function as for `cursor`
---@param id_of function as for `cursor`
---@return function # an iterator over lists
function M.pages(fetch, date_of, id_of) end

return M
