#!/usr/bin/env bash
# Our tables are anybody's: odd writes with the sqlite3 shell, and with Python as it comes, lose nothing, stop
# nothing, and clear nothing over there that was not cleared here.
. "$(dirname "$0")/lib.sh"

start_server plain --seed 12 --field-timestamps
new_home plain
store=$TANDEM_HOME/var/tandem.db
sql() { sqlite3 "$store" "$1"; }
citizen() { state "next((c['fields'].get('$2') for c in d['citizen'] if c['fields']['email'] == '$1'), 'gone')"; }
note_of() { # FIELD
  "$TANDEM" status helloworld --json | json "next((n['message'] for n in d['notes'] if n['field'] == '$1'), 'none')"
}
sync_json helloworld --first-time-sync
contact=$(sql "SELECT id FROM contact WHERE email = 'citizen9@hello.world'")

# ---- values that are none ----
sql "UPDATE contact SET birthday = 'garbage', lastname = CAST(x'ff41' AS TEXT), phone = '+1 9' WHERE id = $contact;
     UPDATE contact SET phone = '+1 2' WHERE email = 'citizen2@hello.world'"
sync_json helloworld
expect "a text that is not UTF-8 stops nothing" "0 2" "$code $(of_summary 'd["push"]["updated"]')"
expect "what can be read is sent" "+1 9" "$(citizen citizen9@hello.world phone)"
expect "others are sent" "+1 2" "$(citizen citizen2@hello.world phone)"
expect "what is no date clears nothing there" "1919-10-10" "$(citizen citizen9@hello.world birthday)"
expect "what is not UTF-8 clears nothing there" "Wirth" "$(citizen citizen9@hello.world last_name)"
expect_contains "the field is noted" "does not fit its type" "$(note_of birthday)"
expect_contains "each of them" "does not fit its type" "$(note_of lastname)"
sync_json helloworld --first-time-sync
expect "a full push does not send invalid values either" "1919-10-10 Wirth" "$(citizen citizen9@hello.world birthday) $(citizen citizen9@hello.world last_name)"
sql "UPDATE contact SET birthday = '1934-02-15', lastname = 'Emil' WHERE id = $contact"
sync_json helloworld
expect "corrected, it is sent" "1934-02-15 Emil" "$(citizen citizen9@hello.world birthday) $(citizen citizen9@hello.world last_name)"
"$TANDEM" field add contact marks --type multiselect --quiet >/dev/null
sql "UPDATE contact SET marks = x'ff' WHERE id = $contact"
expect "a list that is not UTF-8 has no items" "" "$(contact_field "$contact" marks)"
sql "INSERT INTO contact(email, firstname) VALUES(CAST(x'ff40' AS TEXT), 'Bad')"
sync_json helloworld
expect "what lacks a required value is held back" "0 1 0" "$code $(of_summary 'str(d["push"]["reported"]) + " " + str(d["push"]["created"])')"
sql "DELETE FROM contact WHERE firstname = 'Bad'"
printf 'firstname,email\nJos\xe9,jose@x.test\nAnn,ann@x.test\n' >"$scratch/latin.csv"
output=$("$TANDEM" object import contact "$scratch/latin.csv" 2>&1)
expect "a file in another encoding is refused by line" 4 $?
expect_contains "with what to do" "iconv" "$output"
refuse "a value in another encoding" 2 "not UTF-8" "$TANDEM" object set contact "$contact" "firstname=$(printf 'x\xffy')"

# ---- rows ----
sql "INSERT OR REPLACE INTO contact(id, email, firstname) VALUES($contact, 'citizen9@hello.world', 'Replaced')"
sync_json helloworld
expect "a replaced row goes there whole" "Replaced null" \
  "$(citizen citizen9@hello.world first_name) $(citizen citizen9@hello.world phone)"
sync_json helloworld
expect "a replaced row does not come back" "" "$(sql "SELECT phone FROM contact WHERE id = $contact")"
expect_contains "ids stay" "id of a contact cannot be changed" "$(sql "UPDATE contact SET id = 500 WHERE id = $contact" 2>&1)"
expect "the row is as it was" 1 "$(sql "SELECT count(*) FROM contact WHERE id = $contact")"
sqlite3 "$scratch/other.db" "ATTACH '$store' AS store; INSERT INTO store.contact(email) VALUES('attached@x.test')"
sync_json helloworld
expect "written from another database" 1 "$(of_summary 'd["push"]["created"]')"

