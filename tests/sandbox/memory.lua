--# doubling: memory
local s = "x"
while true do s = s .. s end
--# tables: memory
local t = {}
while true do t[#t + 1] = {} end
--# nested tables: memory
local t = {}
while true do t = { t, {} } end
--# coroutines: memory
local t = {}
while true do t[#t + 1] = coroutine.create(function() end) end
--# closures: memory
local t = {}
while true do t[#t + 1] = function() return t end end
--# long keys: memory
local t = {}
for i = 1, 1e6 do t[("k"):rep(1000) .. i] = true end
--# short texts: memory
local t = {}
for i = 1, 1e7 do t[i] = "s" .. i end
--# swallowed in a loop: killed
while true do pcall(function() local s = "x" while true do s = s .. s end end) end
--# caught once: ok
local ok, message = pcall(function() local s = "x" while true do s = s .. s end end)
assert(not ok and message == "not enough memory")
--# in a binding: ok
local big = ("x"):rep(5000000)
assert(not pcall(json.encode, { big, big }))
--# recursion: error
local function f() return 1 + f() end
f()
--# recursion through C: error
local function f() return ("x"):gsub("x", f) end
f()
--# recursion through metamethods: error
local t = setmetatable({}, {})
getmetatable(t).__index = function(_, k) return t[k .. "x"] end
local _ = t.a
--# recursion through wrap: error
local function f() return coroutine.wrap(f)() end
f()
--# recursion of errors in handlers: ok
local function f() xpcall(error, f) end
f()
--# results: error
local function f(...) return f(1, ...) end
f()
--# decoding a bomb: error more memory than
json.decode("[" .. ("[],"):rep(400000) .. "[]]")
--# decoding a deep bomb: error
json.decode(("["):rep(100000))
--# print of a huge text: ok
print(("x"):rep(1000000))
--# error with a huge text: error xxxxxxxx
error(("x"):rep(1000000), 0)
--# error without a value: error
error()
--# error with a table: error hello
error({ message = "hello" })
--# error with a userdata: error
error(json.null)

--# report, long ids of deleted objects count: memory
for i = 1, 300 do report:add_deleted("citizen", i .. ("x"):rep(1 << 20)) end

--# report, long values count: memory
local big = ("x"):rep(1 << 20)
for i = 1, 300 do report:add_object { object = "citizen", id = i, fields = { name = big .. i } } end

--# report, many small objects count: memory
for i = 1, 3000000 do report:add_object { object = "citizen", id = i } end

--# report, the end cannot be caught: memory
for i = 1, 300 do pcall(report.add_deleted, report, "citizen", i .. ("x"):rep(1 << 20)) end

--# report, a cursor counts: memory
for i = 1, 300 do report:set_cursor(i .. ("x"):rep(1 << 20)) end

--# http.all, bodies of requests count: memory
local big, list = ("x"):rep(1 << 20), {}
for i = 1, 60 do list[i] = { method = "POST", url = "/x", body = big } end
http.all(list)
--# what is refused is not held: ok
local url = ("1"):rep(3000000)
for _ = 1, 40 do pcall(http.get, url) end
--# bodies of requests: error needs more memory
local list, body = {}, ("x"):rep(1 << 20)
for i = 1, 40 do list[i] = { method = "POST", url = "/x", body = body } end
http.all(list)
--# ids that a report holds: error needs more memory
local big = ("x"):rep(1 << 20)
for i = 1, 40 do report:add_deleted("citizen", big .. i) end
--# ids, swallowed: error needs more memory
local big = ("x"):rep(1 << 20)
for i = 1, 40 do pcall(report.add_deleted, report, "citizen", big .. i) end
--# values that a report holds: error needs more memory
local big = ("x"):rep(1 << 20)
for i = 1, 40 do report:add_object { object = "citizen", id = i, fields = { email = "a@b.c", name = big .. i } } end
--# records that a report holds: error needs more memory
for i = 1, 3000000 do report:add_object { object = "citizen", id = i, fields = { email = i .. "@b.c" } } end
--# cursor and merges that a report holds: error needs more memory
local big = ("x"):rep(1 << 20)
for i = 1, 40 do report:set_cursor(big .. i) report:merge("citizen", big .. i, i) end
