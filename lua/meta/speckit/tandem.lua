---@meta tandem
-- Made by scripts/reference of lua/speckit; do not edit.

--- The spec kit: an integration in the engine's real sandbox, with its network replaced by stubs.
---
---     local tandem = require "tandem"
---
---     it("reads opt_in as a boolean", function()
---       local hello = tandem.integration("helloworld")
---       hello.http:on("GET", "/citizen", { json = { { id = 1, fields = { opt_in = false } } } })
---       local citizen = hello:report({ objects = { "citizen" } }):object("citizen", "1")
---       assert.same({ type = "boolean", value = false }, citizen.fields.opt_in)
---     end)
---
--- The kit reimplements nothing of the engine: scripts run in the real sandbox, values are normalized,
--- judged and stored by the real code (the module `tandem.engine`, made of the same library as the
--- program). Plain busted in a folder with `.busted` finds everything; `tandem test NAME` does as well.
---@class lib.tandem
local M = {}

--- JSON's null: known to be empty. (nil is not known.)
M.null = nil

--- The folder with config/ and lua/: TANDEM_HOME, else the current one.
M.home = nil

--- When specs take place, unless they say otherwise.
M.NOW = nil

--- A table that is `{}` in JSON even if it is empty (an empty table is `[]`).
M.object = nil

--- A raw value as the engine reads it: `tandem.normalize("yes", "boolean")` is true. nil if it cannot
--- be read as this type.
function M.normalize() end

--- An instant as milliseconds since 1970: of ISO 8601, or of epoch seconds or milliseconds; nil if it is
--- none.
function M.instant() end

--- Milliseconds since 1970 as ISO 8601 in UTC.
function M.iso() end

--- Asks the judge who wins a field: "left" (ours), "right" (theirs), "equal" or "unresolved", and the mode
--- that decided.
---
---     tandem.judge { left = { value = "a", certain = "2026-01-01T00:00:00Z" },
---                    right = { value = "b", possible = "2026-01-02T00:00:00Z" } }
---@param case table `left`, `right` and perhaps `base`: `{value=, type=, certain=, possible=}`; `modes`: list of "base", "hard", "best", "fuzzy" (all)
function M.judge(case) end

---@class lib.tandem.Report
local Report = {}

--- An object of a report, or nil: `{object=, id=, changed_at=, fields={name -> {type=, value=,
--- changed_at=}}, unreadable={names}}`.
function Report:object(name, id) end

--- All objects of a report in their order, or those of one name.
function Report:objects(name) end

---@class lib.tandem.Store
local Store = {}

--- Adds an object of ours as a user would: the change is tracked. Returns its id.
function Store:add(object, fields) end

--- Edits an object of ours as a user would.
function Store:set(object, id, fields) end

--- Deletes an object of ours.
function Store:delete(object, id) end

--- The fields of an object that are not empty, and its `id`; nil if there is none.
function Store:get(object, id) end

--- The objects of which one field has this value: `store:find("contact", {email = "a@b.test"})`; all
--- without a field.
function Store:find(object, condition) end

--- The stored pairs: `{internal_object=, internal_id=, integration_object=, integration_id=, deleted=}`.
function Store:mappings() end

--- The tracked changes that wait: `{object=, id=, field=, at=}`.
function Store:changes() end

--- What people are told: `{object=, object_id=, about=, field=, message=, ...}`.
function Store:notes() end

---@class lib.tandem.Integration
local Integration = {}

--- The fields of an object as fields.lua gives them.
---@return table # list of `{name=, label=, type=, required=, writable=}`
function Integration:fields(object) end

--- Does the folder have this function? `hello:has("report_builder", "build")`
function Integration:has(part, name) end

--- Like `report`, but nil and the message if it fails.
function Integration:try_report(asked) end

--- One report, of one iteration.
---
--- Without a mapping (`tandem.integration(name, {mapping = ...})`) all fields of the objects are asked for.
---@param asked? table `objects` (names; all), `from`, `to` (now), `ids` (object -> list), `cursor`, `iteration` (1), `position` (object -> token), `options`, `first_time`
---@return any # a report: `:object(name, id)`, `:objects(name)`, `cursor`, `relations`, `remaps`, `deleted`, `merges`, `positions`
function Integration:report(asked) end

--- The reports of all iterations, until one has neither objects nor remaps nor a cursor, as a run asks
--- for them. Raises an error if they never end.
---@return table # list of reports
function Integration:reports(asked) end

--- Like `execute`, but returns the answers given so far and the message if the executioner fails.
function Integration:try_execute(changes) end

--- Lets the order executioner carry out changes.
---@param changes table list of `{object=, object_id= (nil: to be created), mapped_object=, mapped_id=, fields={name -> value}, changed={names} (all), required={names}, changed_at=, idempotency_key=, references={name -> {object=, id=}}}`; the references are what `change:reference(name)` gives
---@return table # for each change its answer: `{action=, object=, id=, message=, at=, all=}`; action is "created", "updated", "remapped", "deleted", "retry", "issue", or "none" if there was no answer
function Integration:execute(changes) end

--- What `find` of the order executioner returns for a change whose answer was lost.
---@param change table as for `execute`
---@return string # the id; nil if there is none
---@return boolean # could it tell?
function Integration:find(change) end

--- Delivers a webhook: returns the records that webhook_reader.lua reads from it.
---@param delivery string|table the body, or what its JSON says
---@return table # list of `{object=, id=}`; one that was merged stands beside the one that it became
function Integration:deliver(delivery) end

--- Like `sync`, but returns the summary also if the run failed (`status`, `error`).
function Integration:try_sync(asked) end

--- A whole run against a store in a temporary file, with the spec's mapping, else that of
--- config/integrations/NAME.lua. Raises if the run fails.
---@param asked? table `first_time`, `no_pull`, `no_push`, `from`, `to`, `internal_ids` ("contact:1"), `integration_ids`, `options`, `retry` (a list of "all", reasons such as "refused", objects)
---@return table # the summary, as `tandem sync --json` prints it, and `writes`: requests that were not GETs
function Integration:sync(asked) end

--- Sets the clock.
function Integration:at(now) end

--- What has been logged so far, including scripts' print and log.
function Integration:log() end

--- Ends it at once; the garbage collector does it as well.
function Integration:close() end

--- The sample of an operator's configuration that comes with an integration
--- (config/integrations/NAME.lua.example).
---@param name string of the integration
---@return table # its settings; a variable of the environment has its default, else its own name
function M.sample(name) end

--- Loads an integration of the home.
---@param name string its folder's name
---@param options? table - `config`: settings over those of config/integrations/NAME.lua, whose `auth` is left out - `mapping`: as in the configuration. With it, reports and orders have the mapped fields only - `fields`: object -> list of `{name=, type=, required=}`; else those of spec/fields.lua in its folder, else (or with "api") what fields.lua asks the API - `schema`: fields that contacts and companies have besides: object -> list of `{name=, type=, ...}` - `now`: the clock, which stands still (`tandem.NOW`) - `cassette`: a file of `tandem record`, instead of stubs; address, clock and mapping are then those of the recording unless given here - `strict`: false answers 404 to what is not stubbed - `configuration`: another file than config/integrations/NAME.lua - `env`: values for its environment variables - `home`: another home
---@return any # an integration with `http`, `store` and the methods below
function M.integration(name, options) end

return M
