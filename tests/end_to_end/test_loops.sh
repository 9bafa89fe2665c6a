#!/usr/bin/env bash
# Nothing echoes: what the engine wrote over there and gets back is no edit, whatever the dates say;
# and an API that stores something else than it was sent comes to rest.
. "$(dirname "$0")/lib.sh"

citizen() { state "[c['fields']['$2'] for c in d['citizen'] if str(c['id']) == '$1'][0]"; }
taken() { of_summary 'd["pull"]["created"] + d["pull"]["updated"]'; }
conflicts() { of_summary 'sum(d["pull"]["conflicts"].values())'; }

# ---- an API whose clock runs five hours ahead, and that dates every write ----
new_home ahead
start_server ahead --seed 4
control "{\"now\": \"$(date -u -d '+5 hours' '+%Y-%m-%dT%H:%M:%SZ')\"}"
"$TANDEM" sync helloworld --first-time-sync --quiet
one=$(contact_with email citizen1@hello.world)
"$TANDEM" object set contact "$one" lastname=Edited phone='+1 555 0111'
sync_json helloworld
expect "an edit here is sent" Edited "$(citizen 1 last_name)"
sent=$(writes)
for round in 1 2 3; do
  sync_json helloworld
  expect "round $round: what comes back, dated later than ours, is no edit" "0 0 $sent" \
    "$(taken) $(conflicts) $(writes)"
done
# an edit here that is older than the date of what came back still counts
"$TANDEM" object set contact "$one" lastname=Again
sync_json helloworld
expect "our next edit is not lost to its clock" "Again Again" "$(contact_field "$one" lastname) $(citizen 1 last_name)"

# ---- an API that trims and reformats what it gets: each time after our write it has another value ----
new_home rewrites
start_server rewrites --seed 4
"$TANDEM" sync helloworld --first-time-sync --quiet
one=$(contact_with email citizen1@hello.world)
rewrite() { edit '{"object": "citizen", "id": "1", "fields": {"last_name": "Hopper-Murray", "phone": "+15550100"}}'; }
"$TANDEM" object set contact "$one" lastname='  Hopper-Murray ' phone='+1 (555) 0100'
sync_json helloworld
expect "ours is sent as it is" '+1 (555) 0100' "$(citizen 1 phone)"
rewrite
sync_json helloworld
# Spec 13.2: it is a form of what was sent, so nothing is written here.
expect "what it made of it is known as theirs, and ours stays" "0   Hopper-Murray  +1 (555) 0100" \
  "$(taken) $(contact_field "$one" lastname) $(contact_field "$one" phone)"
sent=$(writes)
for round in 1 2 3; do
  rewrite # it dates the record anew, and changes nothing
  sync_json helloworld
  expect "round $round: then both are at rest" "0 0 $sent" "$(taken) $(conflicts) $(writes)"
done
"$TANDEM" object set contact "$one" firstname=Rear
sync_json helloworld
expect "an edit of another field moves nothing else" "$((sent + 1)) +1 (555) 0100" "$(writes) $(contact_field "$one" phone)"
rewrite
sync_json helloworld
expect "an edit of another field leaves both sides at rest" "0 $((sent + 1))" "$(taken) $(writes)"

# ---- with a normalizer of the integration's own there is not even the one write ----
new_home normalizer
start_server normalizer --seed 4
cat >"$TANDEM_HOME/lua/integrations/helloworld/value_normalizer.lua" <<'LUA'
local M = {}
function M.to_internal(value, field)
  return field.name == "phone" and type(value) == "string" and value:gsub("[ ()]", "") or value
end
M.to_integration = M.to_internal
return M
LUA
"$TANDEM" sync helloworld --first-time-sync --quiet
one=$(contact_with email citizen1@hello.world)
"$TANDEM" object set contact "$one" phone='+15550177'
sync_json helloworld
edit '{"object": "citizen", "id": "1", "fields": {"phone": "+1 (555) 0177"}}'
sent=$(writes)
for round in 1 2; do
  sync_json helloworld
  expect "round $round: what is the same to the normalizer is no edit" "0 0 $sent" "$(taken) $(conflicts) $(writes)"
done

# ---- stores that know nothing of what both sides agreed on, or know it in an old way ----
base_versions() { sqlite3 "$TANDEM_HOME/var/tandem.db" "select count(*) from object_mapping where $1"; }
without() { # NAME SQL: what is left of the base versions; then everything is read again
  sqlite3 "$TANDEM_HOME/var/tandem.db" "update object_mapping set base_versions = $2"
  local sent
  sent=$(writes)
  "$TANDEM" sync helloworld --quiet
  sync_json helloworld --start-datetime='2000-01-01 00:00:00'
  expect "$1: everything was read again" 13 "$(of_summary 'd["pull"]["unchanged"]')"
  expect "$1: no flood of changes, here or there" "0 0 $sent" "$(taken) $(conflicts) $(writes)"
  expect "$1: what both agree on is known again" 0 "$(base_versions "base_versions is null or substr(hex(base_versions), 1, 2) <> '01'")"
}
new_home bases
start_server bases --seed 12
"$TANDEM" sync helloworld --first-time-sync --quiet
without "a store without fingerprints" null
without "fingerprints of another normalization" "x'63' || substr(base_versions, 2)"
new_home newly
start_server newly --seed 4
sed -i '/ phone = "phone",/d' "$TANDEM_HOME/config/integrations/helloworld.lua"
"$TANDEM" sync helloworld --first-time-sync --quiet
one=$(contact_with email citizen1@hello.world)
sed -i 's/ birthday = "birthday",/&\n      phone = "phone",/' "$TANDEM_HOME/config/integrations/helloworld.lua"
"$TANDEM" check helloworld >/dev/null
"$TANDEM" list >/dev/null
"$TANDEM" sync helloworld --disable-pull --quiet # from here on our edits of it are tracked
unfilled() { "$TANDEM" status helloworld --json | json '[p["unfilled"] for p in d["positions"] if p["object"] == "citizen"]'; }
expect "status names a line that is new and not filled yet" '["phone"]' "$(unfilled)"
"$TANDEM" object set contact "$one" phone='+1 555 0122' >/dev/null
edit '{"object": "citizen", "id": "1", "fields": {"last_name": "Later"}}'
filling=$("$TANDEM" sync helloworld)
expect "the run says that it fills it" 1 "$(echo "$filling" | grep -c 'the mapping has new lines')"
expect "after the run the new line is filled" '[null]' "$(unfilled)"
expect "a field newly mapped has no base: dates decide" '[false, "best"]' \
  "$("$TANDEM" explain helloworld "contact:$one" phone --json | json '[d["decisions"][0]["has_base"], d["decisions"][0]["decided_by"]]')"

# ---- a line that only leads there gets another name ----
new_home outward
start_server outward --seed 4
config=$TANDEM_HOME/config/integrations/helloworld.lua
sed -i '/ phone = "phone",/d; s/ last_name = "lastname",/ phone = { "lastname", direction = "to_integration" },/' "$config"
"$TANDEM" sync helloworld --first-time-sync --quiet
"$TANDEM" object set contact "$(contact_with email citizen1@hello.world)" lastname=Ours >/dev/null
sync_json helloworld
expect "what is ours alone goes where its line leads" Ours "$(citizen 1 phone)"
sed -i 's/ phone = { "lastname"/ last_name = { "lastname"/' "$config"
"$TANDEM" check helloworld --quiet
sync_json helloworld -f
expect "under another name, it has never been sent: a full push does it" Ours "$(citizen 1 last_name)"
