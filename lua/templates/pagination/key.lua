--- One page of the objects that changed in the window, and the place of the next one: what comes after the
-- last id. The one way that misses nothing while objects change.
function M.page(requested, place)
  local query = window(requested)
  query.after = place
  local items = get("/" .. requested.name, query).data
  return items, #items > 0 and items[#items].id or nil
end
