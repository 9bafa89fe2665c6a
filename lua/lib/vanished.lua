--- Vanished: notices deletions that an API does not report by the number of records, if ids only grow.
--
-- For each kind of record it remembers how many there are up to this id and, if ids are read, which
-- ids these are. It is kept in the integration's cache.
--
--     local fewer = vanished.any({ "mechanism" }, count)      -- have some vanished?
--     for _, id in ipairs(vanished.ids("party", count, older)) do ... end  -- which?
--     vanished.keep({ "mechanism", "party" }, newer)          -- at the end of the pull
-- @module vanished
local values = require "values"

local M = {}

-- More than the cache can hold.
local LONGEST = 900000

local function known_of(kind)
  return cache.get("vanished " .. kind) or { last = 0, count = 0, ids = "" }
end

-- Ids in increasing order as text: "1-500 502".
local function write_ids(ids)
  local spans, first = {}, nil
  for index, id in ipairs(ids) do
    first = first or id
    if ids[index + 1] ~= id + 1 then
      spans[#spans + 1] = first == id and tostring(id) or ("%d-%d"):format(first, id)
      first = nil
    end
  end
  local text = table.concat(spans, " ")
  return #text <= LONGEST and text or nil
end

local function read_ids(text)
  local ids = {}
  for first, last in text:gmatch "(%d+)%-?(%d*)" do
    for id = math.tointeger(first), math.tointeger(last) or math.tointeger(first) do
      ids[#ids + 1] = id
    end
  end
  return ids
end

local function not_among(ids, others)
  local there, missing = {}, {}
  for _, id in ipairs(others) do
    there[id] = true
  end
  for _, id in ipairs(ids) do
    missing[#missing + 1] = not there[id] and id or nil
  end
  return missing
end

--- At the beginning of a pull: have some vanished since the last complete pull?
-- @tparam table kinds a list of names
-- @tparam function count `count(kind, last)`: how many there are up to this id
function M.any(kinds, count)
  local fewer = false
  for _, kind in ipairs(kinds) do
    local known = known_of(kind)
    local counted = count(kind, known.last)
    fewer = fewer or counted < known.count
    cache.set("counted " .. kind, { last = known.last, count = counted })
  end
  return fewer
end

--- At the beginning of a pull: the ids of those that have vanished since the last complete pull.
-- None if there are too many to be remembered.
-- @tparam string kind a name
-- @tparam function count as for `any`
-- @tparam function older `older(kind, last)`: the ids up to the last one, in their order
function M.ids(kind, count, older)
  local known = known_of(kind)
  local counted = { last = known.last, count = count(kind, known.last), ids = known.ids }
  local missing = {}
  if known.ids and counted.count ~= known.count then
    local there = older(kind, known.last)
    missing = not_among(read_ids(known.ids), there)
    counted.count, counted.ids = #there, write_ids(there)
  end
  cache.set("counted " .. kind, counted)
  return missing
end

--- At the end of a pull: remember what was counted at its beginning, and the new ones. Not before,
-- so that a pull after a failed one notices the same deletions again.
-- @tparam table kinds
-- @tparam function newer `newer(kind, last)`: the ids after the last one, in their order
function M.keep(kinds, newer)
  for _, kind in ipairs(kinds) do
    local counted = cache.get("counted " .. kind)
    if counted then
      local ids, listed = newer(kind, counted.last), values.present(counted.ids)
      if listed and ids[1] then
        local all = read_ids(listed)
        listed = write_ids(table.move(ids, 1, #ids, #all + 1, all))
      end
      cache.set("vanished " .. kind,
        { last = ids[#ids] or counted.last, count = counted.count + #ids, ids = listed })
      cache.delete("counted " .. kind)
    end
  end
end

--- Some were deleted by ourselves, so they do not count as vanished. (Only for kinds that `any`
-- counts.)
function M.deleted(kind, number)
  local known = known_of(kind)
  cache.set("vanished " .. kind, { last = known.last, count = known.count - number })
end

return M
