--- The configuration that a spec gives to an integration, as the text that the engine reads.
-- @module tandem.configuration
local M = {}

local function write(value, out, place)
  if type(value) == "table" then
    out[#out + 1] = "{"
    for key, item in pairs(value) do
      out[#out + 1] = ("[%q]="):format(key)
      write(item, out, place .. "." .. tostring(key))
      out[#out + 1] = ","
    end
    out[#out + 1] = "}"
  elseif type(value) == "function" or type(value) == "userdata" then
    error(("%s is a %s: write it into a file and give that with configuration = PATH"):format(
      place, type(value)), 0)
  else
    out[#out + 1] = ("%q"):format(value)
  end
end

local function literal(value, place)
  local out = {}
  write(value, out, place)
  return table.concat(out)
end

local function read(path)
  local file = io.open(path, "r")
  local source = file and file:read("a")
  if file then
    file:close()
  end
  return source
end

--- The operator's file with some settings replaced. Environment variables that are not set have their
-- default, else their own name for a value: specs need no secrets. Lines keep their numbers.
-- @tparam string path need not exist
-- @tparam table variables values of environment variables, by name
-- @tparam table changes settings that come before those of the file; false takes one away
-- @treturn string
function M.source(path, variables, changes)
  local out = {
    "local variables = ", literal(variables, "env"),
    " local function env(name, default) return variables[name] or default or name end",
    " local settings = (function() ", read(path) or "return {}", "\nend)()\n",
  }
  for key, value in pairs(changes) do
    local place = ("settings[%q]"):format(key)
    out[#out + 1] = ("%s = %s\n"):format(place, value == false and key ~= "enabled" and "nil"
      or literal(value, "config." .. tostring(key)))
  end
  out[#out + 1] = "return settings\n"
  return table.concat(out)
end

--- A copy of `base` with what `changes` has set; tables are taken whole.
function M.merge(base, changes)
  local merged = {}
  for key, value in pairs(base or {}) do
    merged[key] = value
  end
  for key, value in pairs(changes or {}) do
    merged[key] = value
  end
  return merged
end

--- What a Lua file returns that is nothing but a table; nil if there is no such file.
function M.table_of(path)
  local source = read(path)
  if not source then
    return nil
  end
  local chunk, message = load(source, "@" .. path, "t", {})
  return chunk and chunk() or error(message, 0)
end

return M
