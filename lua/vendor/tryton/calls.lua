--- Calls of Tryton's JSON-RPC. Errors come inside of HTTP 200.
-- @module tryton.calls
local rest = require "rest"
local values = require "values"

local M = {}

local api = rest.client { name = "Tryton", reason = function() return nil end }

-- A model, method or field that is not there is a KeyError: its name in quotes, and nothing else.
local function message_of(failure)
  local kind, detail = failure[1], failure[2]
  if type(detail) == "table" then
    return detail[1]
  elseif kind:match "^'.*'$" then
    return ("there is no %s, perhaps its module is missing"):format(kind)
  end
  return values.trim(("%s %s"):format(kind, detail))
end

local function post(method, params, reads)
  local body = api:body_of(method, api:send("POST", "/", {
    json = { id = 1, method = "model." .. method, params = params }, reads = reads,
  }))
  if values.present(body.error) == nil then
    return body.result
  end
  return nil, { kind = body.error[1], message = message_of(body.error) }
end

--- Calls a method: `calls.call("party.party.write", ids, values, context)`.
-- @return the result; or nil and `{kind=, message=}`
function M.call(method, ...)
  return post(method, { ... }, false)
end

--- Calls a method that only reads: the engine may send it again, and sends it for a plan. Errors are raised.
function M.read(method, ...)
  local result, failure = post(method, { ... }, true)
  return failure and error(("%s: Tryton says: %s"):format(method, failure.message), 0) or result
end

return M
