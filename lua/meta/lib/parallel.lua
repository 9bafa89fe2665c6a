---@meta parallel
-- Made by scripts/reference of lua/lib; do not edit.

--- Several tasks at once, each of which sends one request after the other: for APIs whose writes
--- are independent of one another. The operator decides how many requests are in progress at a time
--- (`concurrent_requests`).
---@class lib.parallel
local M = {}

--- Sends a request as `http.request` does; within `each`, at the same time as those of the other
--- tasks.
---@param options table of `http.request`
---@return table # the response
function M.request(options) end

--- A function that remembers what `find(key)` returned, false included. Whoever asks first within `each`
--- finds it; the others wait for that instead of asking the API the same at the same time.
---@param find function `find(key)`: never nil
---@return function # the same, but each key is looked for once; without a key, there is one thing to find
function M.once(find) end

--- Calls a function for each of some items, several at once. After a failure no more are started;
--- those in progress are finished, and then the failure is raised.
---@param items any an iterator
---@param size integer how many at once
---@param work function `work(item)`
function M.each(items, size, work) end

return M
