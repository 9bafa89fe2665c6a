--- The fields of each object. If the API can tell them, ask it instead (lua/integrations/helloworld does).
local M = {}

local FIELDS = {
{{fields}}}

--- All fields of one of the manifest's objects: `{name=, label=, type=, required=, writable=}`.
function M.list(object)
  return FIELDS[object]
end

return M
