--- One page of the objects that changed in the window, and the place of the next one: each page has the
-- cursor of the next, the last one none.
function M.page(requested, place)
  local query = window(requested)
  query.cursor = place
  local body = get("/" .. requested.name, query)
  return body.data, values.present(body.next_cursor)
end
