--- EspoCRM's REST API: lists, single records, and its reasons for refusals.
local parallel = require "parallel"
local php = require "php"
local queries = require "queries"
local rest = require "rest"
local values = require "values"

-- Its dates change with every PUT, even with one that changes nothing. It answers 500 to a boolean
-- that is null.
local M = {
  modified = "modifiedAt", ids = 100,
  null = function(type_of) return type_of ~= "boolean" and json.null or nil end,
}

local PAGE_SIZE = config.page_size or 200 -- EspoCRM answers 403 to more
local CUT = 10000 -- characters to which lists cut long texts
local COMPARISONS = {
  eq = "equals", gt = "greaterThan", gte = "greaterThanOrEquals", lt = "lessThan", any = "in",
}
local ANYWAY = { ["X-Skip-Duplicate-Check"] = "true" }

-- The fields needed from each record, mapped or not.
local ALWAYS = {
  Account = { "id", "createdAt", "modifiedAt" },
  Contact = { "id", "createdAt", "modifiedAt", "accountId" },
  Lead = { "id", "createdAt", "modifiedAt", "status", "createdContactId" },
}

local api = rest.client {
  name = "EspoCRM",
  -- the body of an error is often empty, the reason is in a header
  reason = function(response) return response.headers["X-Status-Reason"] end,
}

--- Why it refused.
M.reason = api.reason

--- The fields that a refusal names: "Field validation failure; entityType: Contact, field: phoneNumber, ..."
-- A currency is refused in the name of its amount, which without it would be one of the default currency.
function M.refused(response)
  local reason = response.status == 400 and M.reason(response) or ""
  local name = reason:match "field: (%w+)"
  return { name, reason:match "type: validCurrency" and name .. "Currency" or nil }
end

--- The definitions of an object's fields: name -> {type, required ...}. EspoCRM silently leaves out
-- what the user's role forbids as a whole.
function M.fields(object)
  local query = { key = ("entityDefs.%s.fields"):format(object) }
  local response = api:send("GET", "/Metadata", { query = query })
  if response.ok and (response.body == "" or response.body == "null") then
    error(("GET /Metadata: EspoCRM tells nothing of '%s': give the API user's role access to it, or take it "
      .. "out of 'mapping'"):format(object), 0)
  end
  return api:body_of("GET /Metadata", response)
end

-- What the user's role forbids, which the metadata does not tell: the tables of all objects, asked for once.
local rights = parallel.once(function()
  local path = "/App/user"
  local user = api:body_of("GET " .. path, api:send("GET", path))
  return values.at(user, "acl.fieldTableQuickAccess") or {}
end)

--- Sets of the names of an object's attributes that the user may not read, and not edit.
function M.forbidden(object)
  local own = values.at(rights(), object .. ".attributes") or {}
  local function set(action)
    local names = {}
    for _, name in ipairs(values.present(values.at(own, action .. ".no")) or {}) do
      names[name] = true
    end
    return names
  end
  return set "read", set "edit"
end

-- A contact's title is its role in its account: without an account EspoCRM drops a title that is
-- sent, so an empty one means nothing.
local function titled(requested, item)
  if requested.name == "Contact" and values.is_empty(item.accountId) and values.is_empty(item.title) then
    item.title = nil
  end
  return item
end

--- One record; nil if it does not exist (any more), false if the user may not see it. Only
-- administrators see deleted ones, marked.
function M.one(requested, id)
  local record = api:one(("/%s/%s"):format(requested.name, id))
  return record and (record.deleted ~= true and titled(requested, record) or nil)
end

--- The record as it was stored: trimmed, with phones in another form, and without what the role may not edit.
function M.stored(response, change)
  return { fields = titled({ name = change.object }, rest.body(response)) }
end

-- A record whose text was as long as lists allow is requested alone, to get the whole text.
local function whole(requested, item)
  for _, value in pairs(item) do
    if type(value) == "string" and #value >= CUT then
      return M.one(requested, item.id) or item
    end
  end
  return titled(requested, item)
end

local function page(names, where)
  local query = {
    select = table.concat(names, ","), maxSize = PAGE_SIZE, offset = 0, orderBy = "id", order = "asc",
  }
  return php.where(query, "where", where, { "type", "attribute", "value" })
end

--- A page of the records for which all conditions are true, in the order of their ids.
function M.list(requested, conditions)
  local where = values.map(conditions, function(condition)
    return { COMPARISONS[condition[2]], condition[1], condition[3] }
  end)
  local query = page(queries.wanted(requested, ALWAYS[requested.name]), where)
  return values.map(api:read("/" .. requested.name, query, "list"), function(record)
    return whole(requested, record)
  end)
end

--- A page of the records that have one of these e-mail addresses, in whatever letters and secondary ones
-- included, with the state of their primary address; none of an object that the user may not see. nil and the
-- response if EspoCRM did not answer.
function M.holders(object, addresses)
  local any = values.map(addresses, function(address) -- EspoCRM answers 500 to "in" for addresses
    return { "equals", "emailAddress", address }
  end)
  local names = { "emailAddress", "emailAddressIsOptedOut", "emailAddressIsInvalid" }
  local response = api:send("GET", "/" .. object, { query = page(names, { { "or", nil, any } }) })
  if response.status == 403 or response.status == 404 then
    return {}
  end
  return response.ok and api:member_of("GET /" .. object, response, "list") or nil, response
end

--- Creates a record; the answer is 409 with the records that EspoCRM considers duplicates, unless
-- `anyway`. So sending it twice does no harm.
function M.create(object, fields, idempotency_key, anyway)
  return api:send("POST", "/" .. object, {
    json = json.object(fields), headers = anyway and ANYWAY,
    idempotency_key = not anyway and idempotency_key or nil,
  })
end

--- Changes a known record: duplicates are no longer checked.
function M.update(object, id, fields)
  return api:send("PUT", ("/%s/%s"):format(object, id), { json = json.object(fields), headers = ANYWAY })
end

--- Deletes a record.
function M.delete(object, id)
  return api:send("DELETE", ("/%s/%s"):format(object, id))
end

return M
