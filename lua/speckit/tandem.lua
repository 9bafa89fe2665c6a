--- The spec kit: an integration in the engine's real sandbox, with its network replaced by stubs.
--
--     local tandem = require "tandem"
--
--     it("reads opt_in as a boolean", function()
--       local hello = tandem.integration("helloworld")
--       hello.http:on("GET", "/citizen", { json = { { id = 1, fields = { opt_in = false } } } })
--       local citizen = hello:report({ objects = { "citizen" } }):object("citizen", "1")
--       assert.same({ type = "boolean", value = false }, citizen.fields.opt_in)
--     end)
--
-- The kit reimplements nothing of the engine: scripts run in the real sandbox, values are normalized,
-- judged and stored by the real code (the module `tandem.engine`, made of the same library as the
-- program). Plain busted in a folder with `.busted` finds everything; `tandem test NAME` does as well.
-- @module tandem
local engine = require "tandem.engine"
local cassettes = require "tandem.cassette"
local configuration = require "tandem.configuration"
local network = require "tandem.http"

local M = {}

--- JSON's null: known to be empty. (nil is not known.)
M.null = engine.null

--- The folder with config/ and lua/: TANDEM_HOME, else the current one.
M.home = os.getenv("TANDEM_HOME") or "."

--- When specs take place, unless they say otherwise.
M.NOW = "2026-03-10T12:00:00Z"

--- A table that is `{}` in JSON even if it is empty (an empty table is `[]`).
M.object = engine.object

--- A raw value as the engine reads it: `tandem.normalize("yes", "boolean")` is true. nil if it cannot
-- be read as this type.
-- @function normalize
M.normalize = engine.normalize

--- An instant as milliseconds since 1970: of ISO 8601, or of epoch seconds or milliseconds; nil if it is
-- none.
-- @function instant
M.instant = engine.instant

--- Milliseconds since 1970 as ISO 8601 in UTC.
-- @function iso
M.iso = engine.iso

--- Asks the judge who wins a field: "left" (ours), "right" (theirs), "equal" or "unresolved", and the mode
-- that decided.
--
--     tandem.judge { left = { value = "a", certain = "2026-01-01T00:00:00Z" },
--                    right = { value = "b", possible = "2026-01-02T00:00:00Z" } }
--
-- @tparam table case `left`, `right` and perhaps `base`: `{value=, type=, certain=, possible=}`; `modes`:
-- list of "base", "hard", "best", "fuzzy" (all)
-- @function judge
M.judge = engine.judge

-- ---- reports ----

local Report = {}
Report.__index = Report

--- An object of a report, or nil: `{object=, id=, changed_at=, fields={name -> {type=, value=,
-- changed_at=}}, unreadable={names}}`.
function Report:object(name, id)
  for _, object in ipairs(self.list) do
    if object.object == name and object.id == tostring(id) then
      return object
    end
  end
  return nil
end

