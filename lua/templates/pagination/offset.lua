--- One page of the objects that changed in the window, and the place of the next one: offsets, by what
-- came and not by what was asked for, because servers cut limits.
function M.page(requested, place)
  local query = window(requested)
  query.offset = math.tointeger(place) or 0
  local items = get("/" .. requested.name, query).data
  return items, #items > 0 and query.offset + #items or nil
end
