---@meta changes
-- Made by scripts/reference of lua/lib; do not edit.

--- Changes: what has to be sent for a change of an order, and how to answer it from the API's
--- response.
---@class lib.changes
local M = {}

--- The fields to send: to a new object all that are not null, to an existing one those that changed and those
--- that are required (a required field that changed counts as required in a full push).
---@param change change of an order
---@param client table `null`: what is sent instead of null (nil: it is left out), or a function of the type that returns it; `write(value, type)`: how a value is written, if more than instants differs
---@return table # name -> value
function M.written(change, client) end

--- A value as many APIs accept it: instants without a zone, everything else unchanged.
function M.write(value, type_of) end

--- Answers a change that was not carried out: it is kept for the next run if the server is to
--- blame, the record is locked, or the user lacks the right, which may be restored; otherwise an
--- issue is noted. Refused credentials are not the object's fault: an error is raised. If somebody
--- was faster (412) with a record whose version was sent, the record is requested and judged again.
---@param order order
---@param change change
---@param response table of which the `status` counts
---@param reason string what the API says
---@param fields? table the names of the refused fields: the others are sent once more without them
function M.refuse(order, change, response, reason, fields) end

--- Answers a change of an existing object, or a deletion, by the response: carried out (204, or a
--- JSON body; any other body does not come from the API, and raises an error), no such object, or
--- refused.
---@param order order
---@param change change
---@param response table
---@param reason string what the API says about a refusal
---@param gone? boolean does the response mean that there is no such object? By default 404 and 410 do.
---@param fields? table names of the refused fields, if the API gives them
---@param details? table about the stored record, as for `order:update_last_sync_date`
function M.settle(order, change, response, reason, gone, fields, details) end

--- Answers a change with the API's result for it in a batch.
---@param order order
---@param change change
---@param result table `{ok=, status=, reason=, fields=, id=, left_out=, stored=}`; the id counts for new objects; `left_out`: the names of the fields that were left out, for this reason; `stored`: the fields of the record as it is now
---@return boolean # was it carried out?
function M.settle_result(order, change, result) end

--- The record to which a field of a change refers, if our value is a name and the API needs an id:
--- the linked record, else the one with exactly this name.
---@param change change
---@param field string its name
---@param value any what would be written: an empty value stays as it is (it clears the field)
---@param to_object string the object that it must be
---@param find function `find(name)`: the id of the record with exactly this name, nil if there is none
---@return any # the id; nil if there is none: the field is left out, and sent once there is one
function M.referred(change, field, value, to_object, find) end

--- Claims a record that an API calls the same as a new one, before anything is written to it.
---@param order order
---@param change change
---@param id string of the record
---@param api string what the API is called in messages
---@return string? # why nothing may be written to it: it belongs to somebody else here; nil if it is free
function M.claimed(order, change, id, api) end

--- Carries out an order in the way that a target describes. A target has
---
--- - `client`: the API's client, as in the library `records`. It also has `update(object, id, fields, change)`
---   and `delete(object, id, change)`, which return the response, and `reason(response)`: why it was refused.
---   If the API tells, it has `refused(response)`: the names of the refused fields, and
---   `stored(response, change)`: the record as it is now, `{version=, fields=}`. `null` and `write` are those
---   of `written`;
--- - `create(object, change, fields, order)`: creates a record. It returns the new id and the response; or
---   nil and the response that refused it; or nil, nil and a message for people. A record that the API
---   considers a duplicate is claimed (`order:claim`) before anything is written to it;
--- - `gone(object, id, response)` (optional): whether a response means that there is no such record. By
---   default 404 and 410 do;
--- - `independent` (optional): true if several of the API's writes may be made at once, or which of them
---   may: `{updates=, creates=, deletions=}`. The client's requests are then those of the library `rest`, or
---   sent by `parallel.request`;
--- - `reference` (optional): `{object=, field=, to_object=, name=}` for a field that is a name here (of a
---   company) and an id in the API. The id is that of the linked record, otherwise that of the record whose
---   field `name` is exactly this name, or the one that `find(name)` returns;
--- - `existing(items)` (optional), for APIs that take a new record with a known name or e-mail address for an
---   edit: returns the ids of the existing records and, perhaps, reasons why some items may not be sent, both
---   by the places of the items (of their fields, if they are sent one by one). An existing record that is
---   linked to nothing else here is edited (an item of a batch gets its `id`); nothing is written to others.
---   The client's `name` is that of the API.
---
--- For an API that accepts many objects at once and answers for each of them, a target has, in place of
--- `create`, `gone` and `independent`,
---
--- - `size`: how many changes a batch may have;
--- - `item(change)`: returns what is sent for a change, and whatever `rest` needs to know about it;
--- - `send(items, are_new, changes, order)`: sends a batch of either new or known objects. It returns a result
---   for each of them, as for `settle_result` (false: the answer has no result for it; see the library
---   `outcomes`), or nil if the server failed for all of them;
--- - `rest(change, id, item, more)` (optional): sends what a change needs in addition after the API has taken
---   it; returns the list of responses, each perhaps with `fields`: names of the fields that it is about;
--- - `afterwards(done)` (optional): the same for all changes of a batch together: a list of `{change=, id=,
---   item=, more=}`; returns `{ok=, status=, reason=, fields=}` at the places of those that failed;
--- - `erase(ids, object)` (optional), instead of `client.delete`: deletes a batch; returns a result for each.
---@param order order
---@param target table
---@param targets? table object -> target, for objects that need a different target
function M.execute(order, target, targets) end

return M
