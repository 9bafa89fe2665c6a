---@meta
-- What the engine offers to scripts, for editors (lua-language-server). scripts/reference generates docs/reference.md
-- from this file and the comments of lua/lib; tests/documented compares it with the engine's own tables.

-- ---- values ----

---An instant: ISO 8601 in UTC ("2026-03-10T12:00:00Z"), what `datetime.parse` reads, or a number of seconds (below
---1e11) or milliseconds since 1970.
---@alias instant string|number

---An id in the other system; numbers become text.
---@alias id string|integer

---A raw value as the API has it: text, number, boolean, a list, `json.null` (known to be empty), or a reference.
---@alias raw string|number|boolean|table|userdata

---@class reference
---@field object string the object in the other system
---@field id string

-- ---- the request ----

---What a report has to contain.
---@class request
---@field iteration integer 1, 2, 3 ...
---@field depth integer 0; greater in a nested request, for records that others refer to
---@field first_time_sync boolean
---@field objects request.object[]
---@field object_ids table<string, string[]>? by object; nil if the run is not limited to ids
---@field options table<string, string> of the run (`--option key:value`)
---@field cursor any what the previous report set

---@class request.object
---@field name string of the manifest
---@field from string? the time window begins here; nil: everything is wanted
---@field to string? the window ends before it
---@field position string? where the last run ended: your token, or an instant
---@field fields string[] the wanted fields
---@field required_fields string[]
---@field ids string[]? exactly these, whatever the window

-- ---- the report ----

---@class report
local report = {}

---@class report.object
---@field object string of the manifest
---@field id id
---@field changed_at instant? the time of the last change, or of the creation
---@field fields table<string, raw>? a field that is left out is unknown; `json.null` means empty
---@field field_changed_at table<string, instant>? if the API gives it
---@field version id? what the API calls this state: a revision, an ETag; comes back as `change.version`
---@field types table<string, string>? if they differ from those of fields.lua
---@field states table<string, string>? "changed", "required" or "unchanged"
---@field complete boolean? the API leaves out only empty fields: every requested field that is missing is empty

---@class report.relation
---@field object string
---@field id id
---@field field string
---@field to_object string
---@field to_id id

---One object that was created or changed.
---@param object report.object
function report:add_object(object) end

---The record was deleted in the other system.
---@param object string
---@param id id
---@param at? instant when, if the API says so
function report:add_deleted(object, id, at) end

---Two records were merged in the other system: the loser's link goes to the winner.
---@param object string
---@param loser id
---@param winner id
function report:merge(object, loser, winner) end

---A record became another one (a lead became a contact); it stays the same object here.
---@param old_object string
---@param old_id id
---@param new_object string
---@param new_id id
function report:remap_object(old_object, old_id, new_object, new_id) end

---A field refers to another record.
---@param relation report.relation
function report:add_relation(relation) end

---The API says who wrote it, and that was our own account: the value of this field, or the last edit of the record.
---What became of a value that was sent is then no edit of somebody's, whatever its date. After `add_object`.
---@param object string
---@param id id
---@param field? string without it: the last edit of the record, whatever it was of
function report:own_edit(object, id, field) end

---The next iteration's `request.cursor`. A report with a cursor is not the last one.
---@param cursor any anything that JSON can express
function report:set_cursor(cursor) end

---For APIs with change tokens: where the next run begins.
---@param object string
---@param token string
function report:set_position(object, token) end

---How many records the whole window has, to show how long a pull will take.
---@param object string
---@param count integer?
function report:set_total(object, count) end

-- ---- the order ----

---The changes of one iteration, to be written to the other system and answered.
---@class order
local order = {}

---The names of the objects that have changes, in the manifest's order.
---@return fun(): string?
function order:objects() end

---Changes of an object: of existing records first, then of new ones; no deletions.
---@param object string
---@return fun(): change?
function order:changes(object) end

---Only changes of existing records.
---@param object string
---@return fun(): change?
function order:identified(object) end

---Only records to be created.
---@param object string
---@return fun(): change?
function order:unidentified(object) end

---Objects that were deleted here, to be deleted in the other system.
---@param object string
---@return fun(): change?
function order:deletions(object) end

---The change of an object, by its id here.
---@param object string
---@param mapped_id id
---@return change?
function order:change(object, mapped_id) end

---The record as the API stored it.
---@class stored
---@field at instant?
---@field fields table<string, raw>? so that a value that it stores in another form does not look like an edit
---@field types table<string, string>?
---@field version id?

