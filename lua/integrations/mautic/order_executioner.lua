--- Makes the engine's changes in Mautic: contacts in batches, companies one by one.
local changes = require "changes"
local client = require "client"
local consent = require "consent"
local values = require "values"

local M = {}

local BATCH_SIZE = 100 -- more than 200 are an HTTP 500

local function known(object, column, value)
  return not values.is_empty(value) and client.with(object, column, { value }) or {}
end

-- ---- companies ----

local function edit_company(_, id, fields)
  return client.send("PATCH", ("/companies/%s/edit"):format(id), json.object(fields))
end

-- A known name would make the creation an edit that clears all that it does not name: it is edited at once,
-- and what is empty here stays there.
local function create_company(order, object, change, fields)
  local same = known("company", "companyname", fields.companyname)[1]
  local response = same and edit_company(object, values.id(same.id), changes.written(change, nil))
    or client.send("POST", "/companies/new", json.object(fields))
  if response.ok then
    order:add_object_mapping(change, object, response:json().company.id)
  else
    changes.refuse(order, change, response, client.reason(response))
  end
end

local TARGET = {
  create = create_company, update = edit_company, delete = client.delete, reason = client.reason, null = "",
}

-- ---- contacts ----

-- What is empty is left out of a new contact, which may turn out to be there; it clears an existing one if
-- Mautic is told that it may. Consent has requests of its own.
local function item_of(change)
  local item = changes.written(change, change.object_id and "" or nil)
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

-- What a contact needs besides its item: zeros, consent, and membership of the company that it names. A new
-- contact, which may turn out to be there, lifts no block.
local function send_rest(order, change, id, item, reasons)
  local function check(response)
    if not response.ok then
      changes.refuse(order, change, response, client.reason(response))
    end
  end
  if has_zero(item) then
    check(client.replace(id, item))
  end
  for channel, reason in pairs(reasons) do
    local path = ("/contacts/%s/dnc/%s/"):format(id, channel)
    if reason ~= 0 then
      check(client.send("POST", path .. "add", json.object { reason = reason }))
    elseif change.object_id then
      check(client.send("POST", path .. "remove", json.object {}))
    end
  end
  local company = known("company", "companyname", item.company)[1]
  if company then
    check(client.send("POST", ("/companies/%d/contact/%s/add"):format(company.id, id), json.object {}))
  end
end

local function send_contacts(order, some, method, path)
  local items, reasons, once = {}, {}, false
  for index, change in ipairs(some) do
    items[index], reasons[index] = item_of(change)
    once = once or (not change.object_id and values.is_empty(items[index].email))
  end
  local results = client.batch(method, path, items, once)
  for index, result in ipairs(results or {}) do
    if changes.settle_result(order, some[index], result) then
      send_rest(order, some[index], result.id, items[index], reasons[index])
    end
  end
  return results
end

--- Carries out the order; an answer counts from the moment it is given.
function M.execute(order)
  changes.singly(order, "company", TARGET)
  changes.in_batches(order, BATCH_SIZE, function(some)
    return send_contacts(order, some, "PATCH", "/contacts/batch/edit")
  end, order:identified("contact"))
  changes.in_batches(order, BATCH_SIZE, function(some)
    return send_contacts(order, some, "POST", "/contacts/batch/new")
  end, order:unidentified("contact"))
  changes.deletions(order, "contact", TARGET)
end

-- Is this contact what these fields would have made, one without an e-mail?
local function is_like(contact, fields)
  for _, name in ipairs { "firstname", "lastname", "company", "phone", "mobile" } do
    if not values.is_empty(fields[name]) and contact[name] ~= fields[name] then
      return false
    end
  end
  return values.is_empty(contact.email)
end

--- After a crash: the object that the change would have made. It is known by its e-mail or name; a contact
-- without an e-mail is the newest one that is like it.
function M.find(object, change)
  local fields, id = change:fields(), nil
  local column = object == "company" and "companyname" or "email"
  if not values.is_empty(fields[column]) then
    local found = known(object, column, fields[column])
    return #found == 1 and found[1].id or nil
  end
  column = values.is_empty(fields.lastname) and "firstname" or "lastname"
  for _, contact in ipairs(known(object, column, fields[column])) do
    id = is_like(contact, fields) and contact.id or id
  end
  return id
end

return M
