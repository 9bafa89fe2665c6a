--- Pages: iterators for the ways in which APIs return long lists.
--
-- Each takes a function that fetches one page, so it is independent of HTTP; each iterates over
-- pages, which are lists; `items` makes one list of them. A page that repeats itself is an error, because
-- the pull would never end.
--
-- Within one run, prefer one page for each iteration of the engine, and `walk` to remember the
-- place: what was fetched is then stored before the next page comes.
-- @module pagination
local M = {}

-- JSON null, as in Tandem's scripts.
local function is_null(value)
  return value == nil or type(value) == "userdata"
end

--- Iterates over the items of pages.
--
--     for contact in pagination.items(pagination.by_page(fetch)) do ... end
--
-- @tparam function pages an iterator over lists
-- @treturn function an iterator over items
function M.items(pages)
  local page, index = {}, 0
  return function()
    index = index + 1
    while page and page[index] == nil do
      page, index = pages(), 1
    end
    return page and page[index]
  end
end

--- Page numbers: `?page=1`, `?page=2` ... until a page is empty.
-- @tparam function fetch `fetch(page)` returns the list
-- @tparam[opt] table options `first`: number of the first page (1); `size`: a page with fewer items
-- is the last, which saves a request; set it only if the API always fills its pages
-- @treturn function an iterator over lists
function M.by_page(fetch, options)
  options = options or {}
  local number, ended = options.first or 1, false
  return function()
    if ended then
      return nil
    end
    local list = fetch(number)
    number = number + 1
    ended = #list == 0 or (options.size ~= nil and #list < options.size)
    return #list > 0 and list or nil
  end
end

--- Offsets: `?offset=0&limit=100`. It advances by the number of items received, because servers may
-- lower the limit; ends with an empty page, or at the total if the API gives one.
-- @tparam function fetch `fetch(offset, limit)` returns the list and, if known, the total
-- @tparam integer limit items to ask for
-- @tparam[opt=0] integer offset where to begin
-- @treturn function an iterator over lists
function M.by_offset(fetch, limit, offset)
  offset = offset or 0
  local ended = false
  return function()
    if ended then
      return nil
    end
    local list, total = fetch(offset, limit)
    offset = offset + #list
    ended = #list == 0 or (not is_null(total) and offset >= total)
    return #list > 0 and list or nil
  end
end

-- Iterates from place to place as long as `fetch` names a next one; pages may be empty in between.
local function follow(fetch, place, what)
  local seen, ended = {}, false
  return function()
    if ended then
      return nil
    end
    local list, next_place = fetch(place)
    ended = is_null(next_place)
    if not ended then
      if seen[next_place] or next_place == place then
        error(("the %s '%s' came twice, its pages would never end"):format(what, next_place), 2)
      end
      seen[next_place], place = true, next_place
    end
    return list
  end
end

--- Cursors: each page names the next one, the last page none (nil or null). Many APIs give "" or
-- false instead: let `fetch` return nil then.
-- @tparam function fetch `fetch(cursor)` returns the list and the next cursor; the first is nil
-- @tparam[opt] string cursor where to begin
-- @treturn function an iterator over lists, of which some may be empty
function M.by_cursor(fetch, cursor)
  return follow(fetch, cursor, "cursor")
end

--- Links: each page has the address of the next one in its body.
-- @tparam function fetch `fetch(url)` returns the list and the next address, or nil
-- @tparam string url the first address
-- @treturn function an iterator over lists, of which some may be empty
function M.by_next_link(fetch, url)
  return follow(fetch, url, "address")
end

