--- Makes the engine's changes in Mautic: contacts in batches, companies one by one.
local batch = require "batch"
local changes = require "changes"
local client = require "client"
local consent = require "consent"
local do_not_contact = require "do_not_contact"
local records = require "records"
local values = require "values"

local M = {}

local WITHOUT_NULL = { write = client.write } -- what is empty is left out

-- The company that Mautic would match with this name: exactly this name, else one in another case
-- (of A to Z), else one with other accents ("Müller" for "Muller"), which is a different company.
local function like(name)
  local found = client.list({ name = "company" }, { { "companyname", "eq", name } })
  local exact = records.choose(found, function(one) return one.companyname == name end)
  return exact or records.choose(found, function(one) return values.same(one.companyname, name) end), found[1]
end

-- With a known name the creation would become an edit that clears all fields that it does not name:
-- so the company is edited at once, and fields that are empty here stay as they are there. A
-- similar one would be renamed.
local function create_company(_, change, fields, order)
  local same, similar = like(fields.companyname)
  local taken = same and changes.claimed(order, change, same.id, "Mautic")
  if similar and not same then
    return nil, nil, ("Mautic takes the name '%s' for that of '%s' (%s), and would rename it: give "
      .. "one of them another name"):format(fields.companyname, similar.companyname, similar.id)
  end
  if taken then
    return nil, nil, taken
  end
  local response = same and client.update("company", same.id, changes.written(change, WITHOUT_NULL))
    or client.send("POST", "/companies/new", json.object(fields))
  return response.ok and response:json().company.id or nil, response
end

-- Empty fields are left out for a new contact, which may turn out to exist; they clear an existing
-- one if Mautic is told so. A new contact has no points anyway. Consent needs separate requests.
local function item_of(change)
  local item = changes.written(change, change.object_id and client or WITHOUT_NULL)
  local reasons = consent.take(item)
  item.id, item.overwriteWithBlank = change.object_id, change.object_id and true or nil
  if not change.object_id and item.points == 0 then
    item.points = nil
  end
  return json.object(item), reasons
end

-- The ids of contacts that have the e-mail addresses of some items, in whatever letters.
local function known_by_email(items)
  local ids = {}
  local emails = values.map(items, function(item)
    return not values.is_empty(item.email) and item.email or nil
  end)
  for some in batch.of(client.ids, emails) do
    for _, contact in ipairs(client.list({ name = "contact" }, { { "email", "any", some } })) do
      ids[contact.email:lower()] = values.id(contact.id)
    end
  end
  return ids
end

-- A known e-mail turns a creation into an edit. So the contact's owner is checked first: one that
-- is linked to another object here is not written to.
local function send_new(items, some, order)
  local ids, results, places, fresh, edits = known_by_email(items), {}, {}, {}, {}
  for index, item in ipairs(items) do
    local id = not values.is_empty(item.email) and ids[item.email:lower()]
    local taken = id and changes.claimed(order, some[index], id, "Mautic")
    local list = id and edits or fresh
    if taken then
      results[index] = { ok = false, status = 422, reason = taken }
    else
      item.id = id or nil
      list[#list + 1], places[item] = item, index
    end
  end
  for _, list in ipairs { edits, fresh } do
    local answers = list[1] and client.batch(list, list == fresh) or {}
    if list[1] and not answers[1] then
      return nil
    end
    for index, item in ipairs(list) do
      results[places[item]] = answers[index]
    end
  end
  return results
end

local function send(items, are_new, some, order)
  if are_new then
    return send_new(items, some, order)
  end
  return client.batch(items, false)
end

-- Mautic ignores zeros (also the text "0") when it creates or edits a contact. They are stored only
-- if the whole contact is written.
local function has_zero(item)
  for _, value in pairs(item) do
    local number = tonumber(value)
    if number and number > -1 and number < 1 then
      return true
    end
  end
  return false
end

-- Sends what a contact needs in addition to its item: zeros, consent, and membership of the company
-- that it names.
local function send_rest(company_of, change, id, item, reasons)
  local responses = do_not_contact.send(change, id, reasons)
  responses[#responses + 1] = has_zero(item) and client.replace(id, item) or nil
  local company = changes.referred(change, "company", item.company, "company", company_of)
  local path = ("/companies/%s/contact/%s/add"):format(company, id)
  responses[#responses + 1] = company and client.send("POST", path, json.object {})
  return responses
end

--- Carries out the order; an answer counts from the moment it is given.
function M.execute(order)
  local company_of = records.finder(client, "company", "companyname")
  changes.execute(order, { client = client, create = create_company }, {
    contact = {
      client = client, size = 100, item = item_of, send = send, -- more than 200 are an HTTP 500
      rest = function(...) return send_rest(company_of, ...) end,
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
