--- Cassettes: real answers of an API, recorded by `tandem record`, played strictly in specs.
--
-- A file of JSON lines. The first tells the address and the instant of the recording, so that windows are
-- the same when it is played; each other line is a request and its answer. Requests must come in the
-- same order, with the same method, address and body.
-- @module tandem.cassette
local engine = require "tandem.engine"

local Cassette = {}
Cassette.__index = Cassette

local function describe(entry)
  return ("%s %s"):format(entry.method, entry.url)
end

-- Bodies are compared as JSON if they are, because the order of keys means nothing.
local function same_body(recorded, body)
  if recorded == body then
    return true
  end
  local left = recorded and engine.json_decode(recorded)
  local right = body and engine.json_decode(body)
  return left ~= nil and right ~= nil and engine.json_encode(left) == engine.json_encode(right)
end

--- The answer to the next request, or nil and why it does not fit.
function Cassette:play(request)
  local entry = self.entries[self.next]
  if not entry then
    return nil, ("unexpected request %s: the cassette '%s' has ended"):format(describe(request), self.path)
  end
  if entry.method ~= request.method or entry.url ~= request.url then
    return nil, ("unexpected request %s: the cassette '%s' has %s here"):format(
      describe(request), self.path, describe(entry))
  end
  if entry.request_body and not same_body(entry.request_body, request.body) then
    return nil, ("the request %s has another body than in the cassette '%s'"):format(
      describe(request), self.path)
  end
  self.next = self.next + 1
  return { status = entry.status, headers = entry.headers, body = entry.body, fault = entry.fault,
    sent = entry.sent }
end

--- How many requests of the recording have not come yet.
function Cassette:left()
  return #self.entries - self.next + 1
end

local M = {}

--- Reads a cassette; raises what is wrong with it.
function M.load(path)
  local file, message = io.open(path, "rb")
  if not file then
    error(("cannot read the cassette: %s; record it with 'tandem record'"):format(message), 0)
  end
  local entries, number, head = {}, 0, nil
  for line in file:lines() do
    number = number + 1
    local entry, reason = engine.json_decode(line)
    if type(entry) ~= "table" then
      file:close()
      error(("%s:%d: %s"):format(path, number, reason or "no JSON object"), 0)
    end
    if number == 1 then
      head = entry
    else
      entries[#entries + 1] = entry
    end
  end
  file:close()
  if not head or head.tandem_cassette ~= 1 then
    error(("'%s' is no cassette of Tandem"):format(path), 0)
  end
  return setmetatable({ path = path, head = head, entries = entries, next = 1 }, Cassette)
end

return M
