--- Makes the engine's changes in Mautic: contacts in batches, companies one by one.
local batch = require "batch"
local client = require "client"
local crm = require "crm"
local values = require "values"

local M = {}

local BATCH_SIZE = 100 -- more than 200 are an HTTP 500

-- What a change writes, and its consent, which has requests of its own. What is empty is left out of a new
-- object, which may turn out to be there (nor is a block lifted then); it clears an existing one if Mautic is
-- told that it may.
local function parts(change)
  local fields, consent = crm.written(change, change.object_id and "" or nil), {}
  for name, value in pairs(crm.written(change, nil)) do
    local channel = name:match("^dnc_(.+)$")
    if channel and (change.object_id or value ~= 0) then
      consent[channel] = value
    end
  end
  for name in pairs(change:fields()) do
    if name:find("^dnc_") then
      fields[name] = nil
    end
  end
  fields.id, fields.overwriteWithBlank = change.object_id, change.object_id and true or nil
  return json.object(fields), consent
end

-- What a contact needs besides: zeros, consent, and membership of its company. What is not known lifts no
-- block. Returns the responses.
local function send_rest(id, fields, consent)
  local responses = { client.has_zero(fields) and client.replace(id, fields) or nil }
  for channel, reason in pairs(consent) do
    local path = ("/contacts/%s/dnc/%s/%s"):format(id, channel, reason == 0 and "remove" or "add")
    local body = json.object { reason = reason ~= 0 and reason or nil }
    responses[#responses + 1] = client.send("POST", path, body)
  end
  local company = not values.is_empty(fields.company) and fields.company
  local named = company and client.with("company", "companyname", { company }) or {}
  if #named == 1 then
    local path = ("/companies/%d/contact/%s/add"):format(named[1].id, id)
    responses[#responses + 1] = client.send("POST", path, json.object {})
  end
  return responses
end

local function settle(order, change, result, fields, consent)
  local id = change.object_id
  if result.status == 404 then
    order:delete_object(change)
  elseif not result.ok then
    crm.refuse(order, change, result, result.message)
  elseif not id then
    order:add_object_mapping(change, "contact", result.id) -- 200: the e-mail was known, they are linked
  elseif result.id ~= id then -- its new e-mail was another one's: merged
    order:remap_object("contact", id, "contact", result.id, change)
  else
    order:update_last_sync_date(change)
  end
  for _, response in ipairs(result.ok and send_rest(result.id, fields, consent) or {}) do
    if not response.ok then
      order:note_object_sync_issue(change, client.reason(response))
    end
  end
end

local function send_contacts(order, changes, method, path)
  for some in batch.of(BATCH_SIZE, changes) do
    local items, consents, once = {}, {}, false
    for index, change in ipairs(some) do
      items[index], consents[index] = parts(change)
      once = once or (not change.object_id and values.is_empty(items[index].email))
    end
    for index, result in ipairs(client.batch(method, path, items, once)) do
      settle(order, some[index], result, items[index], consents[index])
    end
  end
end

-- A known name makes the creation of a company an update.
local function send_company(order, change)
  local id, fields = change.object_id, parts(change)
  fields.id = nil
  local response = client.send(id and "PATCH" or "POST", id and ("/companies/%s/edit"):format(id)
    or "/companies/new", fields)
  if response.ok and not id then
    order:add_object_mapping(change, "company", response:json().company.id)
  else
    crm.settle(order, change, response, client.reason(response))
  end
end

--- Carries out the order; an answer counts from the moment it is given.
function M.execute(order)
  for change in order:changes("company") do
    send_company(order, change)
  end
  send_contacts(order, order:identified("contact"), "PATCH", "/contacts/batch/edit")
  send_contacts(order, order:unidentified("contact"), "POST", "/contacts/batch/new")
  for object, plural in pairs { contact = "contacts", company = "companies" } do
    for change in order:deletions(object) do
      local response = client.send("DELETE", ("/%s/%s/delete"):format(plural, change.object_id))
      crm.settle(order, change, response, client.reason(response))
    end
  end
end

--- After a crash: the object that the change would have made, if it is known by its e-mail or name.
function M.find(object, change)
  local key = object == "company" and "companyname" or "email"
  local value = change:fields()[key]
  local found = not values.is_empty(value) and client.with(object, key, { value }) or {}
  return #found == 1 and found[1].id or nil
end

return M
