--- One page of the objects that changed in the window, and the place of the next one: its address is in
-- the Link header, the last page has none.
function M.page(requested, place)
  local body, response
  if place then
    body, response = get(place)
  else
    body, response = get("/" .. requested.name, window(requested))
  end
  return body.data, pagination.links(response.headers.link).next
end
