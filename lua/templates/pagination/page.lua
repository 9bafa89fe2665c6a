--- One page of the objects that changed in the window, and the place of the next one: page numbers, until
-- a page is empty.
function M.page(requested, place)
  local query = window(requested)
  query.page = math.tointeger(place) or 1
  local items = get("/" .. requested.name, query).data
  return items, #items > 0 and query.page + 1 or nil
end
