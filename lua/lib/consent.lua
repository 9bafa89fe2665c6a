--- Consent: the fields `dnc_<channel>` (0: may be contacted, 1: unsubscribed, 2: bounced, 3:
-- manually blocked), for APIs that keep do-not-contact separate from a contact's fields.
-- @module consent
local queries = require "queries"
local values = require "values"

local M = {}

local CHANNEL = "^dnc_(.+)$"

--- Adds the requested fields: a contact without an entry for a channel may be contacted.
-- @tparam table requested an object of the request
-- @tparam table fields name -> value
-- @tparam table entries a list of `{channel=, reason=, dateAdded=}`; if it is not a list, nothing
-- is known
-- @treturn table name -> when the entry was made, if that is known
function M.add(requested, fields, entries)
  local reasons, instants, said_at = {}, {}, {}
  if type(entries) ~= "table" then
    return said_at
  end
  for _, entry in pairs(entries) do
    reasons[entry.channel], instants[entry.channel] = entry.reason, values.present(entry.dateAdded)
  end
  for _, name in ipairs(queries.wanted(requested, {})) do
    local channel = name:match(CHANNEL)
    if channel then
      fields[name], said_at[name] = reasons[channel] or 0, instants[channel]
    end
  end
  return said_at
end

--- The entry of a channel; nil if there is none.
function M.entry(entries, channel)
  for _, entry in pairs(type(entries) == "table" and entries or {}) do
    if entry.channel == channel then
      return entry
    end
  end
end

--- Takes the consent fields out of the values to be written. An empty value is not a consent: it is
-- dropped.
-- @tparam table written name -> value; afterwards without these fields
-- @treturn table channel -> reason
function M.take(written)
  local reasons = {}
  for name, value in pairs(written) do
    local channel = name:match(CHANNEL)
    if channel then
      reasons[channel] = math.type(value) and value or nil
      written[name] = nil
    end
  end
  return reasons
end

--- Iterates over the changes to a contact's consent: the channel, and the reason why it may not be
-- used (nil: it may). A new contact may turn out to exist: its blocks are not lifted.
-- @param change
-- @tparam table reasons of `take`
function M.verdicts(change, reasons)
  return coroutine.wrap(function()
    for channel, reason in pairs(reasons) do
      if reason ~= 0 or change.object_id then
        coroutine.yield(channel, reason ~= 0 and reason or nil)
      end
    end
  end)
end

return M
