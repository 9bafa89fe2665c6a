--- What JSON costs and keeps: run twice, by plain Lua with lua-cjson and inside of the engine.
--     lua5.4 -e 'print(dofile "tests/bench/json_bench.lua")'    lua-cjson
--     build/release/tests/bench/json_bench                      the engine's json, same work
local decode, encode, now
if package then
  local cjson = require "cjson"
  decode, encode, now = cjson.decode, cjson.encode, os.clock
else
  decode, encode, now = json.decode, json.encode, clock
end

local parts = {}
for i = 1, 20000 do
  parts[i] = ('{"id":%d,"email":"user%d@example.com","name":"Zoë %d","score":%d.25,"tags":["a","b"],"none":null}')
    :format(9007199254740993 + i, i, i, i)
end
local text = "[" .. table.concat(parts, ",") .. "]"

local started = now()
local decoded
for _ = 1, 5 do decoded = decode(text) end
local decoding = (now() - started) / 5
started = now()
local encoded
for _ = 1, 5 do encoded = encode(decoded) end
local encoding = (now() - started) / 5

return ("%.1f MB: decode %.0f ms, encode %.0f ms; id 9007199254740994 -> %s; [] -> %s; 0.1 -> %s"):format(
  #text / 1e6, decoding * 1000, encoding * 1000, (encode(decoded[1].id)), encode(decode("[]")), encode(0.1))
