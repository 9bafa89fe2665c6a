local function page_of(world, records, request)
  local offset = tonumber((request.query.cursor or "c0"):sub(2))
  local more = offset + world.page_size < #records
  return {
    data = items_of(world:slice(records, offset)),
    next_cursor = more and "c" .. offset + world.page_size or tandem.null,
  }
end
