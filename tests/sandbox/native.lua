--# pattern lazy: killed
local _ = ("a"):rep(400):find((".-"):rep(8) .. "b")
--# pattern items: killed
local _ = ("a"):rep(60):match(("a-"):rep(20) .. "b")
--# pattern greedy: killed
local _ = ("a"):rep(300):match(("a*"):rep(10) .. "b")
--# pattern balance on long text: killed
while true do local _ = ("("):rep(100000):find("%b()") end
--# quadratic gmatch: killed
for _ in ("a"):rep(200000):gmatch("a-b") do end
--# gsub with the empty pattern: ok
assert(("abc"):gsub("", "-") == "-a-b-c-")
--# gsub on long text: ok
local text, count = ("ab"):rep(10000):gsub("a", "x")
assert(count == 10000 and #text == 20000)
--# frontier: ok
assert(("THE (quick) fox"):find("%f[%a]%a+%f[%A]") == 1)
assert(("hello world"):gsub("%f[%w]%w+", string.upper) == "HELLO WORLD")
--# captures: ok
assert(not pcall(string.find, "a", ("()"):rep(33)))
assert(not pcall(string.find, "a", ("("):rep(300)))
assert(select("#", ("a"):find(("()"):rep(32))) == 34)
--# malformed patterns: ok
for _, pattern in ipairs { "%", "[a", "[", "[^", "(", "a*)", "%1", "%b", "%bx", "%f", "%fa", "(()", "[%", "[a%", "%0" } do
  local ok, message = pcall(string.find, "aaa", pattern)
  assert(not ok or pattern == "%0", pattern .. ": " .. tostring(message))
end
--# same answers as Lua's own: ok
assert(("key = value"):match("^(%w+)%s*=%s*(%w+)$") == "key")
assert(("  trim  "):match("^%s*(.-)%s*$") == "trim")
assert(("2026-03-10"):gsub("(%d+)-(%d+)-(%d+)", "%3.%2.%1") == "10.03.2026")
assert(("a,b,,c"):find(",", 1, true) == 2)
assert(("x"):rep(3, "-") == "x-x-x")
assert(("abc"):find("b", -2) == 2)
assert(("abc"):find("", 10) == nil)
assert(("abc"):find("", 4) == 4)
assert(("[]]"):match("[]]") == "]")
assert(("a-b"):match("[a-]+") == "a-")
assert(("%d"):gsub("%%d", "%%") == "%")
assert(("hello"):gsub("l", { l = "L" }) == "heLLo")
assert(("hello"):gsub("(h)(e)", "%2%1") == "ehllo")
assert(("aaa"):gsub("a", "b", 2) == "bba")
assert(("a\0"):find("%z") == 2 and ("\0a"):find("%Z") == 2)
assert(("\0a"):match("\0(.)") == "a")
local words = {}
for word in ("one two  three"):gmatch("%a+") do words[#words + 1] = word end
assert(#words == 3 and words[3] == "three")
for key, value in ("a=1, b=2"):gmatch("(%w+)=(%w+)") do assert(key and value) end
assert(("abc"):gsub("%w", "%0%0") == "aabbcc")
assert(("x"):find("x", 1, false) == 1)
--# rep of nothing: ok
assert((""):rep(math.maxinteger) == "" and (""):rep(1 << 62, "") == "")
assert(("x"):rep(-5) == "")
--# rep at the edge: error resulting string too large
local _ = ("x"):rep(math.maxinteger, "yy")
--# rep in a loop: killed
while true do local _ = ("x"):rep(5000000) end
--# move over everything: killed
table.move({}, 1, math.maxinteger - 2, 2)
--# concat over everything: error invalid value
local _ = table.concat({}, "", 1, math.maxinteger)
--# concat with a lying index: killed
local _ = table.concat(setmetatable({}, { __index = function() return "" end }), "", 1, math.maxinteger)
--# concat with a C function as index: error
local _ = table.concat(setmetatable({}, { __index = type }), "", 1, math.maxinteger)
--# unpack everything: error too many results
table.unpack({}, 1, math.maxinteger)
--# unpack by a lying length: error too many results
table.unpack(setmetatable({}, { __len = function() return 1 << 40 end }))
--# insert by a lying length: killed
table.insert(setmetatable({}, { __len = function() return math.maxinteger - 1 end }), 1, "x")
--# remove by a lying length: killed
table.remove(setmetatable({}, { __len = function() return math.maxinteger - 1 end }), 1)
--# sort by a lying length: error too many elements
table.sort(setmetatable({}, { __len = function() return 1 << 30 end }))
--# table functions work: ok
local t = { 5, 2, 4 }
table.insert(t, 1, 9)
table.insert(t, 7)
assert(table.concat(t, ",") == "9,5,2,4,7")
assert(table.remove(t, 1) == 9 and table.remove(t) == 7 and #t == 3)
table.sort(t)
assert(table.concat(t) == "245")
assert(table.concat(table.move({ 1, 2, 3 }, 1, 3, 2), ",") == "1,1,2,3")
assert(select("#", table.unpack({ 1, nil, 3 }, 1, 3)) == 3)
assert(table.pack(1, 2).n == 2)
local many = {}
for i = 1, 5000 do many[i] = (i * 7919) % 5003 end
table.sort(many, function(a, b) return a > b end)
for i = 2, 5000 do assert(many[i - 1] >= many[i]) end
table.sort(many)
assert(many[1] <= many[2])
--# char with many arguments: error
local _ = utf8.char(table.unpack({}, 1, 1000000))
--# format: ok
assert(("%5.1f|%-3d|%s|%q"):format(1.25, 7, nil, "a\n") == "  1.2|7  |nil|\"a\\\n\"")
assert(#("%99.99f"):format(1e300) > 300)
assert(("%s %%"):format(true) == "true %")
assert(not pcall(string.format, "%p", {}))
assert(not pcall(string.format, "%10p", {}))
assert(not pcall(string.format, "%200d", 1))
--# format with a looping tostring: killed
local _ = ("%s"):format(setmetatable({}, { __tostring = function() while true do end end }))
--# pack sizes: error
local _ = string.pack("c2147483647", "x")
--# select: ok
assert(select("#", table.unpack({}, 1, 200)) == 200)
--# growing text in few instructions: killed
local text = ("x"):rep(4000000)
while true do local _ = text .. "y" end
--# case of long text: killed
local text = ("x"):rep(4000000)
while true do local _ = text:upper() end
--# utf8 of long text: killed
local text = ("x"):rep(4000000)
while true do local _ = utf8.len(text) end
