--- Reports of Salesforce: one query tells what was changed, deleted and merged; where it was asked too long
-- ago for deletions to be remembered, those that are linked are compared with those that are there.
-- @module salesforce.reports
local batch = require "batch"
local gone = require "gone"
local keyset = require "keyset"
local pagination = require "pagination"
local queries = require "queries"
local salesforce = require "salesforce"
local values = require "values"

local M = {}

local REMEMBERED = 14 -- days: the recycle bin and the log of deletions have 15
local NAMED = 200

local function stamp(row) return row.SystemModstamp end
local function id(row) return row.Id end

-- Fields that this user may not see are unknown to queries, which would fail. Records are complete without
-- them: the engine tells people which mapped fields are not there.
local function fields_of(source, requested)
  local object, names = source.name(requested.name), {}
  local known = salesforce.describe(object)
  local more = { "LastModifiedById", table.unpack(source.more[requested.name] or {}) }
  for _, name in ipairs(queries.wanted(requested, more)) do
    if known[name] and not (name == "Id" or name == "IsDeleted" or name == "SystemModstamp") then
      names[#names + 1] = name
    end
  end
  return names
end

local function add(report, source, requested, row)
  local conversion, relation = source.conversion, source.relation
  if row.IsDeleted then
    local master = values.present(row.MasterRecordId)
    if master then
      report:merge(requested.name, row.Id, master)
    else
      report:add_deleted(requested.name, row.Id)
    end
  elseif conversion.object == requested.name and values.present(row[conversion.field]) then
    report:remap_object(requested.name, row.Id, conversion.to_object, row[conversion.field])
  else
    row.attributes = nil
    report:add_object {
      object = requested.name, id = row.Id, changed_at = salesforce.instant(row.SystemModstamp), fields = row,
      complete = true,
    }
    if salesforce.is_own(row) then
      report:own_edit(requested.name, row.Id)
    end
    if relation.object == requested.name and not values.is_empty(row[relation.field]) then
      report:add_relation {
        object = requested.name, id = row.Id, field = relation.field,
        to_object = relation.to_object, to_id = row[relation.field],
      }
    end
  end
end

local function window(source, requested)
  local conditions = source.conditions(requested.name)
  conditions[#conditions + 1] = requested.from and "SystemModstamp >= " .. salesforce.instant(requested.from)
  conditions[#conditions + 1] = "SystemModstamp < " .. salesforce.instant(requested.to)
  return conditions
end

-- Conversions go into the first report: later the contact might be met before its lead, and taken for a new
-- one.
local function add_conversions(report, source, requested)
  local conversion, conditions = source.conversion, window(source, requested)
  conditions[#conditions + 1] = conversion.field .. " != null"
  local pages = keyset.pages(function(date, last)
    return salesforce.page(source.name(requested.name), { conversion.field }, conditions, date, last)
  end, stamp, id)
  for row in pagination.items(pages) do
    report:remap_object(requested.name, row.Id, conversion.to_object, row[conversion.field])
  end
end

local function add_named(report, source, requested)
  local there = {}
  for some in batch.of(NAMED, requested.ids) do
    local object = source.name(requested.name)
    for _, row in ipairs(salesforce.named(object, fields_of(source, requested), some)) do
      there[row.Id] = true
      add(report, source, requested, row)
    end
  end
  for _, wanted in ipairs(requested.ids) do
    if not there[wanted] then
      report:add_deleted(requested.name, wanted)
    end
  end
end

local function compare(report, source, requested, after)
  return gone.compare(report, requested, after, NAMED, function(ids)
    local there = {}
    local rows = salesforce.named(source.name(requested.name), source.more[requested.name], ids)
    for _, row in ipairs(rows) do
      if not row.IsDeleted then
        there[row.Id] = true
      elseif values.present(row.MasterRecordId) then
        there[row.Id] = false
        report:merge(requested.name, row.Id, row.MasterRecordId)
      end
    end
    return there
  end)
end

local function is_long_ago(requested)
  local remembered = datetime.add(requested.to, -REMEMBERED, "days")
  return datetime.compare(requested.from, remembered) < 0
end

-- What is in the recycle bin was told by the pages; what was deleted for good is told by a log only, and if
-- that does not go back far enough, all that is linked is compared.
local function after_pages(report, source, requested)
  local object = source.name(requested.name)
  local ids = not is_long_ago(requested) and salesforce.deleted(object, requested.from, requested.to)
  if not ids then
    return "keys "
  end
  for some in batch.of(NAMED, ids) do
    local in_bin = {}
    for _, row in ipairs(salesforce.named(object, {}, some)) do
      in_bin[row.Id] = true
    end
    for _, one in ipairs(some) do
      if not in_bin[one] then
        report:add_deleted(requested.name, one)
      end
    end
  end
  return nil
end

-- Reads one page and returns how to continue; nil: everything has been read.
local function read(report, source, requested, cursor)
  local compared = cursor and cursor:match "^keys (.*)$"
  if requested.ids then
    return add_named(report, source, requested)
  elseif compared then
    local last = compare(report, source, requested, compared ~= "" and compared or nil)
    return last and "keys " .. last
  end
  if not cursor and requested.from and source.conversion.object == requested.name then
    add_conversions(report, source, requested)
  end
  local rows = salesforce.page(source.name(requested.name), fields_of(source, requested),
    window(source, requested), keyset.place(cursor))
  for _, row in ipairs(rows) do
    add(report, source, requested, row)
  end
  return keyset.cursor(rows, stamp, id, cursor)
    or requested.from and after_pages(report, source, requested) or nil
end

--- Fills a report with one page of each object. `source` has
--
-- - `name(object)`: what Salesforce calls it;
-- - `conditions(object)`: texts of SOQL that are true for all of its records;
-- - `more`: object -> fields that are asked for besides;
-- - `relation`: `{object=, field=, to_object=}`: this field is the id of such an object;
-- - `conversion`: `{object=, field=, to_object=}`: this field is the id of what such an object became.
function M.fill(request, report, source)
  salesforce.check_organization()
  local walk = pagination.walk(request, { [source.relation.object] = source.relation.to_object })
  for requested, cursor in walk:objects() do
    walk:go_on(requested, read(report, source, requested, cursor))
  end
  walk:finish(report)
end

return M