# ---- an application's own triggers ----
sql "CREATE TRIGGER app_new AFTER INSERT ON contact WHEN NEW.phone IS NULL BEGIN
       UPDATE contact SET phone = '+1 1' WHERE id = NEW.id; END;
     CREATE TRIGGER app_name AFTER UPDATE OF firstname ON contact WHEN NEW.firstname <> upper(NEW.firstname) BEGIN
       UPDATE contact SET firstname = upper(NEW.firstname), lastname = 'of ' || NEW.firstname WHERE id = NEW.id; END"
edit '{"object": "citizen", "id": 5, "fields": {"first_name": "Zoe"}}'
edit '{"action": "create", "object": "citizen", "fields": {"email": "new@x.test", "first_name": "New"}}'
sync_json helloworld
expect "what they make of a sync's write" "ZOE of Zoe +1 1" \
  "$(sql "SELECT firstname || ' ' || lastname FROM contact WHERE email = 'citizen5@hello.world'") $(sql "SELECT phone FROM contact WHERE email = 'new@x.test'")"
expect "goes there with the same run" "0 ZOE of Zoe +1 1" \
  "$code $(citizen citizen5@hello.world first_name) $(citizen citizen5@hello.world last_name) $(citizen new@x.test phone)"
before=$(writes)
sync_json helloworld
expect "once" "0 0 $before" "$code $(of_summary 'd["pull"]["updated"]') $(writes)"
sql "DROP TRIGGER app_new; DROP TRIGGER app_name"

# ---- many rows, while syncs run, by Python's defaults ----
python3 - "$store" <<'PY'
import sqlite3, sys
store = sqlite3.connect(sys.argv[1])
with store:
    store.executemany("INSERT INTO contact(email) VALUES(?)", [(f"many{i}@x.test",) for i in range(500)])
PY
"$TANDEM" sync helloworld --quiet &
python3 - "$store" <<'PY'
import sqlite3, sys
store = sqlite3.connect(sys.argv[1])
for i in range(40):
    with store:
        store.execute("UPDATE contact SET phone = ? WHERE email = ?", (f"+1 {i}", f"many{i}@x.test"))
PY
expect "writers wait for the sync, and it for them" 0 $?
wait $!
expect "the sync under way ends well" 0 $?
sync_json helloworld
sync_json helloworld
expect "all of them are there" 500 "$(state 'sum(c["fields"]["email"].startswith("many") for c in d["citizen"])')"
expect "with what was written meanwhile" "+1 0 +1 39" "$(citizen many0@x.test phone) $(citizen many39@x.test phone)"
"$TANDEM" cleanup --quiet
expect "after rows written during syncs nothing waits" 0 "$("$TANDEM" status helloworld --json | json 'd["waiting_changes"]')"
expect "the store is sound" 0 "$("$TANDEM" check --store --quiet >/dev/null; echo $?)"

# ---- a copy put back (operators' guide, Backups) ----
edit '{"object": "citizen", "id": "4", "fields": {"phone": "+1 at the copy"}}'
sync_json helloworld
sql "UPDATE contact SET phone = '+1 not sent yet' WHERE email = 'citizen5@hello.world'"
sqlite3 "$store" ".backup '$scratch/copy.db'"
sql "UPDATE contact SET firstname = 'Later' WHERE email = 'citizen7@hello.world'; INSERT INTO contact(email) VALUES('later@x.test')"
sync_json helloworld
edit '{"object": "citizen", "id": "4", "fields": {"phone": "+1 after the copy"}}'
cp "$scratch/copy.db" "$store"
rm -f "$store-wal" "$store-shm"
before=$(state 'len(d["citizen"])')
sync_json helloworld
sync_json helloworld
expect "what was sent after the copy comes back" "Later" "$(sql "SELECT firstname FROM contact WHERE email = 'citizen7@hello.world'")"
expect "what was created after it, too" 1 "$(sql "SELECT count(*) FROM contact WHERE email = 'later@x.test'")"
expect "what was edited there comes" "+1 after the copy" "$(sql "SELECT phone FROM contact WHERE email = 'citizen4@hello.world'")"
expect "what waited is sent" "+1 not sent yet" "$(citizen citizen5@hello.world phone)"
expect "nothing is doubled there" "$before" "$(state 'len(d["citizen"])')"
expect "nothing is doubled here after a restore" "" "$(sql "SELECT email FROM contact GROUP BY email HAVING count(*) > 1")"
