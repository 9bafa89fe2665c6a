--- Blocks of e-mail addresses: EspoCRM keeps "opted out" and "invalid" once for each address, for all who
-- have it. An address that is written without them gets what the written record had before, nothing if it is
-- new, and so a block would be lifted. It has to be sent along.
local batch = require "batch"
local client = require "client"
local orders = require "orders"
local parallel = require "parallel"
local values = require "values"

local M = {}

local OBJECTS = { "Contact", "Lead", "Account" }
local FLAGS = { optOut = "emailAddressIsOptedOut", invalid = "emailAddressIsInvalid" }
local ADDRESSES = 30 -- in one request: each takes almost 200 characters of 8,000 that usual servers accept

local function key_of(address)
  return not values.is_empty(address) and values.trim(address):lower() or ""
end

-- The addresses that an order writes, as a list and as key -> flags; and those that its objects have blocked
-- here, which it may be about to write there.
local function addresses_of(order)
  local list, written, here = {}, {}, {}
  for object in order:objects() do
    for change in order:changes(object) do
      local key, fields = key_of(orders.fields(change).emailAddress), change:fields()
      if key ~= "" and not written[key] then
        list[#list + 1], written[key] = key, {}
      end
      local holder = key_of(fields.emailAddress)
      for _, flag in pairs(FLAGS) do
        if fields[flag] == true then
          here[holder] = values.merge(here[holder] or {}, { [flag] = true })
        end
      end
    end
  end
  return list, written, here
end

-- Learns the flags of an address of the order; returns whether it is one.
local function learn(found, known, address, flags)
  local key = key_of(address)
  for _, flag in pairs(found[key] and FLAGS or {}) do
    found[key][flag] = found[key][flag] or flags[flag] == true or nil
  end
  known[key] = true
  return found[key] ~= nil
end

-- Lists tell of primary addresses only: a record that has none of these as its primary one is read.
local function learn_record(found, known, object, record)
  if not learn(found, known, record.emailAddress, record) then
    local whole = client.one({ name = object }, record.id) or {}
    for _, entry in ipairs(values.present(whole.emailAddressData) or {}) do
      learn(found, known, entry.emailAddress, values.rename(entry, FLAGS))
    end
  end
end

-- Asks who has these addresses, and again for those that the answer did not tell of, if there was one: a
-- record may have several of them, and a page an end. Returns those that nobody has; nil and the response if
-- EspoCRM did not tell.
local function ask(found, known, object, addresses)
  local records, response = client.holders(object, addresses)
  for _, record in ipairs(records or {}) do
    learn_record(found, known, object, record)
  end
  local unknown = values.map(addresses, function(address) return not known[address] and address or nil end)
  if records and records[1] and unknown[1] and #unknown < #addresses then
    return ask(found, known, object, unknown)
  end
  return records and unknown, response
end

-- Looks addresses up together, before the first of them is written. Returns false, or the response of a
-- failure, after which the next change that needs them tries again.
local function lookup(found)
  local known = {}
  return parallel.once(function(attempt)
    local unknown, response = attempt.addresses, nil
    for _, object in ipairs(OBJECTS) do
      if unknown and unknown[1] then
        unknown, response = ask(found, known, object, unknown)
      end
    end
    return not unknown and response
  end)
end

--- What is known of the addresses that an order writes.
-- @treturn function `send(change, fields)`: adds the blocks of its address to what is sent for a change, and
-- returns it; nil and the response if EspoCRM did not tell: then it must not be sent. Only an edit of a flag
-- here lifts a block.
function M.of(order)
  local list, found, here = addresses_of(order)
  local look_up, together = lookup(found), {}
  for some in batch.of(ADDRESSES, list) do
    local group = { attempt = { addresses = some } }
    for _, address in ipairs(some) do
      together[address] = group
    end
  end
  return function(change, fields)
    local key = key_of(fields.emailAddress)
    local group = together[key]
    local failure = group and look_up(group.attempt)
    if failure then
      group.attempt = { addresses = group.attempt.addresses }
      return nil, failure
    end
    local edited = change.object_id and change:changed_fields() or {}
    for flag in pairs(group and values.merge(here[key] or {}, found[key]) or {}) do
      fields[flag] = edited[flag] == nil or fields[flag]
    end
    return fields
  end
end

return M
