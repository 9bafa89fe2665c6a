#!/usr/bin/env bash
# A store that an older tandem made: it is brought up to date by the first command that writes, and
# whatever waited in it goes on. upgrade/: five citizens in sync, then one edited and one added here,
# one edited there.
. "$(dirname "$0")/lib.sh"

cp "$root/tests/end_to_end/upgrade/hello_world.json" "$scratch/data.json"
start_server hello --data "$scratch/data.json"
new_home upgraded
database=$TANDEM_HOME/var/tandem.db
rm "$database"*
sqlite3 "$database" <"$root/tests/end_to_end/upgrade/schema_1.sql"
schema() { sqlite3 "$database" 'PRAGMA user_version'; }

expect "the store is an old one" 1 "$(schema)"
expect_contains "a command that only reads says which one brings it up to date" "'tandem status' brings it up to date" \
  "$("$TANDEM" plan helloworld 2>&1)"
"$TANDEM" status >/dev/null
expect "a command that writes brings it up to date" 0 $?
expect "the schema is a newer one" yes "$([ "$(schema)" -gt 1 ] && echo yes)"
expect "SQLite finds it whole" ok "$(sqlite3 "$database" 'PRAGMA integrity_check')"
expect "no row lacks what it refers to" "" "$(sqlite3 "$database" 'PRAGMA foreign_key_check')"
expect_contains "files that others could open are found" "other users can open" "$("$TANDEM" check --store)"
"$TANDEM" check --store --mend >/dev/null
expect "narrowed, its books are sound" 0 $?

plan=$("$TANDEM" plan helloworld --json)
expect "plan has something to do" 10 $?
expect "plan leaves everything as it is" 0 "$(writes)"
sync_json helloworld
expect "the first sync after it ends well" 0 $code
# What both had agreed on stands: nothing else is sent than the edit and the one who is new.
expect "nothing is sent that was sent before" "[1, 1]" "$(of_summary '[d["push"]["created"], d["push"]["updated"]]')"
expect "their edit came over" "+1 555 0199" "$(contact_field 2 phone)"
expect "our edit went over" Upgraded "$(state '[c["fields"]["first_name"] for c in d["citizen"] if str(c["id"]) == "1"][0]')"
expect "what was added here is there once" 1 \
  "$(state 'len([c for c in d["citizen"] if c["fields"]["email"] == "new@upgrade.test"])')"
expect "nobody was doubled" "6 6" "$(state 'len(d["citizen"])') $("$TANDEM" object list contact --json | json 'len(d)')"
before=$(writes)
sync_json helloworld
expect "the next one has nothing to send" "0 $before" "$code $(writes)"