--- All objects of a report in their order, or those of one name.
function Report:objects(name)
  local found = {}
  for _, object in ipairs(self.list) do
    if not name or object.object == name then
      found[#found + 1] = object
    end
  end
  return found
end

local function make_report(told)
  told.list, told.objects = told.objects, nil
  return setmetatable(told, Report)
end

-- ---- the store ----

local Store = {}
Store.__index = Store

--- Adds an object of ours as a user would: the change is tracked. Returns its id.
function Store:add(object, fields)
  return self.integration:_mapped():store_add(object, fields)
end

--- Edits an object of ours as a user would.
function Store:set(object, id, fields)
  self.integration:_mapped():store_set(object, tostring(id), fields)
end

--- Deletes an object of ours.
function Store:delete(object, id)
  self.integration:_mapped():store_delete(object, tostring(id))
end

--- The fields of an object that are not empty, and its `id`; nil if there is none.
function Store:get(object, id)
  return self.integration:_mapped():store_get(object, tostring(id))
end

--- The objects of which one field has this value: `store:find("contact", {email = "a@b.test"})`; all
-- without a field.
function Store:find(object, condition)
  local field, value = next(condition or {})
  return self.integration:_mapped():store_list(object, field, value and tostring(value))
end

--- The stored pairs: `{internal_object=, internal_id=, integration_object=, integration_id=, deleted=}`.
function Store:mappings()
  return self.integration:_mapped():store_books("mappings")
end

--- The tracked changes that wait: `{object=, id=, field=, at=}`.
function Store:changes()
  return self.integration:_mapped():store_books("changes")
end

--- What people are told: `{object=, object_id=, about=, field=, message=, ...}`.
function Store:notes()
  return self.integration:_mapped():store_books("notes")
end

-- ---- integrations ----

local Integration = {}
Integration.__index = Integration

-- What the engine was asked for, unless a stub was missing: that comes first.
local function checked(self, ...)
  local failure = self.http:take_failure()
  if failure then
    error(failure, 0)
  end
  return ...
end

-- Calls the engine; false and the message if it failed.
local function attempt(self, method, ...)
  local results = table.pack(pcall(self.engine[method], self.engine, ...))
  checked(self)
  return table.unpack(results, 1, results.n)
end

-- The fields that a spec, the folder spec/ or the API tells of an object.
local function learn(self, object)
  if self.known[object] then
    return
  end
  local requests = self.http.requests
  self.http.requests = {} -- what is learned here is no request of the spec
  local ran, fields = pcall(self.engine.fields, self.engine, object)
  self.http.requests, self.http.failure = requests, nil
  if not ran or #fields == 0 then
    error(("the fields of '%s' are not known: stub what fields.lua asks for, or list them in %s or with "
      .. "tandem.integration(name, {fields = ...})%s"):format(object, self.fields_path,
      ran and "" or "; " .. tostring(fields)), 0)
  end
  self.known[object] = fields
  self.manual = nil
end

-- Every field of these objects goes both ways into one of its own.
local function use_fields(self, objects)
  for _, object in ipairs(objects) do
    learn(self, object)
  end
  if self.manual ~= "fields" then
    self.engine:know_fields(self.known)
    self.engine:use_fields(self.known)
    self.manual = "fields"
  end
end

-- Without any types, no field that is reported could be read: the notes of a run would say so, but no answer.
local function check_types(self)
  if next(self.known) == nil and not self.engine:has("fields", "list") then
    error(("'%s' has no fields.lua, so no field has a type, and none that is reported can be read: write one "
      .. "(docs/authors.md, section 4), or list the fields in %s or with tandem.integration(name, "
      .. "{fields = ...})"):format(self.name, self.fields_path), 0)
  end
end

function Integration:_mapped()
  if self.manual ~= "mapping" then
    check_types(self)
    self.engine:know_fields(self.known)
    self.warnings = self.engine:use_mapping(self.schema)
    self.manual = "mapping"
  end
  return self.engine
end

local function names_of(self)
  local names = {}
  for index, object in ipairs(self.manifest.objects) do
    names[index] = object.name
  end
  return names
end

local function prepare(self, objects)
  if self.has_mapping then
    self:_mapped()
  else
    use_fields(self, objects)
  end
end

--- The fields of an object as fields.lua gives them.
-- @treturn table list of `{name=, label=, type=, required=, writable=}`
function Integration:fields(object)
  local ran, fields = attempt(self, "fields", object)
  return ran and fields or error(fields, 0)
end

--- Does the folder have this function? `hello:has("report_builder", "build")`
function Integration:has(part, name)
  return self.engine:has(part, name)
end

--- Like `report`, but nil and the message if it fails.
function Integration:try_report(asked)
  asked = asked or {}
  prepare(self, asked.objects or names_of(self))
  local ran, told = attempt(self, "report", asked)
  if not ran then
    return nil, told
  end
  return make_report(told)
end

--- One report, of one iteration.
--
-- Without a mapping (`tandem.integration(name, {mapping = ...})`) all fields of the objects are asked for.
-- @tparam[opt] table asked `objects` (names; all), `from`, `to` (now), `ids` (object -> list), `cursor`,
-- `iteration` (1), `position` (object -> token), `options`, `first_time`
-- @return a report: `:object(name, id)`, `:objects(name)`, `cursor`, `relations`, `remaps`, `deleted`,
-- `merges`, `positions`
function Integration:report(asked)
  local report, message = self:try_report(asked)
  return report or error(message, 0)
end

--- The reports of all iterations, until one has neither objects nor remaps nor a cursor, as a run asks
-- for them. Raises an error if they never end.
-- @treturn table list of reports
function Integration:reports(asked)
  local reports, seen, cursor = {}, {}, nil
  if asked and asked.ids then
    return { self:report(asked) }
  end
  for iteration = 1, 1000 do
    local now = configuration.merge(asked, { iteration = iteration })
    now.cursor = cursor
    local report = self:report(now)
    reports[iteration] = report
    cursor = report.cursor
    if #report.list == 0 and #report.remaps == 0 and not cursor then
      return reports
    end
    if cursor and seen[cursor] then
      error(("the cursor '%s' came twice, the reports would never end"):format(cursor), 0)
    end
    seen[cursor or 0] = cursor and true or nil
  end
  error("after 1000 iterations the reports have not come to an end", 0)
end

local function make_answers(told)
  local answers = {}
  for index, given in ipairs(told) do
    local first = given[1] or { action = "none" }
    first.all = given
    answers[index] = first
  end
  return answers
end

--- Like `execute`, but returns the answers given so far and the message if the executioner fails.
function Integration:try_execute(changes)
  local objects = {}
  for index, change in ipairs(changes) do
    objects[index] = change.object
  end
  prepare(self, objects)
  local ran, told, message = attempt(self, "execute", changes)
  if not ran or not told then
    error(ran and message or told, 0)
  end
  return make_answers(told), message
end

--- Lets the order executioner carry out changes.
-- @tparam table changes list of `{object=, object_id= (nil: to be created), mapped_object=, mapped_id=,
-- fields={name -> value}, changed={names} (all), required={names}, changed_at=, idempotency_key=,
-- references={name -> {object=, id=}}}`; the references are what `change:reference(name)` gives
-- @treturn table for each change its answer: `{action=, object=, id=, message=, at=, all=}`; action is
-- "created", "updated", "remapped", "deleted", "retry", "issue", or "none" if there was no answer
function Integration:execute(changes)
  local answers, message = self:try_execute(changes)
  return message and error(message, 0) or answers
end

--- What `find` of the order executioner returns for a change whose answer was lost.
-- @tparam table change as for `execute`
-- @treturn string the id; nil if there is none
-- @treturn boolean could it tell?
function Integration:find(change)
  prepare(self, { change.object })
  local ran, found = attempt(self, "find", change)
  if not ran then
    error(found, 0)
  end
  return found.id, found.known
end

--- Delivers a webhook: returns the records that webhook_reader.lua reads from it.
-- @tparam string|table delivery the body, or what its JSON says
-- @treturn table list of `{object=, id=}`; one that was merged stands beside the one that it became
function Integration:deliver(delivery)
  local body = type(delivery) == "table" and engine.json_encode(delivery) or delivery
  local ran, records = attempt(self, "read_webhook", body)
  return ran and records or error(records, 0)
end

--- Like `sync`, but returns the summary also if the run failed (`status`, `error`).
function Integration:try_sync(asked)
  self:_mapped()
  local ran, summary, message = attempt(self, "sync", asked or {})
  if not ran or not summary then
    error(ran and message or summary, 0)
  end
  return summary, message
end

--- A whole run against a store in a temporary file, with the spec's mapping, else that of
-- config/integrations/NAME.lua. Raises if the run fails.
-- @tparam[opt] table asked `first_time`, `no_pull`, `no_push`, `from`, `to`, `internal_ids`
-- ("contact:1"), `integration_ids`, `options`, `retry` (a list of "all", reasons such as "refused", objects)
-- @treturn table the summary, as `tandem sync --json` prints it, and `writes`: requests that were not GETs
function Integration:sync(asked)
  local summary, message = self:try_sync(asked)
  return message and error(message, 0) or summary
end

--- Sets the clock.
function Integration:at(now)
  self.engine:set_now(now)
end

--- What has been logged so far, including scripts' print and log.
function Integration:log()
  return self.engine:log()
end

--- Ends it at once; the garbage collector does it as well.
function Integration:close()
  self.engine:close()
end

-- ---- loading ----

local function fixture(home, name)
  local path = ("%s/lua/integrations/%s/spec/fields.lua"):format(home, name)
  return configuration.table_of(path) or {}, path
end

-- auth is left out unless the spec asks for it: stubs want no credentials.
local function settings_of(name, options, head)
  local settings = {
    enabled = true, auth = false,
    base_url = head.base_url or ("https://%s.test"):format(name:gsub("[^%w]", "-")),
  }
  settings = configuration.merge(settings, options.config)
  settings.mapping = options.mapping or settings.mapping
  return settings
end

--- The sample of an operator's configuration that comes with an integration
-- (config/integrations/NAME.lua.example).
-- @tparam string name of the integration
-- @treturn table its settings; a variable of the environment has its default, else its own name
function M.sample(name)
  return assert(loadfile(("%s/config/integrations/%s.lua.example"):format(M.home, name), "t", {
    env = function(variable, default) return default or variable end,
  }))()
end

--- Loads an integration of the home.
-- @tparam string name its folder's name
-- @tparam[opt] table options
--
-- - `config`: settings over those of config/integrations/NAME.lua, whose `auth` is left out
-- - `mapping`: as in the configuration. With it, reports and orders have the mapped fields only
-- - `fields`: object -> list of `{name=, type=, required=}`; else those of spec/fields.lua in its
--   folder, else (or with "api") what fields.lua asks the API
-- - `schema`: fields that contacts and companies have besides: object -> list of `{name=, type=, ...}`
-- - `now`: the clock, which stands still (`tandem.NOW`)
-- - `cassette`: a file of `tandem record`, instead of stubs; address, clock and mapping are then those
--   of the recording unless given here
-- - `strict`: false answers 404 to what is not stubbed
-- - `configuration`: another file than config/integrations/NAME.lua
-- - `env`: values for its environment variables
-- - `home`: another home
-- @return an integration with `http`, `store` and the methods below
function M.integration(name, options)
  options = options or {}
  local home = options.home or M.home
  local cassette = options.cassette and cassettes.load(options.cassette)
  local head = cassette and cassette.head or {}
  local operator = options.configuration or ("%s/config/integrations/%s.lua"):format(home, name)
  local settings = settings_of(name, options, head)
  local http = network.new(settings.base_url, options.strict ~= false)
  http.cassette = cassette
  local known, path = fixture(home, name)
  local self = setmetatable({
    name = name, http = http, schema = options.schema, fields_path = path,
    known = (options.fields == "api" or cassette) and {} or configuration.merge(known, options.fields),
    has_mapping = options.mapping ~= nil or (options.config or {}).mapping ~= nil or cassette ~= nil,
  }, Integration)
  self.store = setmetatable({ integration = self }, Store)
  self.engine = engine.open {
    home = home, name = name,
    configuration = configuration.source(operator, options.env or {}, settings),
    now = options.now or head.recorded_at or M.NOW,
    respond = function(request) return http:respond(request) end,
  }
  self.manifest = self.engine:manifest()
  return self
end

return M
