local function page_of(world, records, request)
  local offset = tonumber(request.query.offset or 0)
  local more = offset + world.page_size < #records
  local query = request.url:match("?(.*)$"):gsub("&?offset=%d+", "")
  local link = ('<%s?%s&offset=%d>; rel="next"'):format(request.path, query, offset + world.page_size)
  return { data = items_of(world:slice(records, offset)) }, more and { Link = link } or nil
end
