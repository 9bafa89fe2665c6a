--- Makes the engine's changes in Mautic: contacts in batches, companies one by one.
local batch = require "batch"
local changes = require "changes"
local client = require "client"
local consent = require "consent"
local do_not_contact = require "do_not_contact"
local records = require "records"
local values = require "values"

local M = {}

-- The company that Mautic would match with a new one: exactly this name, else one in another case (of A to
-- Z). One with other accents ("Müller" for "Muller") is a different company, which would be renamed.
local function existing_company(items)
  local name = items[1].companyname
  local found = client.list({ name = "company" }, { { "companyname", "eq", name } })
  local same = records.choose(found, function(one) return one.companyname == name end)
    or records.choose(found, function(one) return values.same(one.companyname, name) end)
  local similar = not same and found[1]
  return { same and same.id }, { similar and ("Mautic takes the name '%s' for that of '%s' (%s), and would "
    .. "rename it: give one of them another name"):format(name, similar.companyname, similar.id) or nil }
end

-- The contacts that have the e-mail addresses of new ones, in whatever letters.
local function existing_contacts(items)
  local ids = {}
  local emails = values.map(items, function(item)
    return not values.is_empty(item.email) and item.email or nil
  end)
  for some in batch.of(client.ids, emails) do
    for _, contact in ipairs(client.list({ name = "contact" }, { { "email", "any", some } })) do
      ids[contact.email:lower()] = values.id(contact.id)
    end
  end
  local found = {}
  for index, item in ipairs(items) do
    found[index] = not values.is_empty(item.email) and ids[item.email:lower()] or nil
  end
  return found
end

-- An edit clears fields only if Mautic is told so. A new contact has no points anyway. Consent needs
-- separate requests.
local function item_of(change)
  local item = changes.written(change, client)
  local reasons = consent.take(item)
  item.id, item.overwriteWithBlank = change.object_id, change.object_id and true or nil
  if not change.object_id and item.points == 0 then
    item.points = nil
  end
  return json.object(item), reasons
end

-- What a contact needs in addition to its item: zeros, which are stored only if the whole contact is
-- written, consent, and membership of the company that it names.
local function send_rest(company_of, change, id, item, reasons)
  local responses = do_not_contact.send(change, id, reasons)
  for _, value in pairs(item) do
    if client.is_zero(value) then
      responses[#responses + 1] = client.replace(id, item)
      break
    end
  end
  local company = changes.referred(change, "company", item.company, "company", company_of)
  if not values.is_empty(company) then
    local response = client.send("POST", ("/companies/%s/contact/%s/add"):format(company, id), json.object {})
    responses[#responses + 1] = values.merge(response, { fields = { "company" } })
  end
  return responses
end

local COMPANY = { client = client, existing = existing_company, create = client.create_company }

--- Carries out the order; an answer counts from the moment it is given.
function M.execute(order)
  local company_of = records.finder(client, "company", "companyname")
  changes.execute(order, COMPANY, {
    contact = {
      client = client, size = 100, item = item_of, send = client.batch, -- more than 200 are an HTTP 500
      existing = existing_contacts, rest = function(...) return send_rest(company_of, ...) end,
    },
  })
end

--- After a crash: the object that the change would have made. A company is identified by its name,
-- a contact by its e-mail; one without an e-mail is the newest similar one.
function M.find(object, change)
  local keys = { object == "company" and "companyname" or "email" }
  local traits = { "lastname", "firstname", "company", "phone", "mobile" }
  return records.made(client, object, change:fields(), keys, traits)
end

return M
