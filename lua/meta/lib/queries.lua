---@meta queries
-- Made by scripts/reference of lua/lib; do not edit.

--- Queries: helpers for requests for lists of records.
---@class lib.queries
local M = {}

--- An instant as many APIs write it, "2026-03-10 12:00:00", in UTC; other values stay unchanged.
---@param instant any ISO 8601, as requests and values of the type datetime have it
function M.datetime(instant) end

--- An instant with its zone, "2026-03-10T12:00:00+00:00", for APIs that read one without a zone in
--- their own time zone.
function M.zoned(instant) end

--- A window in whole seconds, as `datetime` writes them: the second in which it ends belongs to it,
--- and is read again in the next one.
---@param requested table an object of the request
---@return any # from (nil: everything is requested) and to
function M.window(requested) end

--- The field names to request: those of a request's object, and others that the integration needs;
--- each once.
---@param requested table an object of the request, or its name alone: `{name=}`
---@param more table names
---@return table # names
function M.wanted(requested, more) end

--- The object with this name in a request; nil if it is not mapped or not requested.
function M.requested(request, name) end

return M
