--- HTML: of APIs that write or store their texts as if they were parts of a page (O&#039;Brien).
-- @module html
local M = {}

local NAMED = { lt = "<", gt = ">", quot = '"', apos = "'", amp = "&" }
local WRITTEN = { ["<"] = "&lt;", [">"] = "&gt;", ['"'] = "&quot;", ["'"] = "&#039;" }

--- A text as it is meant. What names no character that everybody knows stays as it is.
function M.decode(text)
  return (text:gsub("&(#?)(%w+);", function(number, name)
    local code = number == "#" and #name <= 6 and math.tointeger(tonumber(name))
    return code and utf8.char(code) or number == "" and NAMED[name] or nil
  end))
end

--- A text as PHP programs store what was typed into their pages: `<`, `>` and quotes are written out.
function M.encode(text)
  return (text:gsub("[<>\"']", WRITTEN))
end

return M
