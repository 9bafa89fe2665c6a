---@meta rest
-- Made by scripts/reference of lua/lib; do not edit.

--- REST: what clients of JSON APIs over HTTP have in common. An answer that cannot be read is an
--- error that names the request, the answer, the reason and what to check; a missing record is nil.
---
---     local api = rest.client { name = "EspoCRM", reason = function(response) ... end }
---     local record = api:find("/Contact/12")        -- nil: there is none
---     local list = api:read("/Contact", { maxSize = 200 }).list
---@class lib.rest
local M = {}

--- A client of one API. Its `reason(response)` says why something was refused; it always returns a
--- text.
---@param api table `name`: its name in messages; `reason(response)`: the API's own reason, nil if it gives none; perhaps `headers`, `timeout`, `costs` and `waits` of all its requests (options of `http.request`), `heard(response)`, which is called with every answer (see `http.told`), `status(response)`: the status that another API would have used, nil if the status is right, and `missing`: the status that says that there is no such resource (404)
function M.client(api) end

--- The JSON table in the body of a response; an empty one if it has none.
function M.body(response) end

---@class lib.rest.Client
local Client = {}

--- Raises an error about a response.
---@param request string "GET /Contact"
function Client:fail(request, response) end

--- The JSON table that must be in the body of a response.
---@param request string "GET /Contact"
function Client:body_of(request, response) end

--- A member of the JSON table in the body of a response; it is an error if it is missing (some APIs
--- report errors with the status 200).
---@param request string "GET /Contact"
---@param name string "list"
function Client:member_of(request, response, name) end

--- Sends a request; returns the response, whatever its status.
---@param method string
---@param path string
---@param options? table of `http.request`
function Client:send(method, path, options) end

--- The resource at this path, or a member of it; nil if there is none (404).
---@param path string
---@param query? table
---@param name? string of the member
function Client:find(path, query, name) end

--- As `find`, but false if the user may not see it (403): what `client.one` of the library `records`
--- returns.
function Client:one(path, query, name) end

--- The resource at this path, or a member of it; it is an error if there is none.
function Client:read(path, query, name) end

--- Writes a record without overwriting another revision: reads it, applies the edit, and sends it;
--- repeats that if somebody else was faster (412).
---@param method string "PUT", "DELETE" ...
---@param path string
---@param edit function `edit(record)` returns the options of the request that writes: the body, and the header that names the revision
---@return table # the response: of the last write, or of the read if there was no record
function Client:rewrite(method, path, edit) end

return M
