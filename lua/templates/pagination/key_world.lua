local function page_of(world, records, request)
  local offset = 0
  for index, record in ipairs(records) do
    if record.id == request.query.after then
      offset = index
    end
  end
  return { data = items_of(world:slice(records, offset)) }
end
