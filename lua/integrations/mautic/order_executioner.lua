--- Makes the engine's changes in Mautic: contacts in batches, companies one by one.
local batch = require "batch"
local client = require "client"
local crm = require "crm"
local values = require "values"

local M = {}

-- The values of a change as Mautic takes them: what is empty is left out of a new object (it may turn
-- out to be one that is there), and clears an existing one if Mautic is told that it may.
local function written(change)
  local fields = crm.written(crm.payload(change), function(name)
    return change:field(name).type == "datetime"
  end, change.object_id and "" or nil)
  fields.overwriteWithBlank = change.object_id and true or nil
  for name in pairs(fields) do
    fields[name] = not name:find("^dnc_") and fields[name] or nil
  end
  return json.object(fields)
end

-- Do-not-contact has requests of its own; what is not known lifts no block.
local function save_consent(id, fields)
  for name, value in pairs(fields) do
    local channel = name:match("^dnc_(.+)$")
    if channel and math.tointeger(value) then
      local path = ("/contacts/%s/dnc/%s/"):format(id, channel)
      local response = value == 0 and client.post(path .. "remove", {})
        or client.post(path .. "add", { reason = math.tointeger(value) })
      if not response.ok then
        return response
      end
    end
  end
end

-- Mautic keeps the company's name with the contact; membership is a link between the two.
local function save_membership(id, fields)
  local name = fields.company
  local company = not values.is_empty(name) and client.company_ids({ name })[name]
  local response = company and client.post(("/companies/%s/contact/%s/add"):format(company, id), {})
  return response and not response.ok and response or nil
end

local function settle(order, change, result)
  local id = change.object_id or result.id
  if not result.status or result.status >= 300 or not id then
    crm.settle(order, change, { ok = false, status = result.status or 500 }, result.message or "Mautic refused it")
    return
  end
  if change.object_id then
    order:update_last_sync_date(change)
  else
    order:add_object_mapping(change, "contact", id) -- 200: its e-mail was known, they are linked
  end
  local fields = change.object_id and crm.payload(change) or change:fields()
  local refused = save_consent(id, fields) or save_membership(id, fields)
  if refused then
    order:note_object_sync_issue(change, client.reason(refused))
  end
end

local function send_contacts(order, changes, method, path)
  for some in batch.of(client.BATCH_SIZE, changes) do
    local items, again = {}, true
    for index, change in ipairs(some) do
      items[index] = written(change)
      items[index].id = change.object_id
      again = again and (change.object_id ~= nil or not values.is_empty(items[index].email))
    end
    for index, result in ipairs(client.batch(method, path, items, again)) do
      settle(order, some[index], result)
    end
  end
end

local function send_company(order, change)
  local response = client.save_company(change.object_id, written(change))
  if response.ok and not change.object_id then
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
  for object in order:objects() do
    for change in order:deletions(object) do
      local response = client.delete(object, change.object_id)
      crm.settle(order, change, response, client.reason(response))
    end
  end
end

--- After a crash: the object that the change would have made, if it is known by its e-mail or name.
function M.find(object, change)
  local key = object == "company" and "companyname" or "email"
  local value = change:fields()[key]
  local found = not values.is_empty(value) and client.having(object, key, { value }) or {}
  return #found == 1 and found[1].id or nil
end

return M
