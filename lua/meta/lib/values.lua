---@meta values
-- Made by scripts/reference of lua/lib; do not edit.

--- Values: what integrations often do with the values of an API.
---
--- nil means "not known" and JSON's null "known to be empty"; no function here makes one of the other.
---@class lib.values
local M = {}

--- Is this JSON's null? (In Tandem's scripts it is `json.null`, a userdata.)
function M.is_null(value) end

--- Is it empty: nil, null or the empty text? 0 and false are not.
function M.is_empty(value) end

--- Are both texts, and equal if case is ignored (for A to Z)?
function M.same(left, right) end

--- A table without its null values.
function M.known(fields) end

--- The first of its arguments that is neither nil nor null; nil if there is none.
---
---     changed_at = values.present(item.updated_at, item.created_at)
function M.present(...) end

--- An id as text: 42 and 42.0 are "42", a text stays as it is ("007"). nil and null give nil.
function M.id(value) end

--- The value at a path of nested tables: `values.at(item, "address.city")`, `values.at(item,
--- "emails.1.value")`. nil if there is nothing; if a part of the path is null, the result is null,
--- because what is known to be empty has empty parts.
function M.at(item, path) end

--- Flat fields of nested JSON: `values.flatten(item, {city = "address.city", email = "emails.1.value"})`.
--- What is absent stays absent, what is null stays null.
---@param item table
---@param paths table name of the field -> path, as for `at`
---@return table # name -> value
function M.flatten(item, paths) end

--- Puts a value at a path of nested tables, creating missing ones: `values.put(item, "name.given",
--- "Ann")`.
function M.put(item, path, value) end

--- The reverse of `flatten`: nested JSON of flat fields. Fields without a path are left out.
---@param fields table name -> value
---@param paths table name -> path
---@return table
function M.nest(fields, paths) end

--- Renames the keys of a table by `names` (old -> new); others are left out.
function M.rename(fields, names) end

--- A list of a function's results for each element of a list; nil is left out.
function M.map(list, make) end

--- Merges several tables into one; if two have the same key, the later one counts.
function M.merge(...) end

--- A value translated by a table: `values.translate("mr", {mr = "Mr.", ms = "Ms."})`. Values
--- that are not in the table, nil and null included, are returned unchanged.
function M.translate(value, words) end

--- A table with keys and values exchanged, for the reverse of `translate` and `flatten`.
function M.invert(words) end

--- A text without blanks at its ends; other values stay unchanged.
function M.trim(value) end

--- A text cut to `limit` characters (not bytes); other values, and texts that are not UTF-8, stay
--- unchanged.
function M.cut(value, limit) end

--- A text split at a separator (plain text, not a pattern): `values.split("a;b", ";")` is {"a",
--- "b"}. The empty text has no parts.
function M.split(text, separator) end

return M
