local function page_of(world, records, request)
  return { data = items_of(world:slice(records, tonumber(request.query.offset))) }
end
