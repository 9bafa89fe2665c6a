--- Records that vanish without a trace: noticed by their number, where ids only grow.
--
-- What is known of a kind of records is `{last=, count=}`: how many of them have an id up to the last one. It
-- is kept in the integration's cache.
-- @module vanished
local M = {}

local function known_of(kind)
  return cache.get("vanished " .. kind) or { last = 0, count = 0 }
end

--- At the beginning of a pull: have some vanished since the last one that came to its end?
-- @tparam table kinds a list of names
-- @tparam function count `count(kind, last)`: how many have an id up to the last one
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

--- At the end of a pull: from now on what was counted at its beginning is known, and so are the new ones.
-- Not before: what a pull has noticed that fails is noticed again.
-- @tparam table kinds
-- @tparam function newer `newer(kind, last)`: the ids after the last one, in their order
function M.keep(kinds, newer)
  for _, kind in ipairs(kinds) do
    local counted = cache.get("counted " .. kind)
    if counted then
      local ids = newer(kind, counted.last)
      cache.set("vanished " .. kind, { last = ids[#ids] or counted.last, count = counted.count + #ids })
      cache.delete("counted " .. kind)
    end
  end
end

--- Some were deleted by ourselves: they are not missed.
function M.deleted(kind, number)
  local known = known_of(kind)
  cache.set("vanished " .. kind, { last = known.last, count = known.count - number })
end

return M