---Answer: created.
---@param change change
---@param object string
---@param id id of the new record
---@param stored? instant|stored
function order:add_object_mapping(change, object, id, stored) end

---Answer: updated.
---@param change change
---@param stored? instant|stored
function order:update_last_sync_date(change, stored) end

---Answer: the record does not exist any more (or was deleted as requested).
---@param change change
function order:delete_object(change) end

---Answer: it is another record now.
---@param old_object string
---@param old_id id?
---@param new_object string
---@param new_id? id
---@param change? change
function order:remap_object(old_object, old_id, new_object, new_id, change) end

---Answer: try again later. The change is kept for the next run; an object that fails in too many runs is quarantined.
---@param change change
---@param options? { counts: boolean, reason: string } `counts = false`: not the object's fault (a missing right), does not count towards quarantine; `reason`: people have to know why it waits, and the run ends with issues
function order:retry_sync_later(change, options) end

---Answer: somebody was faster (412). The record is read, conflicts are decided, and it is written again in the same run.
---@param change change
function order:stale(change) end

---Answer: refused. The object's owner is notified. With `fields` only these are refused, and the others are sent again.
---@param change change
---@param message string what the API says
---@param options? { fields: string[] }
function order:note_object_sync_issue(change, message, options) end

---May this change use a record that exists already? nil: yes, and the record is now reserved for it.
---@param change change
---@param object string
---@param id id
---@return reference? owner the object here to which it is linked
function order:claim(change, object, id) end

-- ---- a change ----

---@class change
---@field object string in the other system
---@field object_id string? nil: to be created
---@field mapped_object string here
---@field mapped_id string here
---@field changed_at string?
---@field sent_at string? in `find`: when the create was sent whose answer was lost
---@field version string? of the record, as last reported
---@field idempotency_key string the same each time the change is sent
---@field deletion boolean
local change = {}

---@class change.field
---@field name string
---@field value any
---@field type string of our field
---@field state "changed"|"required"|"unchanged"

---All fields that are known: send these to create.
---@return table<string, any>
function change:fields() end

---The fields that changed.
---@return table<string, any>
function change:changed_fields() end

---The fields that must be sent along, changed or not.
---@return table<string, any>
function change:required_fields() end

---The fields that did not change, including required ones.
---@return table<string, any>
function change:unchanged_fields() end

---@param name string
---@return change.field?
function change:field(name) end

