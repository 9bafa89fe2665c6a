--- JMAP's one request: a list of method calls, answered by a list of results.
local M = {}

local USING = { "urn:ietf:params:jmap:core", "https://cyrusimap.org/ns/jmap/contacts" }

-- RFC 8620 lets every client have 500 objects at once.
M.BATCH_SIZE = 500

--- Arguments that take their ids from the result of the request's first call.
function M.ids_of_first(method, path)
  return { ["#ids"] = { resultOf = "c1", name = method, path = path } }
end

--- Sends calls `{method, arguments}` and returns a result for each: a table, which has the member
-- `error` if the method failed (JMAP says so inside of HTTP 200). `options` are those of the request.
function M.call(calls, options)
  options = options or {}
  local method_calls = {}
  for index, call in ipairs(calls) do
    call[2].accountId = config.account -- nil: the user's own
    method_calls[index] = { call[1], call[2], "c" .. index }
  end
  local response = http.post("/", {
    json = { using = USING, methodCalls = method_calls },
    idempotency_key = options.idempotency_key, reads = options.reads,
  })
  if response.status ~= 200 then
    error(("%s: the JMAP server answered %d"):format(calls[1][1], response.status), 0)
  end
  local results = {}
  for index, answer in ipairs(response:json().methodResponses) do
    results[index] = answer[1] == "error" and { error = answer[2].type } or answer[2]
  end
  return table.unpack(results)
end

--- Calls that only read: the engine may send them again, and sends them for a plan.
function M.read(...)
  return M.call({ ... }, { reads = true })
end

--- The result, unless it is an error or missing.
function M.expect(result, method)
  if not result or result.error then
    error(("%s: the JMAP server answered '%s'"):format(method, result and result.error or "nothing"), 0)
  end
  return result
end

return M
