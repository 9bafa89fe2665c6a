-- report_floor.lua BUILDER COUNT PAGE [EDITED CHANGED_AT]: makes the records of a row of the bench in
-- bare Lua and drops them: what the script itself costs, whoever calls it.
local builder = assert(loadfile(arg[1], "t"))()
local options = { count = arg[2], page = arg[3], edited = arg[4], changed_at = arg[5] }
local count = 0
local report = {}

function report.add_object()
  count = count + 1
end

local iteration, before = 0, -1
while count > before do
  iteration, before = iteration + 1, count
  builder.build({ iteration = iteration, options = options }, report)
end
assert(count == tonumber(options.count), "the builder made another number of records")
