--- Do-not-contact in Mautic, which needs separate requests.
local client = require "client"
local consent = require "consent"
local rest = require "rest"
local values = require "values"

local M = {}

local function send(id, channel, action, reason)
  local path = ("/contacts/%s/dnc/%s/%s"):format(id, channel, action)
  return client.send("POST", path, json.object { reason = reason })
end

-- An existing reason does not change (although the answer is 200): it is removed and added again.
local function block(id, channel, reason)
  local response = send(id, channel, "add", reason)
  local contact = response.ok and rest.body(response).contact or {}
  local entry = consent.entry(contact.doNotContact, channel)
  if entry and entry.reason ~= reason then
    local removed = send(id, channel, "remove")
    return removed.ok and send(id, channel, "add", reason) or removed
  end
  return response
end

-- Somebody may have blocked it there since it was lifted here, even in the same second: Mautic's
-- dates are whole seconds. Such a block stays, and comes with the next report.
local function lift(change, id, channel)
  local contact = client.contact(id)
  local entry = contact and consent.entry(contact.doNotContact, channel)
  local at = entry and values.present(entry.dateAdded)
  if at and datetime.compare(datetime.add(at, 1, "seconds"), change.changed_at) > 0 then
    return { ok = false, status = 409 }
  end
  return entry and send(id, channel, "remove") or { ok = true, status = 200 }
end

--- Sends the changes to a contact's consent.
-- @param change
-- @tparam string id
-- @tparam table reasons channel -> reason
-- @treturn table the responses
function M.send(change, id, reasons)
  local responses = {}
  for channel, reason in consent.verdicts(change, reasons) do
    local response = reason and block(id, channel, reason) or lift(change, id, channel)
    responses[#responses + 1] = values.merge(response, { fields = { "dnc_" .. channel } })
  end
  return responses
end

return M
