--- Pipedrive's API v2, as it is for all kinds of records: pages with cursors, fields by their names, single
-- writes, and what requests cost in the tokens of the day.
-- @module pipedrive
local names = require "names"
local rest = require "rest"
local values = require "values"

local M = { null = json.null }

local PAGE = 500

-- ---- requests ----

-- Too many requests are answered by somebody else, in HTML.
local function reason(response)
  local body = rest.body(response)
  if response.status == 403 and body.success == nil then
    return "too many requests were sent, and Pipedrive refuses all for some hours"
  end
  local parts = { values.present(body.error), values.present(body.error_info) }
  return table.concat(parts, " ")
end

-- How many tokens of the day are left; how many there were is what the operator has written.
local function hear(response)
  local left = tonumber(response.headers["x-daily-ratelimit-token-remaining"])
  local all = values.at(config, "limits.buckets.tokens.per_day")
  if left and all then
    http.told { bucket = "tokens", limit = all, remaining = left }
  end
end

local api = rest.client { name = "Pipedrive", reason = reason, heard = hear }

--- Why it refused.
M.reason = api.reason

local function path_of(object, rest_of_path)
  return "/api/v2/" .. object .. (rest_of_path or "")
end

local function read(path, query, tokens, more)
  local costs = values.merge({ tokens = tokens }, more or {})
  return api:body_of("GET " .. path, api:send("GET", path, { query = query, costs = costs }))
end

-- ---- fields ----

local STANDARD = { varchar = "string", varchar_auto = "string", text = "textarea", double = "double",
  int = "int", boolean = "boolean", phone = "phone", date = "date", time = "time", enum = "select",
  set = "multiselect", user = "string", org = "string", people = "string", address = "string" }

-- A custom field's key is 40 hexadecimal digits: people know it by its name. Two of one name are told apart
-- by the beginnings of their keys.
local function name_fields(raw)
  local counts, fields = {}, {}
  for _, field in ipairs(raw) do
    local name = field.is_custom_field and field.field_name or field.field_code
    counts[name] = (counts[name] or 0) + 1
  end
  for _, field in ipairs(raw) do
    local name = field.is_custom_field and field.field_name or field.field_code
    if counts[name] > 1 and field.is_custom_field then
      name = ("%s (%s)"):format(name, field.field_code:sub(1, 8))
    end
    local labels = {}
    for _, option in ipairs(values.present(field.options) or {}) do
      labels[values.id(option.id)] = option.label
    end
    fields[name] = {
      code = field.field_code, label = field.field_name, kind = field.field_type,
      type = STANDARD[field.field_type], custom = field.is_custom_field,
      labels = next(labels) and labels or nil,
    }
  end
  return fields
end

