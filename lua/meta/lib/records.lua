---@meta records
-- Made by scripts/reference of lua/lib; do not edit.

--- Records: reads windows, pages and single records from APIs whose lists can be filtered.
---
--- A *client* of such an API is a table with
---
--- - `list(requested, conditions)`: a page of the records for which all conditions `{field, comparison,
---   value}` are true, in the order of their ids. A comparison is "eq", "gt", "gte", "lt", or "any" with a
---   list of values; a record is a flat table of its fields with its `id`;
--- - `one(requested, id)`: a record; nil if it is gone; false if it may not be seen;
--- - `ids`: how many ids a list accepts at once ("any"); nil: records can only be requested one by
--- one;
--- - `modified`: the field with the time of the last change; or `window(from, to)`, which returns
---   the conditions of a window (`from` is nil if everything is requested).
---@class lib.records
local M = {}

--- A page of a window after this id (nil: from the first one on).
---@param client any
---@param requested table an object of the request
---@param after any
---@param only? table an additional condition
function M.page(client, requested, after, only) end

--- The records with these ids, as many at once as the API accepts. Records that a list does not
--- show are requested one by one: they may be deleted, or only hidden.
---@param client any
---@param requested table an object of the request
---@param ids table
---@return table # id -> record; false if it may not be seen; nothing if it is gone
function M.by_ids(client, requested, ids) end

--- Iterates over all records of a kind for which a condition is true.
function M.each(client, requested, condition) end

--- A function that returns the id of the first record with exactly this name, nil if there is none; each name
--- is looked up once, however many tasks ask for it at the same time. Databases find similar names as well,
--- other letters or accents ("Muller" for "Müller").
---@param client any `plain(name)`, if there: the plain text of a record's name
---@param object string
---@param field string "name"
function M.finder(client, object, field) end

--- Which of some records is it?
---@param list table
---@param is_same function `is_same(record)`: true, false, or nil if that is unknown
---@return any # the first that is the same; else the only one for which it is unknown; nil if there is none
---@return boolean # is it nil because it is unknown for several?
function M.choose(list, is_same) end

--- After a crash: the id of the record that a change would have made, as `find` of an order executioner
--- returns it: nil if there is none, nil and a reason if several might be it.
---@param client any
---@param object string
---@param fields table of the change
---@param keys table names of fields: it is the one record with the first of these fields that is known
---@param traits? table names of fields: if no key is known, it is the newest record without any key that has all known traits
function M.made(client, object, fields, keys, traits) end

return M