---The record to which a field refers (a contact's company); nil: none, or not created there yet.
---@param field string
---@return reference?
function change:reference(field) end

-- ---- http ----

---@class http.options
---@field method string? for `http.request`
---@field url string? for `http.request` and `http.all`
---@field query table<string, any>?
---@field headers table<string, string>?
---@field json any one of json, form and body
---@field form table<string, any>?
---@field body string?
---@field timeout number? seconds
---@field idempotency_key string? the request may be repeated when its answer was lost
---@field reads boolean? this POST only reads
---@field credentials boolean|string|nil false: send none; a name: those of the operator's `other_auth`
---@field costs table<string, number>? how much of which bucket of the limits it uses
---@field waits table<string, any>? where the body of a 429 says how long to wait

---@class http.response
---@field status integer
---@field ok boolean 2xx
---@field headers table<string, string> in any letter case
---@field body string
---@field elapsed_ms integer
local response = {}

---The body; raises if it is not JSON.
---@return any
function response:json() end

---Requests to the API. Paths are below `config.base_url`; the engine adds credentials, repeats what is safe to
---repeat, and keeps to the limits. A transport error raises a table with `kind` and `message`.
---@class httplib
http = {}

---@param url string
---@param options? http.options
---@return http.response
function http.get(url, options) end

---@param url string
---@param options? http.options
---@return http.response
function http.post(url, options) end

---@param url string
---@param options? http.options
---@return http.response
function http.put(url, options) end

---@param url string
---@param options? http.options
---@return http.response
function http.patch(url, options) end

---@param url string
---@param options? http.options
---@return http.response
function http.delete(url, options) end

---@param options http.options
---@return http.response
function http.request(options) end

---Several requests at once.
---@param requests http.options[]
---@return http.response[] in the same order
function http.all(requests) end

---A path made of parts, each escaped, so that no id leads elsewhere.
---@param base string
---@param ... id
---@return string
function http.path(base, ...) end

---Passes on what an answer says about a limit.
---@param told { bucket: string?, limit: number?, remaining: number?, resets_in: number? } without a bucket: the limit on all requests
function http.told(told) end

-- ---- json ----

---@class jsonlib
---@field null userdata null: known to be empty
json = {}

---@param text string
---@return any
function json.decode(text) end

---@param value any
---@return string
function json.encode(value) end

---Marks a table as a list, so that it is encoded as `[]` even if it is empty.
---@generic T : table
---@param list T
---@return T
function json.array(list) end

---Marks a table as an object, so that it is encoded as `{}` even if it is empty.
---@generic T : table
---@param object T
---@return T
function json.object(object) end

-- ---- log ----

---@class loglib
log = {}

---@param ... any values, or a format with its values
function log.debug(...) end

---@param ... any
function log.info(...) end

---@param ... any
function log.warn(...) end

---@param ... any
function log.error(...) end

-- ---- datetime ----

---Instants in UTC.
---@class datetimelib
datetime = {}

---@return string
function datetime.now() end

---@param value instant
---@return string? nil if it is not an instant
function datetime.parse(value) end

---@param at instant
---@param layout? string "iso" (default), "date", "human", or with %Y %m %d %H %M %S %L
---@return string
function datetime.format(at, layout) end

---@param at instant
---@param amount number
---@param unit "milliseconds"|"seconds"|"minutes"|"hours"|"days"|"weeks"
---@return string
function datetime.add(at, amount, unit) end

---@param left instant
---@param right instant
---@return -1|0|1
function datetime.compare(left, right) end

---@param at instant
---@return number seconds
function datetime.to_epoch(at) end

---@param at instant
---@return integer milliseconds
function datetime.to_epoch_ms(at) end

---@param seconds number
---@return string
function datetime.from_epoch(seconds) end

---@param milliseconds number
---@return string
function datetime.from_epoch_ms(milliseconds) end

-- ---- cache, links, crypto, config ----

---Values that are kept between runs, anything that JSON can express. Written with the page, and before a request that writes.
---@class cachelib
cache = {}

---@param key string at most 512 bytes
---@return any nil: there is none, or it has expired
function cache.get(key) end

---@param key string
---@param value any at most 1 MiB as JSON; nil removes it
---@param seconds? number how long it is kept; without it, for ever
function cache.set(key, value, seconds) end

---@param key string
function cache.delete(key) end

---Ids of linked records.
---@class linkslib
links = {}

---@param object string
---@param id? id begin after this one; nil: at the first
---@param count integer at most
---@return string[] ids in their order
function links.after(object, id, count) end

---Those of these records whose object here was edited, and the edit has not been sent there yet:
--the ones that both sides may have changed.
---@param object string
---@param ids id[] at most 1000
---@return table<string, boolean> id -> true
function links.edited(object, ids) end

---@class cryptolib
crypto = {}

---@param text string
---@return string bytes
function crypto.sha256(text) end

---@param key string
---@param text string
---@return string bytes
function crypto.hmac_sha256(key, text) end

---@param bytes string
---@return string
function crypto.hex(bytes) end

---@param bytes string
---@return string
function crypto.base64_encode(bytes) end

---@param text string
---@return string? bytes nil if the text is not base64
function crypto.base64_decode(text) end

---@return string a random UUID (version 4)
function crypto.uuid() end

---The operator's settings, without secrets; keys that the engine does not know are yours.
---@class configlib
---@field base_url string
---@field [string] any
config = {}

-- ---- the parts of an integration ----

---@class manifest
---@field name string the folder's name
---@field display_name string
---@field version string
---@field api 1
---@field objects { name: string, internal: string }[] in the order in which they sync
---@field stable_cursors boolean? a cursor keeps its place, whatever is edited meanwhile
---@field independent_pages boolean? a page can be fetched without the previous one
---@field idempotent_creates boolean|{ within: string }? the API recognizes a create that is sent twice with one key

---@class field
---@field name string
---@field label string
---@field type "boolean"|"date"|"datetime"|"time"|"int"|"float"|"double"|"email"|"phone"|"url"|"string"|"text"|"textarea"|"lookup"|"select"|"multiselect"|"region"|"reference"
---@field required boolean
---@field writable boolean

---The argument of hooks after each iteration.
---@class batch_result
---@field direction "pull"|"push"
---@field iteration integer
---@field created table[]
---@field updated table[]
---@field remapped table[]
---@field deleted table[]