--- Keys (also "keyset", "seek"): each page begins after the last item of the previous one, in an order
-- that does not change. The only way that misses nothing while objects change. Ends with an empty page.
-- @tparam function fetch `fetch(after)` returns the list; the first `after` is nil
-- @tparam ?string|function key the the name of the item's member that is the key, or a function of
-- the item
-- @tparam[opt] after where to begin
-- @treturn function an iterator over lists
function M.by_key(fetch, key, after)
  local key_of = type(key) == "function" and key or function(item) return item[key] end
  return function()
    local list = fetch(after)
    if #list == 0 then
      return nil
    end
    local last = key_of(list[#list])
    if is_null(last) or last == after then
      error(("the page after '%s' does not go on, its pages would never end"):format(after), 2)
    end
    after = last
    return list
  end
end

--- The addresses of a Link header (RFC 8288), by relation: `{next = "https://...", last = ...}`.
-- @tparam ?string header its value; nil gives an empty table
-- @treturn table
function M.links(header)
  local found = {}
  for url, parameters in (header or ""):gmatch("<([^>]*)>([^<]*)") do
    for name, value in parameters:gmatch(';%s*([%w_-]+)%s*=%s*"?([^";,]*)') do
      if name:lower() == "rel" then
        for relation in value:gmatch("%S+") do
          found[relation:lower()] = found[relation:lower()] or url
        end
      end
    end
  end
  return found
end

-- An address that begins with a slash belongs to the host of the page that named it.
local function resolve(url, page_url)
  local host = url:match("^/[^/]") and page_url:match("^%a[%w+.-]*://[^/?#]+")
  return host and host .. url or url
end

-- A header by its name in any case.
local function header_of(response, wanted)
  for name, value in pairs(response.headers) do
    if name:lower() == wanted then
      return value
    end
  end
end

--- The Link header with `rel="next"`, as GitHub and many others have it.
-- @tparam function get `get(url)` returns a response with `headers` and `json()`
-- @tparam string url the first address
-- @tparam[opt] function list_of takes the list out of a response's JSON
-- @treturn function an iterator over lists, of which some may be empty
function M.by_link_header(get, url, list_of)
  return M.by_next_link(function(page_url)
    local response = get(page_url)
    local body = response:json()
    local next_url = M.links(header_of(response, "link")).next
    return list_of and list_of(body) or body, next_url and resolve(next_url, page_url)
  end, url)
end

-- ---- One page for each iteration ----

local Walk = {}
Walk.__index = Walk

local function escape(text)
  return (text:gsub("[%%=&]", function(byte) return ("%%%02x"):format(byte:byte()) end))
end

local function unescape(text)
  return (text:gsub("%%(%x%x)", function(digits) return string.char(tonumber(digits, 16)) end))
end

--- Remembers in the engine's cursor how far each object of a request has been read: an interrupted
-- run resumes there, and a complete object is not requested again.
--
--     local walk = pagination.walk(request)
--     for requested, cursor in walk:objects() do
--       local list, next_cursor = client.page(requested, cursor)
--       ...
--       walk:go_on(requested, next_cursor) -- nil: this object is through
--     end
--     walk:finish(report)
--
-- @tparam table request the engine's request
-- @tparam[opt] table after object -> the object whose pages must all come first: the records to
-- which contacts refer are then known, and need not be requested one by one
-- @return a walk
function M.walk(request, after)
  local walk = setmetatable({
    request = request, after = after or {}, asked = {}, cursors = {}, through = {}, moved = false,
  }, Walk)
  for _, requested in ipairs(request.objects) do
    walk.asked[requested.name] = true
  end
  for name, mark, cursor in (request.cursor or ""):gmatch("([^=&]*)=([+.])([^=&]*)") do
    name = unescape(name)
    walk.through[name] = mark == "." or nil
    walk.cursors[name] = mark == "+" and unescape(cursor) or nil
  end
  return walk
end

-- Does it still have to wait for another object?
local function waits(walk, name)
  local before = walk.after[name]
  return before ~= nil and walk.asked[before] and not walk.through[before]
end

--- Iterates over the requested objects that are not complete and do not wait for another one, each with
-- its cursor (nil at first).
-- @function walk:objects
function Walk:objects()
  local index = 0
  return function()
    repeat
      index = index + 1
      local requested = self.request.objects[index]
      if requested and not self.through[requested.name] and not waits(self, requested.name) then
        return requested, self.cursors[requested.name]
      end
    until not requested
  end
end

--- Sets where the next page of this object begins; nil or null: there is none.
-- @function walk:go_on
-- @param requested an object of the request
-- @param[opt] cursor a text or a number
function Walk:go_on(requested, cursor)
  self.moved = true
  if is_null(cursor) then
    self.through[requested.name] = true
  elseif tostring(cursor) == self.cursors[requested.name] then
    error(("the cursor '%s' of '%s' came twice, its pages would never end"):format(cursor, requested.name), 2)
  else
    self.cursors[requested.name] = tostring(cursor)
  end
end

--- Passes the cursors to the engine for its next iteration. When all objects were complete, no cursor is
-- set, and the pull ends.
-- @function walk:finish
-- @param report the engine's report
function Walk:finish(report)
  if not self.moved then
    return
  end
  local places = {}
  for _, requested in ipairs(self.request.objects) do
    local name = requested.name
    local cursor = self.cursors[name]
    if self.through[name] then
      places[#places + 1] = escape(name) .. "=."
    elseif cursor then
      places[#places + 1] = escape(name) .. "=+" .. escape(cursor)
    end
  end
  report:set_cursor(table.concat(places, "&"))
end

return M
