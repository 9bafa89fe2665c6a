--# names that do not exist: ok
local function gone(name)
  local ok, value = pcall(function() return _G[name] end)
  return not ok or value == nil
end
for _, name in ipairs { "load", "loadstring", "loadfile", "dofile", "package", "io", "os", "debug",
  "newproxy", "warn", "rawcollect", "jit", "ffi", "arg", "module" } do
  assert(gone(name), name .. " is there")
end
assert(string.dump == nil)
assert(not pcall(collectgarbage, "stop"))
assert(not pcall(collectgarbage, "collect"))
assert(collectgarbage("count") > 0)
--# the globals are those that are meant: ok
local allowed = {}
for name in ([[_G _VERSION assert cache collectgarbage config coroutine crypto datetime error
  getmetatable http ipairs json links log math next pairs pcall print rawequal rawget rawlen rawset require
  select setmetatable string table tonumber tostring type utf8 xpcall]]):gmatch("%S+") do
  allowed[name] = true
end
for name in pairs(_G) do
  assert(allowed[name], name)
  allowed[name] = nil
end
assert(next(allowed) == nil, next(allowed))
--# require leaves the folder: ok
for _, name in ipairs { "../client", "..", "/etc/passwd", "a..b", ".a", "a.", "", "io", "os", "cjson",
  "lfs", "socket", "a/b", "a\0b", "~" } do
  assert(not pcall(require, name), name)
end
--# string metatable: ok
assert(getmetatable("") == false)
assert(not pcall(setmetatable, "", {}))
assert(not pcall(function() ("").format = print end))
assert(not pcall(function() string.format = print end))
assert(not pcall(rawset, string, "format", print))
assert(rawget(string, "format") == nil)
assert(("%d"):format(3) == "3")
--# library tables: ok
for _, library in ipairs { string, table, math, utf8, coroutine, json, http, links, log, datetime, cache, crypto, config } do
  assert(not pcall(function() library.insert = print end))
  assert(not pcall(rawset, library, "insert", print))
  assert(not pcall(table.insert, library, 1))
  assert(not pcall(table.move, { 1 }, 1, 1, 1, library))
  assert(getmetatable(library) == false)
  assert(not pcall(setmetatable, library, {}))
end
table.insert({}, 1)
--# globals: error 'x' is not declared
x = 1
--# globals by rawset: error read-only
rawset(_G, "x", 1)
--# metatable of the globals: error protected
setmetatable(_G, {})
--# reading an undefined name: error there is no global 'undefined_name'
local _ = undefined_name
--# another _ENV: ok
local print_here = print
do
  local _ENV = { assert = assert }
  assert(print == nil)
  x = 1
end
print_here("fine")
--# userdata metatables: ok
assert(getmetatable(report) == false)
assert(not pcall(setmetatable, report, {}))
assert(not pcall(function() report.x = 1 end))
assert(not pcall(function() report.add_object = print end))
assert(getmetatable(json.null) == false)
--# type confusion: ok
assert(not pcall(report.add_object, request, {}))
assert(not pcall(report.add_object, json.null, {}))
assert(not pcall(report.add_object, "x", {}))
assert(not pcall(report.add_object, nil, {}))
assert(not pcall(report.add_object))
assert(not pcall(coroutine.resume, report))
assert(not pcall(coroutine.close, 1))
--# addresses: ok
for _, value in ipairs { {}, print, report, coroutine.create(print), json.null, request, string } do
  assert(not tostring(value):find("0x"), tostring(value))
  assert(not ("%s"):format(value):find("0x"))
  local _, message = pcall(function() return value + 1 end)
  assert(not tostring(message):find("0x"), message)
  _, message = pcall(error, value)
  assert(not tostring(message):find("0x"))
end
--# request is read-only: ok
assert(not pcall(function() request.cursor = 1 end))
assert(not pcall(function() request.objects[1] = nil end))
assert(not pcall(function() request.objects[1].name = "x" end))
assert(#request.objects == 1 and request.objects[1].name == "citizen")
assert(json.encode(request.objects[1].fields):find("email"))
--# config has no secrets: ok
assert(config.auth == nil and config.mapping == nil)
assert(config.base_url == "https://hello.test/api")
assert(not pcall(function() config.base_url = "x" end))
assert(not tostring(config):find("secret"))
for key in pairs(config) do assert(key ~= "auth") end
--# lying metamethods on arguments: ok
local n = 0
local lying = setmetatable({ object = "citizen", id = "1" }, {
  __index = function() n = n + 1 return n % 2 == 0 and "citizen" or 7 end,
  __len = function() return 1 << 40 end,
  __pairs = function() return function() return 1, 1 end end,
})
report:add_object(lying)
assert(n == 0)
assert(json.encode(setmetatable({ 1, 2 }, { __len = function() return 1 << 40 end })) == "[1,2]")
assert(json.encode(setmetatable({}, { __index = function() return "x" end, __pairs = error })) == "{}")
--# one record that is damaged stops no other: ok
report:add_object { object = "citizen" }
report:add_object { object = "citizen", id = "" }
report:add_object { object = "citizen", id = json.null }
report:add_object { object = "citizen", id = 1, changed_at = "yesterday" }
--# wrong arguments of add_object: ok
local function refused(argument, text)
  local ok, message = pcall(report.add_object, report, argument)
  assert(not ok and tostring(message):find(text, 1, true), tostring(message))
end
refused({ object = 7, id = 1 }, "object")
refused({ object = "citizen", id = 1, colour = "red" }, "'colour'")
refused({ object = "citizen", id = 1, fields = "x" }, "table")
refused({ object = "citizen", id = 1, fields = { email = print } }, "function")
refused({ object = "citizen", id = 1, fields = { age = 0 / 0 } }, "finite")
refused({ object = "citizen", id = 1, fields = { email = "\xff" } }, "UTF-8")
refused({ object = "citizen", id = 1, fields = { email = "x" }, types = { email = "sting" } }, "sting")
refused({ object = "citizen", id = 1, fields = { email = "x" }, states = { email = "new" } }, "state")
-- what a third party may send costs that value, or that record, and stops nothing (13.11)
local function taken(argument)
  assert(pcall(report.add_object, report, argument))
end
taken { object = "citizen" }
taken { object = "citizen", id = "" }
taken { object = "citizen", id = json.null }
taken { object = "citizen", id = 1.5 }
taken { object = "citizen", id = true }
taken { object = "citizen", id = 1, changed_at = "yesterday" }
local deep = {}
for _ = 1, 100 do deep = { deep } end
refused({ object = "citizen", id = 1, fields = { email = deep } }, "deep")
--# load bytecode: error
ESC Lua
--# load with a first line for the shell: error
#!/usr/bin/lua
return { build = function() end }
--# load calls http: error http is not available while the script is loaded
http.get("/x")
return { build = function() end }
--# load without a table: error must return a table
return 1
--# load without build: error must have a function 'build'
return {}
--# load with a syntax error: error report_builder.lua:1
local x = = 1
--# load deep parentheses: error
return LONG((((
--# load many concatenations: error
return LONG"" ..
