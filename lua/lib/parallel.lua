--- Several tasks at once, each of which sends one request after the other: for APIs whose writes
-- are independent of one another. The operator decides how many requests are in progress at a time
-- (`concurrent_requests`).
-- @module parallel
local M = {}

local workers = {} -- the coroutines that `each` has begun
local WAIT = {} -- what a worker yields that waits for another one's answer

--- Sends a request as `http.request` does; within `each`, at the same time as those of the other
-- tasks.
-- @tparam table options of `http.request`
-- @treturn table the response
function M.request(options)
  if not workers[coroutine.running()] then
    return http.request(options)
  end
  local answer = coroutine.yield(options)
  if answer.kind then -- an error of the transport, which is this worker's alone
    error(answer, 0)
  end
  return answer
end

--- A function that remembers what `find(key)` returned, false included. Whoever asks first within `each`
-- finds it; the others wait for that instead of asking the API the same at the same time.
-- @tparam function find `find(key)`: never nil
-- @treturn function the same, but each key is looked for once; without a key, there is one thing to find
function M.once(find)
  local found, finding = {}, {}
  return function(key)
    key = key == nil and M or key
    while finding[key] do
      coroutine.yield(WAIT)
    end
    if found[key] == nil then
      finding[key] = true
      local ran, result = pcall(find, key)
      finding[key] = nil
      if not ran then
        error(result, 0)
      end
      found[key] = result
    end
    return found[key]
  end
end

-- Resumes a worker until its next request. Returns true when it has ended, and the reason if it
-- failed.
local function go_on(worker, value)
  local ran, request = coroutine.resume(worker.thread, value)
  worker.request = request
  if coroutine.status(worker.thread) == "suspended" then
    return false
  end
  workers[worker.thread] = nil
  return true, not ran and request or nil
end

--- Calls a function for each of some items, several at once. After a failure no more are started;
-- those in progress are finished, and then the failure is raised.
-- @param items an iterator
-- @tparam integer size how many at once
-- @tparam function work `work(item)`
function M.each(items, size, work)
  local running, failure, item = {}, nil, items()
  local function advance(worker, value)
    local ended, reason = go_on(worker, value)
    failure = failure or reason
    running[#running + 1] = not ended and worker or nil
  end
  while item ~= nil or running[1] do
    while item ~= nil and #running < size and not failure do
      local worker = { thread = coroutine.create(work) }
      workers[worker.thread] = true
      advance(worker, item)
      item = items()
    end
    local asking, waiting, requests = {}, {}, {}
    for _, worker in ipairs(running) do
      local list = worker.request == WAIT and waiting or asking
      list[#list + 1] = worker
    end
    for index, worker in ipairs(asking) do
      requests[index] = worker.request
    end
    running = {}
    for index, answer in ipairs(requests[1] and http.all(requests) or {}) do
      advance(asking[index], answer)
    end
    for _, worker in ipairs(waiting) do
      advance(worker)
    end
    if failure and not running[1] then
      error(failure, 0)
    end
  end
end

return M
