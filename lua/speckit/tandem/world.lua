--- A third party in memory, for specs: records by object and id, with the instants at which they changed.
--
-- An integration's spec/world.lua gives it a face: stubs in the shape of the real API.
-- @module tandem.world
local engine = require "tandem.engine"

local World = {}
World.__index = World

local function milliseconds(at, otherwise)
  if at == nil or at == "" then
    return otherwise
  end
  return engine.instant(at) or error(("'%s' is no instant"):format(tostring(at)), 3)
end

--- Sets the clock: edits without an instant happen at this time.
-- @tparam string now ISO 8601
function World:at(now)
  self.now = milliseconds(now)
end

function World:_records(object)
  self.objects[object] = self.objects[object] or { list = {}, by_id = {} }
  return self.objects[object]
end

--- Puts a record there, or replaces its fields.
-- @tparam string object
-- @tparam string id
-- @tparam table fields name -> value; `tandem.null` is null
-- @tparam[opt] string at when it was changed (now)
-- @treturn table the record: `{id=, fields=, created=, changed=}` with milliseconds
function World:put(object, id, fields, at)
  local records = self:_records(object)
  local record = records.by_id[id]
  local changed = milliseconds(at, self.now)
  if not record then
    record = { id = id, object = object, created = changed }
    records.by_id[id] = record
    records.list[#records.list + 1] = record
  end
  record.fields, record.changed, record.gone = fields, changed, nil
  return record
end

--- A record that is there, or nil.
function World:get(object, id)
  local record = self:_records(object).by_id[tostring(id)]
  return record and not record.gone and record or nil
end

--- Creates a record and gives it an id.
function World:create(object, fields)
  local records = self:_records(object)
  local id
  repeat
    self.last_id = self.last_id + 1
    id = tostring(self.last_id)
  until not records.by_id[id]
  return self:put(object, id, fields)
end

--- Creates a record, or gives the one that was created with this key before, as an API that knows keys
-- does.
function World:create_once(object, key, fields)
  local record = key and self.keys[key] or self:create(object, fields)
  self.keys[key or record] = record
  return record
end

--- The record of which a field has this text, whatever its letters (of A to Z); nil if there is none.
function World:find(object, name, text)
  for _, record in ipairs(self:list(object)) do
    local own = record.fields[name]
    if type(own) == "string" and type(text) == "string" and own:lower() == text:lower() then
      return record
    end
  end
end

--- Changes some fields of a record; nil if it is not there.
function World:update(object, id, fields)
  local record = self:get(object, id)
  if record then
    for name, value in pairs(fields) do
      record.fields[name] = value
    end
    record.changed = self.now
  end
  return record
end

--- Deletes a record; its id is never used again.
function World:delete(object, id)
  local record = self:get(object, id)
  if record then
    record.gone, record.gone_at = true, self.now
  end
  return record ~= nil
end

--- Merges a record into another one: it is gone, and `merged_into` says where to.
function World:merge(object, loser, winner)
  local record = self:get(object, loser)
  self:delete(object, loser)
  record.merged_into = winner
end

--- The records that are gone since `from` (nil: ever) and until before `to`.
function World:gone(object, from, to)
  local found = {}
  local first, last = milliseconds(from, 0), milliseconds(to, math.maxinteger)
  for _, record in ipairs(self:_records(object).list) do
    found[#found + 1] = record.gone and record.gone_at >= first and record.gone_at < last and record or nil
  end
  return found
end

--- The records in the order in which they came, of those that changed from `from` until before `to`
-- (both may be nil or ""), or of those with the ids of a list.
function World:list(object, from, to, ids)
  local first, last = milliseconds(from, math.mininteger), milliseconds(to, math.maxinteger)
  local wanted = ids and {}
  for _, id in ipairs(ids or {}) do
    wanted[tostring(id)] = true
  end
  local found = {}
  for _, record in ipairs(self:_records(object).list) do
    local fits = record.changed >= first and record.changed < last
    if wanted then
      fits = wanted[record.id]
    end
    if fits and not record.gone then
      found[#found + 1] = record
    end
  end
  return found
end

--- A slice of a list: `size` items after the first `offset`.
function World:slice(list, offset, size)
  return table.move(list, offset + 1, math.min(offset + (size or self.page_size), #list), 1, {})
end

local M = {}

--- An empty world.
-- @tparam table options `now` (ISO 8601), `page_size` (50)
function M.new(options)
  local self = setmetatable({
    objects = {}, keys = {}, last_id = 1000, page_size = options.page_size or 50,
  }, World)
  self:at(options.now)
  return self
end

return M
