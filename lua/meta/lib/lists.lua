---@meta lists
-- Made by scripts/reference of lua/lib; do not edit.

--- Lists of entries as flat fields: for records that keep their values in lists, like those of
--- JMAP, SCIM and vCards: `emails = { { type = "work", value = "a@b.test" }, ... }`.
---
--- A *place* says where a field is:
---
--- - `list`: the record's member that is the list
--- - `kind`: the `type` of the entry; nil: any. If its members have other names, use `where` with
---   the values that they must have, `{ medium = "email", use = "work" }`
--- - `member`: the entry's member that is the field, if it has several; nil: "value"
--- - `default`: the entry's member that is true in the preferred entry ("isDefault"); or the values
---   of its members then, `{ main = "Y" }`
--- - `new`: the other members of a new entry
---
--- Such lists are sent whole. All other entries are kept as they are.
---@class lib.lists
local M = {}

--- The index of a field's entry: the default entry if there is one, else the first of its kind; nil if
--- there is none.
function M.find(list, place) end

--- The value of a field; nil if it has no entry.
function M.get(record, place) end

--- Puts a field into the values to be sent, together with the rest of its list.
---@param patch table the values to be sent so far
---@param record table what is there now; `{}`: nothing
---@param place table
---@param value any an empty one clears the field; an entry with nothing left is removed
function M.put(patch, record, place, value) end

return M
