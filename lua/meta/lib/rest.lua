---@meta rest
-- Made by scripts/reference of lua/lib; do not edit.

--- REST: what clients of JSON APIs over HTTP have in common. What can't be read is an error that names the
--- request, who answered what and why, and what to look at; what is not there is nil.
---
---     local api = rest.client { name = "EspoCRM", reason = function(response) ... end }
---     local record = api:find("/Contact/12")        -- nil: there is none
---     local list = api:read("/Contact", { maxSize = 200 }).list
---@class lib.rest
local M = {}

--- A client of one API. Its `reason(response)` tells why something was refused, in any case a text.
---@param api table `name`: what it is called in messages; `reason(response)`: what it says itself, nil if it does not; perhaps `headers`, `timeout`, `costs` and `waits` of all its requests (options of `http.request`), `heard(response)`, which is told of every answer (see `http.told`), and `status(response)`: what another API would have answered, nil if the status is right
function M.client(api) end

--- The table that a response has in its body; an empty one if it has none.
function M.body(response) end

---@class lib.rest.Client
local Client = {}

--- Raises an error about a response.
---@param request string "GET /Contact"
function Client:fail(request, response) end

--- The table that the response of a request must have in its body.
---@param request string "GET /Contact"
function Client:body_of(request, response) end

--- A member of the table that the response of a request must have in its body; without it, it is an error
--- (some APIs tell errors with the status 200).
---@param request string "GET /Contact"
---@param name string "list"
function Client:member_of(request, response, name) end

--- Sends a request; returns the response, whatever its status.
---@param method string
---@param path string
---@param options? table of `http.request`
function Client:send(method, path, options) end

--- What is at this path, or a member of it; nil if there is nothing (404).
---@param path string
---@param query? table
---@param name? string of the member
function Client:find(path, query, name) end

--- What is at this path, or a member of it; it is an error if there is nothing.
function Client:read(path, query, name) end

--- Writes a record without overwriting another revision: reads it, applies the edit, and sends it;
--- repeats that if somebody else was faster (412).
---@param method string "PUT", "DELETE" ...
---@param path string
---@param edit function `edit(record)` returns the options of the request that writes: the body, and the header that names the revision
---@return table # the response: of the last write, or of a read that had no record
function Client:rewrite(method, path, edit) end

return M
