#!/usr/bin/env bash
# Stores that older versions made and used, taken over with everything that can wait in one: edits, additions and
# deletions here and there, a refused edit, one that was to be tried again, a create whose answer was lost, a tie, a
# link that had ended. upgrade/waiting/make.sh made them with the programs of those versions.
. "$(dirname "$0")/lib.sh"
stores=$root/tests/end_to_end/upgrade/waiting

on() { # first|second
  if [ "$1" = first ]; then url=$first_url requests=$first_requests; else url=$second_url requests=$second_requests; fi
}
connect_both() {
  local folder=$TANDEM_HOME/lua/integrations configuration=$TANDEM_HOME/config/integrations
  # hello.world's API deletes nothing: this script does it by the server's own door
  sed -i 's|^return M$|function M.delete(object, id)\n  http.post(config.base_url:gsub("/api$", "/_edit"), { json = { action = "delete", object = object, id = id } })\nend\n&|' \
    "$folder/helloworld/client.lua"
  sed -i 's|^  for object in order:objects() do|&\n    for change in order:deletions(object) do\n      client.delete(object, change.object_id)\n      order:delete_object(change)\n    end|' \
    "$folder/helloworld/order_executioner.lua"
  cp -r "$folder/helloworld" "$folder/helloagain"
  sed -i 's/name = "helloworld"/name = "helloagain"/' "$folder/helloagain/integration.lua"
  sed -i 's/-- opt_in = .*/opt_in = "opt_in",/; s/    citizen = {/& on_deleted_here = "delete",/' "$configuration/helloworld.lua"
  sed 's/HELLOWORLD_URL/HELLOAGAIN_URL/; /direction = "to_internal"/d; s/enabled = true,/& judge = { "base" },/
       s/ on_deleted_here = "delete",//' "$configuration/helloworld.lua" >"$configuration/helloagain.lua"
}
take_over() { # SCHEMA
  new_home "schema$1"
  database=$TANDEM_HOME/var/tandem.db
  rm "$database"*
  sqlite3 "$database" <"$stores/schema_$1.sql"
  chmod 600 "$database"
  for name in first second; do
    cp "$stores/${name}_$1.json" "$scratch/$name.json"
  done
  start_server "first$1" --field-timestamps --data "$scratch/first.json"
  first_url=$url first_requests=$requests
  start_server "second$1" --data "$scratch/second.json"
  second_url=$url second_requests=$requests
  export HELLOWORLD_URL=$first_url HELLOAGAIN_URL=$second_url
  connect_both
}
# remember, changes: what has become different at one of the two since it was remembered.
remember() { curl -sS "$url/_state" >"$scratch/before"; }
changes() { # an empty value and "false" are shown alike: as nothing
  curl -sS "$url/_state" | python3 -c '
import json, sys
def values(state):
    return {"%s:%s.%s" % (kind, record["id"], name): value or "" for kind in ("citizen", "world", "tourist")
            for record in state[kind] for name, value in {**record.get("fields", {}), "gone": record.get("gone")}.items()}
before, after = values(json.load(open(sys.argv[1]))), values(json.load(sys.stdin))
print(" ".join(sorted(f"{place}={value}" for place, value in after.items() if value != before.get(place, ""))))
' "$scratch/before"
}
ours() {
  "$TANDEM" object list contact --json | json "sorted(' '.join(str(c['fields'][f]) for f in ('email', 'firstname', 'lastname', 'phone', 'birthday', 'city', 'points', 'company', 'opt_in')) for c in d)"
}

# What an older version was refused was given up (until schema 10); since then it waits.
for schema in 5 11 15; do
  take_over $schema
  here=$(ours 2>/dev/null)
  "$TANDEM" status >/dev/null
  expect "schema $schema: status brings it up to date" 0 $?
  expect_lacks "schema $schema: it is up to date" "user_version=$schema;" "user_version=$(sqlite3 "$database" 'PRAGMA user_version');"
  expect "schema $schema: nobody here is different" "" "$(diff <(echo "$here") <(ours))"
  "$TANDEM" check --store >/dev/null
  expect "schema $schema: its books are sound" 0 $?
  refused='citizen:2.phone=+1 555 refused '
  [ $schema -gt 10 ] || refused=''

  on first
  remember
  sync_json helloworld
  expect "schema $schema: the first sync ends well" 0 $code
  expect "schema $schema: the first system gets what waited for it, and nothing else" \
    "citizen:11.first_name=newer here citizen:14.email=added@hello.world citizen:14.first_name=Added citizen:14.last_name=Here ${refused}citizen:5.phone=+1 555 here citizen:7.gone=True citizen:8.opt_in= citizen:9.phone= world:1.description=Edited before the upgrade" \
    "$(changes)"
  expect "schema $schema: their edits are here" "+1 555 there newer there" "$(contact_field 6 phone) $(contact_field 12 firstname)"
  expect "schema $schema: who was created there without an answer is there once" 1 \
    "$(state "sum(c['fields']['email'] == 'lost@hello.world' for c in d['citizen'] if not c.get('gone'))")"

  on second
  remember
  sync_json helloagain
  expect "schema $schema: the tie is still open in the second system" 4 $code
  expect "schema $schema: the second system gets what waited for it, and nothing else" \
    "citizen:11.first_name=newer here citizen:12.first_name=newer there citizen:14.email=lost@hello.world citizen:14.first_name=Lost citizen:15.email=added@hello.world citizen:15.first_name=Added citizen:15.last_name=Here citizen:3.last_name=Retried citizen:5.phone=+1 555 here citizen:6.phone=+1 555 there citizen:8.opt_in= citizen:9.phone= world:1.description=Edited before the upgrade" \
    "$(changes)"
  expect "schema $schema: neither side of the tie has lost its value" "Tie here Tie there" \
    "$(contact_field 4 lastname) $(state "[c['fields']['last_name'] for c in d['citizen'] if c['id'] == 4][0]")"
  expect "schema $schema: who was added there is here" 1 "$("$TANDEM" object list contact --filter email=theirs@hello.world --json | json 'len(d)')"

  on first
  sync_json helloworld
  expect "schema $schema: the first system gets who came from the second" "[1, 0]" "$(of_summary '[d["push"]["created"], d["push"]["updated"]]')"
  before=$(writes)
  on second
  before="$before $(writes)"
  "$TANDEM" sync helloagain --quiet
  "$TANDEM" sync helloworld --quiet
  expect "schema $schema: then nothing is sent" "$before" "$(on first; writes) $(on second; writes)"
done
