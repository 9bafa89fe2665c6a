--- Makes the engine's changes in Mautic: contacts in batches, companies one by one.
local changes = require "changes"
local client = require "client"
local consent = require "consent"
local records = require "records"

local M = {}

local WITHOUT_NULL = { datetime = client.datetime } -- what is empty is left out

-- A known name would make the creation an edit that clears all that it does not name: it is edited at once,
-- and what is empty here stays there.
local function create_company(_, change, fields)
  local same = records.finder(client, "company", "companyname")(fields.companyname)
  local response = same and client.update("company", same, changes.written(change, WITHOUT_NULL))
    or client.send("POST", "/companies/new", json.object(fields))
  return response.ok and response:json().company.id or nil, response
end

-- What is empty is left out of a new contact, which may turn out to be there; it clears an existing one if
-- Mautic is told that it may. Consent has requests of its own.
local function item_of(change)
  local item = changes.written(change, change.object_id and client or WITHOUT_NULL)
  local reasons = consent.take(item)
  item.id, item.overwriteWithBlank = change.object_id, change.object_id and true or nil
  return json.object(item), reasons
end

-- Does Mautic leave out one of these values when it creates or edits a contact, because it takes it for a
-- number that is zero ("no" of a boolean field is one)? Only a contact that is written as a whole gets it.
local function has_zero(item)
  for _, value in pairs(item) do
    local number = tonumber(value)
    if value == false or (number and number > -1 and number < 1) then
      return true
    end
  end
  return false
end

-- Sends what a contact needs besides its item: zeros, consent, and membership of the company that it names.
local function send_rest(company_of, change, id, item, reasons)
  local responses = { has_zero(item) and client.replace(id, item) or nil }
  for channel, reason in consent.verdicts(change, reasons) do
    local path = ("/contacts/%s/dnc/%s/%s"):format(id, channel, reason and "add" or "remove")
    responses[#responses + 1] = client.send("POST", path, json.object { reason = reason })
  end
  local company = company_of(item.company)
  local path = ("/companies/%s/contact/%s/add"):format(company, id)
  responses[#responses + 1] = company and client.send("POST", path, json.object {})
  return responses
end

--- Carries out the order; an answer counts from the moment it is given.
function M.execute(order)
  local company_of = records.finder(client, "company", "companyname")
  changes.execute(order, { client = client, create = create_company }, {
    contact = {
      client = client, size = 100, item = item_of, send = client.batch, -- more than 200 are an HTTP 500
      rest = function(...) return send_rest(company_of, ...) end,
    },
  })
end

--- After a crash: the object that the change would have made. A company is known by its name, a contact by
-- its e-mail; one without an e-mail is the newest that is like it.
function M.find(object, change)
  local keys = { object == "company" and "companyname" or "email" }
  local traits = { "lastname", "firstname", "company", "phone", "mobile" }
  return records.made(client, object, change:fields(), keys, traits)
end

return M
