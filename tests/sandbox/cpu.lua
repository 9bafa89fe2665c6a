--# while: killed
while true do end
--# repeat: killed
repeat until false
--# goto: killed
::again:: goto again
--# for with a tiny step: killed
for i = 0, 1, 1e-300 do local _ = i end
--# for to huge: killed
for i = 1, math.huge do local _ = i end
--# loop in pcall: killed
while true do pcall(function() while true do end end) end
--# success after a caught end: killed
pcall(function() while true do end end)
return "CONTINUED"
--# nested pcall: killed
pcall(pcall, pcall, function() while true do end end)
while true do pcall(pcall, error) end
--# xpcall with a looping handler: killed
xpcall(function() while true do end end, function() while true do end end)
--# xpcall whose handler loops after an error: killed
xpcall(error, function() while true do end end)
--# xpcall in a loop: killed
while true do xpcall(function() while true do end end, function() end) end
--# handler that errors: ok
local ok, message = xpcall(error, function() error("again", 0) end, "first")
assert(ok == false and message == "again")
--# xpcall passes arguments and results: ok
local ok, a, b = xpcall(function(...) return ... end, print, 1, 2)
assert(ok and a == 1 and b == 2)
local failed, message = xpcall(error, function(m) return "handled " .. m end, "x", 0)
assert(not failed and message == "handled x")
--# error with looping tostring: error error() was given a table
error(setmetatable({}, { __tostring = function() while true do end end }))
--# tostring loops: killed
tostring(setmetatable({}, { __tostring = function() while true do end end }))
--# gc in the metatable: error '__gc' is not allowed
setmetatable({}, { __gc = function() while true do end end })
--# gc added later: ok
local meta = {}
for _ = 1, 1000 do setmetatable({}, meta) end
meta.__gc = function() while true do end end
for _ = 1, 10000 do local _ = {} end
--# gc added later and set again: error '__gc' is not allowed
local meta = {}
setmetatable({}, meta)
meta.__gc = function() while true do end end
setmetatable({}, meta)
--# gc through the metatable of a decoded array: ok
assert(getmetatable(json.decode("[1]")) == false)
assert(getmetatable(json.array()) == false)
assert(not pcall(setmetatable, json.array(), { __gc = print }))
--# close on normal exit: killed
do local x <close> = setmetatable({}, { __close = function() while true do end end }) end
--# close on error: killed
pcall(function()
  local x <close> = setmetatable({}, { __close = function() while true do end end })
  error("x")
end)
--# close after the end of time: killed
local x <close> = setmetatable({}, { __close = function() while true do end end })
while true do end
--# many closes after the end of time: killed
local meta = { __close = function() while true do end end }
local a <close> = setmetatable({}, meta)
local b <close> = setmetatable({}, meta)
local c <close> = setmetatable({}, meta)
while true do end
--# close in coroutine.close: killed
local co = coroutine.create(function()
  local x <close> = setmetatable({}, { __close = function() while true do end end })
  coroutine.yield()
end)
coroutine.resume(co)
coroutine.close(co)
--# close in a killed coroutine: killed
local wrapped = coroutine.wrap(function()
  local x <close> = setmetatable({}, { __close = function() while true do end end })
  while true do end
end)
wrapped()
--# close in a killed coroutine by resume: killed
local co = coroutine.create(function()
  local x <close> = setmetatable({}, { __close = function() while true do end end })
  while true do end
end)
coroutine.resume(co)
coroutine.close(co)
--# close as to-be-closed value of a for: killed
for _ in function() return nil end, nil, nil,
  setmetatable({}, { __close = function() while true do end end }) do end
--# metamethod index: killed
local _ = setmetatable({}, { __index = function() while true do end end }).x
--# metamethod newindex: killed
setmetatable({}, { __newindex = function() while true do end end }).x = 1
--# metamethod eq: killed
local meta = { __eq = function() while true do end end }
local _ = setmetatable({}, meta) == setmetatable({}, meta)
--# metamethod lt: killed
local meta = { __lt = function() while true do end end }
local _ = setmetatable({}, meta) < setmetatable({}, meta)
--# metamethod concat: killed
local _ = setmetatable({}, { __concat = function() while true do end end }) .. "x"
--# metamethod len: killed
local _ = #setmetatable({}, { __len = function() while true do end end })
--# metamethod call chain: error
local t = {}
for _ = 1, 300 do t = setmetatable({}, { __call = t }) end
t()
--# metamethod pairs: killed
for _ in pairs(setmetatable({}, { __pairs = function() while true do end end })) do end
--# endless iterator: killed
for _ in function() return 1 end do end
--# comparison in sort: killed
table.sort({ 3, 2, 1 }, function() while true do end end)
--# gsub callback: killed
local _ = ("x"):gsub("x", function() while true do end end)
--# many short coroutines: killed
while true do coroutine.wrap(function() for _ = 1, 900 do end end)() end
--# coroutine in a coroutine: killed
local function deep(n)
  if n == 0 then while true do end end
  coroutine.wrap(deep)(n - 1)
end
deep(50)
--# resuming a killed coroutine: killed
local co = coroutine.create(function() while true do end end)
while true do coroutine.resume(co) end
--# yields in a loop: killed
local co = coroutine.wrap(function() while true do coroutine.yield() end end)
while true do co() end
--# yield from the outside: error attempt to yield from outside a coroutine
coroutine.yield()
--# resume the engine's call: ok
local me = coroutine.running()
assert(coroutine.resume(me) == false)
coroutine.wrap(function()
  assert(coroutine.resume(me) == false)
  assert(not pcall(coroutine.close, me))
end)()
--# recursive pcall: ok
local function dive() return pcall(dive) end
dive()
--# closes at each level of a deep recursion: killed
local meta = { __close = function() while true do end end }
local function f(n)
  local x <close> = setmetatable({}, meta)
  if n > 0 then f(n - 1) end
  while true do end
end
f(3000)
--# pcall at each level of a deep recursion: killed
local function f() pcall(f) while true do end end
f()
--# load killed: killed
while true do end
--# a text of digits as a number: killed
local digits = ("1"):rep(4000000)
while true do local _ = digits + 1 end
--# a text of digits given to tonumber: killed
local digits = ("1"):rep(4000000)
while true do tonumber(digits) end
--# a text of digits given to math: killed
local digits = ("1"):rep(4000000)
while true do pcall(math.floor, digits) pcall(math.random, digits) end
--# a text of digits as a count, a position, a level: killed
local digits = ("1"):rep(4000000)
while true do pcall(string.rep, "x", digits) pcall(select, digits) pcall(error, "x", digits) pcall(string.find, "x", "y", digits) end
--# a text of digits in a coroutine: killed
local digits = ("1"):rep(4000000)
coroutine.wrap(function() coroutine.wrap(function() while true do pcall(tonumber, digits) end end)() end)()
--# comparing long texts: killed
local a, b = ("1"):rep(4000000), ("1"):rep(4000000) .. "2"
while true do local _ = a < b end
--# refused URLs: killed
local digits = ("1"):rep(2000000)
while true do pcall(http.get, digits) end
