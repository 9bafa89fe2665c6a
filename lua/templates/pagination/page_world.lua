local function page_of(world, records, request)
  local number = tonumber(request.query.page)
  return { data = items_of(world:slice(records, (number - 1) * world.page_size)) }
end
