--- Associations of HubSpot: one of a kind for each record, as the primary company of a contact is.
-- @module hubspot.associations
local batch = require "batch"
local hubspot = require "hubspot"
local values = require "values"

local M = {}

local Association = {}
Association.__index = Association

--- An association that HubSpot has defined.
-- @tparam string from "contacts"
-- @tparam string to "companies"
-- @tparam integer type 1 is the primary company of a contact
function M.new(from, to, type)
  return setmetatable({
    path = ("/crm/associations/%s/%s/%s/batch/"):format(hubspot.VERSION, from, to), type = type,
  }, Association)
end

function Association:_is(type)
  return type.typeId == self.type and type.category == "HUBSPOT_DEFINED"
end

-- The other end among those of one page of a record's associations; nil: it is not on this page.
function Association:_among(others)
  for _, other in ipairs(others) do
    for _, type in ipairs(other.associationTypes) do
      if self:_is(type) then
        return values.id(other.toObjectId)
      end
    end
  end
  return nil
end

--- The other ends of records: id -> id. A record with many associations has them on several pages.
function Association:of(ids)
  local found = {}
  local inputs = values.map(ids, function(id) return { id = id } end)
  while inputs[1] do
    local more = {}
    for _, result in ipairs(hubspot.ask(self.path .. "read", { inputs = inputs }).results) do
      local id, after = result.from.id, values.present(values.at(result, "paging.next.after"))
      found[id] = self:_among(result.to)
      more[#more + 1] = not found[id] and after and { id = id, after = after } or nil
    end
    inputs = more
  end
  return found
end

-- Only what is not so already. Returns true, or nil and the response that refused it.
local function send(self, some)
  local types = { { associationCategory = "HUBSPOT_DEFINED", associationTypeId = self.type } }
  local before = self:of(values.map(some, function(end_pair) return end_pair.from end))
  local inputs = { create = {}, archive = {} }
  for _, pair in ipairs(some) do
    local old, from = before[pair.from], { id = pair.from }
    if pair.to ~= "" and pair.to ~= old then
      table.insert(inputs.create, { from = from, to = { id = pair.to }, types = types })
    elseif pair.to == "" and old then
      table.insert(inputs.archive, { from = from, to = { { id = old } } })
    end
  end
  for verb, list in pairs(inputs) do
    local response = list[1] and hubspot.post(self.path .. verb, { inputs = list })
    if response and (not response.ok or response.status == 207) then
      local status = response.status == 207 and 400 or response.status
      return nil, { ok = false, status = status, reason = hubspot.reason(response) }
    end
  end
  return true
end

--- Gives records their other ends. One that is gone does not keep the others from theirs.
-- @tparam table pairs_of_ids list of `{from=, to=}`; `to` is "" for none
-- @tparam function refused `refused(pair, answer)`, with `{ok=false, status=, reason=}`
function Association:join(pairs_of_ids, refused)
  batch.split(pairs_of_ids, function(some) return send(self, some) end, refused)
end

return M
