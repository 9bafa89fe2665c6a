--- Pages of records by number. Options of the run: `count` records in all, `page` in a report,
-- `edited` (a number) to give another first name, last name and city: an edit over there.
local M = {}

local function fields(number, edit)
  return {
    email = "person" .. number .. "@bench.test",
    first_name = "First" .. number .. edit,
    last_name = "Last" .. number .. edit,
    phone = "+49 30 " .. 1000000 + number,
    city = "City" .. number % 1000 .. edit,
    country = "Germany",
    street = "Long Street " .. number,
    zip = tostring(10000 + number % 80000),
    birthday = "1990-02-28",
    website = "https://www.bench.test/" .. number,
  }
end

--- Fills the report with the next page.
function M.build(request, report)
  local options = request.options
  local count, page = tonumber(options.count) or 0, tonumber(options.page) or 500
  local edit = options.edited and "-" .. options.edited or ""
  local changed_at = options.changed_at or "2026-01-01T00:00:00Z"
  local first = (request.iteration - 1) * page + 1
  for number = first, math.min(first + page - 1, count) do
    report:add_object {
      object = "record", id = tostring(number), changed_at = changed_at,
      fields = fields(number, edit),
    }
  end
end

return M
