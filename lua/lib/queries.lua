--- Queries: helpers for requests for lists of records.
-- @module queries
local M = {}

--- An instant as many APIs write it, "2026-03-10 12:00:00", in UTC; other values stay unchanged.
-- @param instant ISO 8601, as requests and values of the type datetime have it
function M.datetime(instant)
  local day, time = tostring(instant):match("^(%d%d%d%d%-%d%d%-%d%d)T(%d%d:%d%d:%d%d)[%d.]*Z$")
  return day and day .. " " .. time or instant
end

--- An instant with its zone, "2026-03-10T12:00:00+00:00", for APIs that read one without a zone in
-- their own time zone.
function M.zoned(instant)
  return (instant:gsub("%.%d+Z$", "Z"):gsub("Z$", "+00:00"))
end

--- A window in whole seconds, as `datetime` writes them: the second in which it ends belongs to it,
-- and is read again in the next one.
-- @tparam table requested an object of the request
-- @return from (nil: everything is requested) and to
function M.window(requested)
  return requested.from and M.datetime(requested.from),
    M.datetime(datetime.add(requested.to, 999, "milliseconds"))
end

--- The field names to request: those of a request's object, and others that the integration needs;
-- each once.
-- @tparam table requested an object of the request, or its name alone: `{name=}`
-- @tparam table more names
-- @treturn table names
function M.wanted(requested, more)
  local names, seen = {}, {}
  for _, list in ipairs { more, requested.fields or {}, requested.required_fields or {} } do
    for _, name in ipairs(list) do
      names[#names + 1] = not seen[name] and name or nil
      seen[name] = true
    end
  end
  return names
end

--- The object with this name in a request; nil if it is not mapped or not requested.
function M.requested(request, name)
  for _, requested in ipairs(request.objects) do
    if requested.name == name then
      return requested
    end
  end
  return nil
end

return M
