---@meta lists
-- Made by scripts/reference of lua/lib; do not edit.

--- Lists of entries as flat fields: for records that keep their values in lists, as those of JMAP, SCIM
--- and vCards do: `emails = { { type = "work", value = "a@b.test" }, ... }`.
---
--- A *place* says where a field is:
---
--- - `list`: the record's member that is the list
--- - `kind`: the `type` of the entry; nil: any. Where its members have other names, `where`: what they must
---   be, `{ medium = "email", use = "work" }`
--- - `member`: the entry's member that is the field, where it has several; nil: "value"
--- - `default`: the entry's member that is true in the one that comes before the others ("isDefault"); or
---   what its members are then, `{ main = "Y" }`
--- - `new`: what a new entry is made of
---
--- Such lists are sent whole. What is not the field's own entry is kept as it is.
---@class lib.lists
local M = {}

--- The index of a field's entry: the default entry if there is one, else the first of its kind; nil if
--- there is none.
function M.find(list, place) end

--- The value of a field; nil if it has no entry.
function M.get(record, place) end

--- Puts a field into what is to be sent, together with the rest of its list.
---@param patch table what is to be sent so far
---@param record table what is there now; `{}`: nothing
---@param place table
---@param value any an empty one clears; an entry of which nothing is left goes
function M.put(patch, record, place, value) end

return M
