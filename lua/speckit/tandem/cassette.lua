--- Cassettes: real answers of an API, recorded by `tandem record`, played strictly in specs.
--
-- A file of JSON lines. The first tells the address and the instant of the recording, so that windows are
-- the same when it is played; each other line is a request and its answer. A request is answered by the
-- first line with its method, address and body that was not played yet; any other fails the spec. Only
-- the order of different requests does not matter.
-- @module tandem.cassette
local engine = require "tandem.engine"

local Cassette = {}
Cassette.__index = Cassette

-- Bodies are compared as JSON if they are, because the order of keys means nothing.
local function same_body(recorded, body)
  if recorded == body then
    return true
  end
  local left = recorded and engine.json_decode(recorded)
  local right = body and engine.json_decode(body)
  return left ~= nil and right ~= nil and engine.json_encode(left) == engine.json_encode(right)
end

-- Bytes that are no text are recorded in hexadecimal.
local function body_of(entry, key)
  local hex = entry[key .. "_hex"]
  return hex and hex:gsub("%x%x", function(digits) return string.char(tonumber(digits, 16)) end) or entry[key]
end

--- The answer to a request, or nil and why there is none.
function Cassette:play(request)
  local near
  for _, entry in ipairs(self.entries) do
    if entry.method == request.method and entry.url == request.url then
      local recorded = body_of(entry, "request_body")
      if not entry.played and (not recorded or same_body(recorded, request.body)) then
        entry.played = true
        self.unplayed = self.unplayed - 1
        return { status = entry.status, headers = entry.headers, body = body_of(entry, "body"),
          fault = entry.fault, sent = entry.sent }
      end
      near = entry.played and "was played already" or "was recorded with another body"
    end
  end
  return nil, ("unexpected request %s %s: in the cassette '%s' it %s"):format(request.method, request.url,
    self.path, near or "does not occur")
end

--- How many requests of the recording have not come yet.
function Cassette:left()
  return self.unplayed
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
  return setmetatable({ path = path, head = head, entries = entries, unplayed = #entries }, Cassette)
end

return M
