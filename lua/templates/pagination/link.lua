--- One page of the objects that changed in the window, and the place of the next one: each page has the
-- address of the next, the last one none.
function M.page(requested, place)
  local body = place and get(place) or get("/" .. requested.name, window(requested))
  return body.data, values.present(body.next)
end
