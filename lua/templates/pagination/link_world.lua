local function page_of(world, records, request)
  local offset = tonumber(request.query.offset or 0)
  local more = offset + world.page_size < #records
  local query = request.url:match("?(.*)$"):gsub("&?offset=%d+", "")
  return {
    data = items_of(world:slice(records, offset)),
    next = more and ("%s?%s&offset=%d"):format(request.path, query, offset + world.page_size) or tandem.null,
  }
end
