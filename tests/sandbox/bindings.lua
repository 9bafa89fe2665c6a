--# datetime: ok
assert(datetime.parse("2026-03-10 12:00:00") == "2026-03-10T12:00:00Z")
assert(datetime.parse("yesterday") == nil and datetime.parse(1770000000) == "2026-02-02T02:40:00Z")
assert(datetime.add("2026-03-10T12:00:00Z", -1, "days") == "2026-03-09T12:00:00Z")
assert(datetime.to_epoch("2026-02-02T02:40:00Z") == 1770000000)
assert(datetime.from_epoch_ms(1770000000123) == "2026-02-02T02:40:00.123Z")
assert(datetime.format("2026-03-10T12:34:56Z", "%d.%m.%Y %H:%M") == "10.03.2026 12:34")
assert(datetime.compare("2026-01-01", "2026-01-02") == -1)
assert(not pcall(datetime.add, "2026-01-01", 1e300, "weeks") and not pcall(datetime.from_epoch, 0 / 0))
assert(not pcall(datetime.format, "2026-01-01", "%"))
--# crypto: ok
assert(crypto.hex(crypto.sha256("abc")):sub(1, 16) == "ba7816bf8f01cfea")
assert(crypto.hex(crypto.hmac_sha256("key", "The quick brown fox jumps over the lazy dog")):sub(1, 8) == "f7bc83f4")
assert(crypto.base64_encode("hello") == "aGVsbG8=" and crypto.base64_decode("aGVsbG8=") == "hello")
assert(crypto.base64_encode("") == "" and crypto.base64_decode("!") == nil)
assert(crypto.uuid():match("^%x+%-%x+%-4%x+%-[89ab]%x+%-%x+$"))
--# cache: ok
assert(cache.get("k") == nil)
cache.set("k", { a = { 1, json.null } }, 60)
assert(cache.get("k").a[1] == 1 and cache.get("k").a[2] == json.null)
cache.delete("k")
assert(cache.get("k") == nil)
assert(not pcall(cache.set, "", 1) and not pcall(cache.set, ("k"):rep(600), 1) and not pcall(cache.set, "k", print))
--# log: ok
log.info("a", 1, nil, {}, true)
log.warn("%d of %s", 3, "x")
log.error("100%")
log.debug(setmetatable({}, { __tostring = function() return "custom" end }))
--# log format that does not fit is shown as it is: ok
log.info("%d", "x")
--# http arguments: ok
local function refused(...)
  local ok, message = pcall(...)
  assert(not ok, "accepted")
  return message
end
refused(http.get)
refused(http.get, 7)
refused(http.get, "/x", 7)
refused(http.get, "/x", { colour = "red" })
refused(http.get, "/x", { query = { x = print } })
refused(http.post, "/x", { json = {}, body = "x" })
refused(http.get, "/x", { timeout = -1 })
refused(http.all, { 7 })
assert(refused(http.get, "/x", { headers = { ["X-A"] = "a\r\nb: c" } }).kind == "refused")
assert(refused(http.get, "/x", { headers = { ["X\nA"] = "a" } }).kind == "refused")
assert(refused(http.get, "http://169.254.169.254/latest").kind == "refused")
assert(tostring(refused(http.get, "file:///etc/passwd")) ~= "")
--# http paths: ok
assert(http.path("/people") == "/people")
assert(http.path("/people", 7, "notes") == "/people/7/notes")
assert(http.path("/people", "a/b?c=d#ä") == "/people/a%2Fb%3Fc%3Dd%23%C3%A4")
for _, id in ipairs { "", ".", "..", true, json.null, {} } do
  assert(not pcall(http.path, "/people", id))
end
assert(not pcall(http.path, "/people", nil))
--# http answers: ok
local response = http.get("/x", { query = { b = { 1, "two" }, a = "ä&=" } })
assert(response.status == 200 and response.ok and response.body == "[]")
assert(response.headers["Content-Type"] == "application/json" and response.headers["CONTENT-TYPE"])
assert(#response.json() == 0 and #response:json() == 0)
--# http in a coroutine: ok
local pages = coroutine.wrap(function()
  for page = 1, 3 do coroutine.yield(http.get("/x", { query = { page = page } }).status) end
end)
assert(pages() == 200 and pages() == 200 and pages() == 200)
--# http where Lua cannot yield: ok
local count = 0
table.sort({ 2, 1 }, function(a, b) count = count + http.get("/x").status return a < b end)
assert(count >= 200)
assert((("x"):gsub("x", function() return http.get("/x").status end)) == "200")
--# http at once: ok
local responses = http.all { { url = "/1" }, { url = "/2", method = "post", json = { 1 } }, { url = "http://10.0.0.1/" } }
assert(#responses == 3 and responses[1].status == 200 and responses[2].status == 200)
assert(responses[3].kind == "refused" and responses[3].status == nil)
--# an error of http ends the report: error
http.get("http://10.0.0.1/")
