--# numbers: ok
assert(math.type(json.decode("42")) == "integer" and json.decode("42") == 42)
assert(json.decode("9007199254740993") == 9007199254740993)
assert(json.decode("9223372036854775807") == math.maxinteger)
assert(json.decode("-9223372036854775808") == math.mininteger)
assert(json.decode("9223372036854775808") == "9223372036854775808" and json.decode("-99999999999999999999") == "-99999999999999999999")
assert(json.decode("1e999") == "\u{FFFD}" and json.decode("[NaN]")[1] == "\u{FFFD}" and json.decode("-Infinity") == "\u{FFFD}")
assert(math.type(json.decode("1.0")) == "float")
assert(json.encode(9007199254740993) == "9007199254740993")
assert(json.encode(0.1) == "0.1" and json.encode(1 / 3) == "0.3333333333333333")
assert(json.encode(1e15) == "1e+15" and json.encode(2.0) == "2.0")
assert(json.encode(123456789012345) == "123456789012345")
for _, number in ipairs { 0.1, 1 / 3, 2 ^ 53 + 2.0, 1e-300, 5e-324, 1.7976931348623157e308, -0.0 } do
  assert(json.decode(json.encode(number)) == number)
end
assert(not pcall(json.encode, 0 / 0) and not pcall(json.encode, 1 / 0) and not pcall(json.encode, -1 / 0))
--# arrays and objects: ok
assert(json.encode(json.decode("[]")) == "[]" and json.encode(json.decode("{}")) == "{}")
assert(json.encode({}) == "{}" and json.encode(json.array()) == "[]" and json.encode(json.array {}) == "[]")
assert(json.encode({ 1, 2 }) == "[1,2]" and json.encode(json.object {}) == "{}")
assert(json.encode(json.decode('{"a":[],"b":{},"c":[[]]}')) == '{"a":[],"b":{},"c":[[]]}')
assert(json.encode({ b = 1, a = 2, c = { 3 } }) == '{"a":2,"b":1,"c":[3]}')
--# null: ok
local decoded = json.decode('{"a":null}')
assert(decoded.a == json.null and decoded.b == nil)
assert(json.encode(decoded) == '{"a":null}' and json.encode({ 1, json.null, 3 }) == "[1,null,3]")
assert(tostring(json.null) == "null")
--# texts: ok
assert(json.encode('a"\\\n\1\127é') == '"a\\"\\\\\\n\\u0001\\u007fé"')
assert(json.decode('"\\u00e9\\ud83d\\ude00\\u0000"') == "é😀\0")
assert(json.decode(json.encode("\0x")) == "\0x")
assert(not pcall(json.encode, "\xff") and not pcall(json.encode, { ["\xff"] = 1 }))
assert(json.decode('"\xff"') == "\u{FFFD}" and json.decode('"\\ud800"') == "\u{FFFD}")
--# refused tables: ok
local function refused(value, text)
  local ok, message = pcall(json.encode, value)
  assert(not ok and message:find(text, 1, true), tostring(message))
end
refused({ 1, 2, nil, 4 }, "sparse")
refused({ [1] = 1, [1000000] = 2 }, "sparse")
refused({ 1, x = 2 }, "positions and other keys")
refused({ [1.5] = 1 }, "keys")
refused({ [true] = 1 }, "keys")
refused({ print }, "function")
local cyclic = {}
cyclic.a = { cyclic }
refused(cyclic, "contains itself")
local deep = {}
for _ = 1, 1000 do deep = { deep } end
refused(deep, "deeper")
local shared = {}
assert(json.encode({ shared, shared }) == "[{},{}]")
--# refused texts: ok
for _, text in ipairs { "", "{", "[1,]", "{a:1}", "01", "nul", "1 2", "<html>", "'x'", "[", "NaNs", '{"a"}' } do
  local ok, message = pcall(json.decode, text)
  assert(not ok and message:find("not JSON"), text .. tostring(message))
end
assert(not pcall(json.decode, nil) and not pcall(json.decode, {}) and not pcall(json.decode, 1))
assert(not pcall(json.decode, ("["):rep(1000) .. ("]"):rep(1000)))
--# duplicate keys: ok
assert(json.decode('{"a":1,"a":2}').a == 2)
--# many keys: ok
local parts = {}
for i = 1, 20000 do parts[i] = ('"k%d":%d'):format(i, i) end
assert(json.decode("{" .. table.concat(parts, ",") .. "}").k777 == 777)
--# marks keep metatables: ok
assert(not pcall(json.array, setmetatable({}, { __metatable = false })))
