--- Keysets of two parts: each page continues after the last date and, among records with this date,
-- after the last id. However many records share a date, and however few an API returns for one
-- query, none is left out and none comes twice, because each page is a new query.
--
--     local date, id = keyset.place(cursor)           -- nil, nil at the beginning
--     local list = client.after(requested, date, id)  -- date > DATE or (date = DATE and id > ID), in this
--     order walk:go_on(requested, keyset.cursor(list, date_of, id_of, cursor))
--
-- If pages can be ordered by ids alone, `pagination.by_key` is enough.
-- @module keyset
local values = require "values"

local M = {}

--- The place of a cursor.
-- @tparam ?string cursor of `cursor`; nil at the beginning
-- @treturn ?string the last date; nil at the beginning
-- @treturn ?string the last id
function M.place(cursor)
  return (cursor or ""):match("^(%S+) (.+)$")
end

--- The cursor after a page.
-- @tparam table list the page, in the order of date and id
-- @tparam function date_of `date_of(item)`: a text without blanks
-- @tparam function id_of `id_of(item)`
-- @tparam[opt] string cursor with which the page was requested
-- @treturn ?string nil if the page is empty: there are no more
function M.cursor(list, date_of, id_of, cursor)
  local last = list[#list]
  if not last then
    return nil
  end
  local date, id = values.present(date_of(last)), values.id(id_of(last))
  if not date or not id then
    error("the last record of a page has no date or no id to go on from", 2)
  end
  local next_cursor = ("%s %s"):format(date, id)
  if next_cursor == cursor then
    error(("the page after '%s' does not go on, its pages would never end"):format(cursor), 2)
  end
  return next_cursor
end

--- Iterates over all pages within one iteration.
-- @tparam function fetch `fetch(date, id)` returns a page; both are nil at first
-- @tparam function date_of as for `cursor`
-- @tparam function id_of as for `cursor`
-- @treturn function an iterator over lists
function M.pages(fetch, date_of, id_of)
  local cursor
  return function()
    local list = fetch(M.place(cursor))
    cursor = M.cursor(list, date_of, id_of, cursor)
    return cursor and list
  end
end

return M