--- The fields of an object by their names: `{code=, label=, type=, kind=, custom=, labels=}`; asked for once
-- an hour.
-- @tparam string object "persons" or "organizations"
function M.fields(object)
  local key = "fields " .. object
  local fields = cache.get(key)
  if not fields then
    local raw, cursor = {}, nil
    repeat
      local path = path_of((object:gsub("s$", "Fields")))
      local body = read(path, { limit = PAGE, cursor = cursor }, 10)
      table.move(body.data, 1, #body.data, #raw + 1, raw)
      cursor = values.present(values.at(body, "additional_data.next_cursor"))
    until not cursor
    fields = name_fields(raw)
    cache.set(key, fields, 3600)
  end
  return fields
end

-- A value of a custom field: options by their labels, and what is made of parts by its text.
local function shown(field, value)
  if field.kind == "set" and type(value) == "table" then
    return values.map(value, function(id) return (field.labels or {})[values.id(id)] end)
  elseif field.kind == "enum" and not values.is_empty(value) then
    return (field.labels or {})[values.id(value)]
  elseif type(value) == "table" then
    return values.present(value.value) or json.null
  end
  return value
end

--- The fields of a record by their names.
function M.flat(object, record)
  local flat = {}
  for name, field in pairs(M.fields(object)) do
    local value
    if field.custom then
      value = (values.present(record.custom_fields) or {})[field.code]
    else
      value = record[field.code]
    end
    if value ~= nil and field.type then
      flat[name] = shown(field, value)
    end
  end
  return flat
end

local function option(field, label)
  for id, own in pairs(field.labels or {}) do
    if own == label then
      return math.tointeger(tonumber(id)) or id
    end
  end
  return nil
end

local function written(field, value)
  if values.is_empty(value) then
    return json.null -- a set refuses an empty list
  elseif field.kind == "set" then
    local list = type(value) == "table" and value or { value }
    return list[1] and values.map(list, function(label) return option(field, label) end) or json.null
  elseif field.kind == "enum" then
    return option(field, value)
  elseif field.kind == "user" or field.kind == "org" or field.kind == "people" then
    return math.tointeger(tonumber(value))
  elseif field.kind == "varchar" or field.kind == "text" or field.kind == "phone" then
    return values.id(value)
  elseif field.kind == "address" then
    return { value = value }
  end
  return value
end

--- The first and last name of a person; "" if there is none. Only the whole name can be written, and
-- Pipedrive takes it apart at the last blank. What cannot be meant so (a single word, "van Beethoven,
-- Ludwig") is taken apart as `names.join` put it together.
function M.names(record)
  local first, last = values.present(record.first_name) or "", values.present(record.last_name) or ""
  local name = values.present(record.name) or ""
  if first ~= "" and last ~= "" and not first:find ",$" and name == first .. " " .. last then
    return first, last
  end
  return names.split(name)
end

--- What is sent for fields by their names. Options that Pipedrive does not have are left out.
function M.record(object, flat)
  local record, known = {}, M.fields(object)
  for name, value in pairs(flat) do
    local field = known[name]
    if field and field.custom then
      record.custom_fields = record.custom_fields or {}
      record.custom_fields[field.code] = written(field, value)
    elseif field then
      record[field.code] = written(field, value)
    end
  end
  return record
end

-- ---- records ----

--- A page of records in the order in which they were updated, and the cursor of the next one; nil if the
-- cursor has run out.
function M.page(object, query, cursor)
  local path = path_of(object)
  local asked = values.merge({ sort_by = "update_time", sort_direction = "asc", limit = PAGE }, query)
  asked.cursor = cursor
  local response = api:send("GET", path, { query = asked, costs = { tokens = 10 } })
  if cursor and response.status == 400 then
    return nil
  end
  local body = api:body_of("GET " .. path, response)
  return values.present(body.data) or {}, values.present(values.at(body, "additional_data.next_cursor"))
end

--- The records with these ids, at most 100, on however many pages they come; those that are gone are missing.
function M.named(object, query, ids)
  local asked, records = values.merge(query, { ids = table.concat(ids, ","), limit = PAGE }), {}
  repeat
    local body = read(path_of(object), asked, 10)
    local found = values.present(body.data) or {}
    table.move(found, 1, #found, #records + 1, records)
    asked.cursor = values.present(values.at(body, "additional_data.next_cursor"))
  until not asked.cursor
  return records
end

--- A record; nil if it is gone.
function M.one(object, id)
  local path = path_of(object, "/" .. id)
  local response = api:send("GET", path, { costs = { tokens = 1 } })
  if response.status == 404 then
    return nil
  end
  local record = api:body_of("GET " .. path, response).data
  return not record.is_deleted and record or nil
end

--- Into which record one was merged; nil if that is not told.
function M.merged_into(object, id)
  local path = ("/api/v1/%s/%s"):format(object, id)
  local response = api:send("GET", path, { costs = { tokens = 2 } })
  local winner = response.ok and values.at(rest.body(response), "data.merge_what_id")
  return winner and values.id(winner)
end

-- By what the changelog, which is of v1, calls a field: first and last names are one, as are all e-mails.
local function logged_as(object, name)
  local field = M.fields(object)[name]
  if name == "first_name" or name == "last_name" then
    return "name"
  end
  return field and field.code or name:match "^%a+"
end

--- When fields of a record were changed last, as far as its changelog tells.
-- @tparam string object
-- @tparam string id
-- @tparam table wanted names of the fields
-- @treturn table name -> instant
-- @treturn table list of the fields that Tandem itself changed last
function M.changes(object, id, wanted)
  local newest, dates, own = {}, {}, {}
  local path = ("/api/v1/%s/%s/changelog"):format(object, id)
  for _, change in ipairs(values.present(read(path, { limit = PAGE }, 20).data) or {}) do
    newest[change.field_key] = newest[change.field_key] or change
  end
  for _, name in ipairs(wanted) do
    local change = newest[logged_as(object, name)]
    if change then
      dates[name] = change.time:gsub(" ", "T") .. "Z"
      local agent = values.present(change.change_source_user_agent) or ""
      own[#own + 1] = agent:find("tandem/", 1, true) == 1 and name or nil
    end
  end
  return dates, own
end

--- The id of the first record that has this text in a field, letters of either case; nil if there is none, or
-- the search does not yet know it.
-- @tparam string object
-- @tparam string field
-- @tparam string text
-- @tparam[opt] function is_it `is_it(item)`: is it really this one?
function M.search(object, field, text, is_it)
  local path = path_of(object, "/search")
  local query = { term = text, fields = field, exact_match = true, limit = 10 }
  for _, found in ipairs(read(path, query, 20, { search = 1 }).data.items) do
    if not is_it or is_it(found.item) then
      return values.id(found.item.id)
    end
  end
  return nil
end

--- Creates a record; returns the response.
function M.create(object, record)
  return api:send("POST", path_of(object), { json = json.object(record), costs = { tokens = 5 } })
end

--- Edits a record; returns the response.
function M.update(object, id, record)
  return api:send("PATCH", path_of(object, "/" .. id), {
    json = json.object(record), costs = { tokens = 5 }, idempotency_key = crypto.uuid(),
  })
end

--- Deletes a record; returns the response.
function M.delete(object, id)
  return api:send("DELETE", path_of(object, "/" .. id), { costs = { tokens = 3 } })
end

return M
