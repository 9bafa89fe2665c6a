--- Tryton's models over JSON-RPC: what all modules of Tryton have in common.
--
--     local client = tryton.client {
--       model = "party.party", watched = true,
--       fields = { "name", "active" },
--       parts = {
--         { name = "contact_mechanisms", model = "party.contact_mechanism", fields = { "type", "value" } },
--       },
--     }
--     client:report(request, report, source)
--     client:execute(order, target)
--
-- Calls are in `tryton.calls`, searching in `tryton.records`, what belongs to a record in `tryton.parts`, the
-- two directions in `tryton.reports` and `tryton.orders`.
-- @module tryton
local calls = require "tryton.calls"
local orders = require "tryton.orders"
local records = require "tryton.records"
local reports = require "tryton.reports"

local M = {
  call = calls.call, read = calls.read, changed_at = records.changed_at, is_active = records.is_active,
  required = records.required, by_name = records.by_name,
}

local Client = {}
Client.__index = Client

--- Fills a report with one page of each object, in the order of the id: nothing is missed while records
-- change. `source` has
--
-- - `domain(object)`: which records are of this object;
-- - `fields(record, wanted)`: the wanted fields, and the instants of those that are in parts;
-- - `relations`: field -> object, of the fields that are ids.
function Client:report(request, report, source)
  reports.fill(self, request, report, source)
end

--- Carries out an order, many changes in one call. A call is one transaction: what is refused is halved until
-- the bad changes stand alone. Deletions archive. `target` has
--
-- - `prepare(changes)`: returns `patch(change, record)`, which tells what to write so that the record (nil:
--   a new one) is as the change wants it, or nil and why that can't be;
-- - `made(change)`: the id of what is there already of something that is to be created; nil: nothing.
function Client:execute(order, target)
  orders.execute(self, order, target)
end

--- After a crash: the id of the record that a create has made of which the answer was lost; nil: it has made
-- none; nil and a reason: that can't be told.
-- @param change
-- @param domain which records are of its object
-- @tparam function is_like `is_like(record)`: is it what the change would have made?
function Client:find(change, domain, is_like)
  return orders.find(self, change, domain, is_like)
end

--- A client of one model. `options` as above; what has `watched = true` is missed when it is deleted: records
-- are reported as deleted; when parts are deleted by themselves, all records are read again.
function M.client(options)
  return setmetatable(options, Client)
end

return M
