#!/usr/bin/env bash
# Nothing lost, nothing doubled: quarantine, deletions, brakes, outages, lost answers, checking the
# store, a store that cannot be written, scripts that are gone. Kills are in tests/faults.
. "$(dirname "$0")/lib.sh"

settings() { echo "return { $1 }" >"$TANDEM_HOME/config/tandem.lua"; }
# deletions OBJECT HERE THERE: the policies of an object of helloworld.
deletions() {
  sed -i "s/^    $1 = {/    $1 = { on_deleted_here = \"$2\", on_deleted_there = \"$3\",/" \
    "$TANDEM_HOME/config/integrations/helloworld.lua"
}
sql() { python3 -c 'import sqlite3, sys
d = sqlite3.connect(sys.argv[1]); r = d.execute(sys.argv[2]).fetchall(); d.commit()
print("\n".join("|".join(map(str, row)) for row in r))' "$TANDEM_HOME/var/tandem.db" "$1"; }
citizens='[c["fields"]["email"] for c in d["citizen"] if not c.get("gone")]'
create_citizens() { # FROM TO
  local i list=
  for i in $(seq "$1" "$2"); do
    list="$list,{\"action\":\"create\",\"object\":\"citizen\",\"fields\":{\"email\":\"c$i@t.test\",\"first_name\":\"C $i\"}}"
  done
  edit "[${list#,}]"
}

# ---- quarantine ----
# as if all that fails had failed a day earlier
tried_a_day_ago() { sqlite3 "$TANDEM_HOME/var/tandem.db" "UPDATE quarantine SET first_at = first_at - 86400000, last_at = last_at - 86400000"; }
start_server quarantine
new_home quarantine
settings "retries = 2"
"$TANDEM" object add contact email=busy@h.test >/dev/null
"$TANDEM" object add contact email=fine@h.test >/dev/null
control '{"busy": ["citizen:0"]}'
sync_json helloworld
expect "busy: tried again later" "0 2" "$code $(of_summary 'd["push"]["retried"]')"
open_of() { "$TANDEM" explain helloworld "$1" --json | json '[m["reason"] for m in d["open"]]'; }
expect "explain says that it failed" '["retrying"]' "$(open_of contact:1)"
sync_json helloworld
expect "busy: an outage of some hours holds nothing" "0 2" "$code $(of_summary 'd["push"]["retried"]')"
tried_a_day_ago
sync_json helloworld
expect "busy: held after a day" "4 done_with_issues" "$code $(of_summary 'd["status"]')"
expect "listed" "2 held" "$("$TANDEM" quarantine list helloworld --json | json 'str(len(d)) + " " + d[0]["state"]')"
expect "in status" 2 "$("$TANDEM" status helloworld --json | json 'len(d["quarantine"])')"
expect "explain says that it is in quarantine" '["quarantined"]' "$(open_of contact:1)"
expect_contains "and what to do about it" "what to do: 'tandem retry' once the cause is gone" "$("$TANDEM" explain helloworld contact:1)"
control '{"busy": []}'
sync_json helloworld
expect "what is held is left out" "0 0" "$(of_summary 'd["push"]["reported"]') $(state "len($citizens)")"
control '{"busy": ["citizen:0"]}'
tried_a_day_ago
sync_json helloworld
expect "a day later it is tried once more, and held on" "2 4" "$(of_summary 'd["push"]["reported"]') $code"
control '{"busy": []}'
"$TANDEM" quarantine retry helloworld contact:1 --quiet
sync_json helloworld
expect "released, it goes through" "['busy@h.test']" "$(state "str($citizens)")"
sync_json helloworld --internal-object-id contact:2
expect "named, it is tried although it is held" 2 "$(state "len($citizens)")"
expect "nothing is held any more" 0 "$("$TANDEM" quarantine list --json | json 'len(d)')"
refuse "retry of what is not held" 2 "not in quarantine" "$TANDEM" quarantine retry helloworld contact:1
refuse "retry of nothing named" 2 "--all" "$TANDEM" quarantine retry helloworld
control '{"busy": ["citizen:0"]}'
"$TANDEM" object add contact email=given@h.test >/dev/null
sync_json helloworld
tried_a_day_ago
sync_json helloworld
"$TANDEM" quarantine drop helloworld --all --quiet
control '{"busy": []}'
sync_json helloworld
expect "dropped, it is not sent" "0 2" "$code $(state "len($citizens)")"

# ---- what counts towards holding ----
start_server tries --seed 1
new_home tries
settings "retries = 2"
sync_json helloworld
control '{"busy": ["citizen:1"]}'
"$TANDEM" object set contact 1 lastname=Ours
sync_json helloworld
expect "busy: one try" "0 1" "$code $("$TANDEM" quarantine list helloworld --json | json 'd[0]["runs"]')"
edit '{"object": "citizen", "id": "1", "fields": {"email": "changed@h.test", "last_name": "Theirs"}}'
sync_json helloworld
expect "their later edit settles it" "Theirs []" "$(contact_field 1 lastname) $("$TANDEM" quarantine list helloworld --json)"
sleep 1.1
"$TANDEM" object set contact 1 lastname=Again
sync_json helloworld
expect "after a later edit there the count of tries starts again" "0 1" "$code $("$TANDEM" quarantine list helloworld --json | json 'd[0]["runs"]')"
sed -i 's/order:retry_sync_later(change)/order:retry_sync_later(change, { counts = false })/' \
  "$TANDEM_HOME/lua/integrations/helloworld/order_executioner.lua"
for _ in 1 2 3; do sync_json helloworld; done
expect "what is not the object's fault holds nothing" "0 1 1" \
  "$code $(of_summary 'd["push"]["retried"]') $("$TANDEM" quarantine list helloworld --json | json 'd[0]["runs"]')"

# ---- an answer that is lost ----
start_server doubt
new_home doubt
without_keys() {
  sed -i 's/, idempotency_key = change.idempotency_key//; s/, idempotency_key = crypto.uuid()//; /idempotent_creates/d' \
    "$TANDEM_HOME"/lua/integrations/helloworld/*.lua
}
without_keys
"$TANDEM" object add contact email=once@h.test >/dev/null
control '{"drop_answer_next": {"count": 1, "method": "POST", "path": "/api/citizen"}}'
sync_json helloworld
expect "a lost answer fails the run" 1 "$code"
expect "explain says that the outcome of the create is unknown" '["in_doubt"]' "$(open_of contact:1)"
expect "the create is in doubt" "in doubt" "$("$TANDEM" quarantine list --json | json 'd[0]["state"]')"
sync_json helloworld --disable-pull
expect "a create whose answer was lost is not repeated blindly" "0 1" "$code $(state "len($citizens)")"
sync_json helloworld
expect "the next pull finds it" "0 1 0" "$code $(state "len($citizens)") $("$TANDEM" quarantine list --json | json 'len(d)')"
expect "one contact, one mapping" "1|1" "$(sql 'SELECT (SELECT count(*) FROM contact), (SELECT count(*) FROM object_mapping)')"

# An API that knows a create by its key gets it again.
start_server keys
new_home keys
"$TANDEM" object add contact email=once@h.test >/dev/null
control '{"drop_answer_next": {"count": 9, "method": "POST", "path": "/api/citizen"}}'
sync_json helloworld
expect "lost with a key" "1 in doubt" "$code $("$TANDEM" quarantine list --json | json 'd[0]["state"]')"
control '{"drop_answer_next": 0}'
"$TANDEM" object set contact 1 firstname=Edited
sync_json helloworld --disable-pull
expect "sent again under its key: made once" "0 1 0" "$code $(state "len($citizens)") $("$TANDEM" quarantine list --json | json 'len(d)')"

# Nothing that comes back identifies it: people settle it.
start_server blind
new_home blind
without_keys
sed -i 's/email = { "email", required = true }/email = { "email", direction = "to_integration" }/' \
  "$TANDEM_HOME/config/integrations/helloworld.lua"
for name in linked again dropped; do "$TANDEM" object add contact "email=$name@h.test" >/dev/null; done
control '{"drop_answer_next": {"count": 1, "method": "POST", "path": "/api/citizen"}}'
sync_json helloworld --disable-pull
expect "three creates in doubt" "1 3" "$code $("$TANDEM" quarantine list --json | json 'sum(e["state"] == "in doubt" for e in d)')"
sync_json helloworld --start-datetime '2001-01-01' --end-datetime '2001-01-02' --disable-push
expect "a pull of another time tells nothing" "0 in doubt" "$code $("$TANDEM" quarantine list --json | json 'd[0]["state"]')"
# what is left of them has something of its own, or nothing would come of it here (decision 87)
edit '[{"action": "delete", "object": "citizen", "id": "2"}, {"action": "delete", "object": "citizen", "id": "3"}, {"object": "citizen", "id": "1", "fields": {"email": "changed@h.test", "last_name": "Theirs"}}]'
sql "UPDATE contact SET phone = '1' WHERE id = 1" >/dev/null
sync_json helloworld --first-time-sync
expect "never sent blindly: left to people" "4 3" "$code $("$TANDEM" quarantine list --json | json 'sum(e["state"] == "to be settled" for e in d)')"
expect_contains "status says what waits and why" "tandem quarantine link" "$("$TANDEM" status helloworld)"
expect "a create with an unknown outcome is noted" 3 "$("$TANDEM" status helloworld --json | json 'sum(n["about"] == "in_doubt" for n in d["notes"])')"
sync_json helloworld
expect "noted once, still to be settled" "4 0" "$code $("$TANDEM" status helloworld --json | json 'sum(n["about"] == "in_doubt" for n in d["notes"])')"
refuse "a record that is another contact's" 2 "tandem object merge contact 1 " "$TANDEM" quarantine link helloworld contact:1 citizen:1
refuse "what is not in doubt" 2 "with an unknown outcome" "$TANDEM" quarantine link helloworld contact:99 citizen:99
"$TANDEM" object merge contact 1 "$(sql "SELECT object_id FROM object_mapping WHERE integration_id = '1'")" --quiet
"$TANDEM" quarantine retry helloworld contact:2 --quiet
"$TANDEM" quarantine drop helloworld contact:3 --quiet
sync_json helloworld
expect "merged, sent again, dropped: settled" "0 0 2" "$code $("$TANDEM" quarantine list --json | json 'len(d)') $(state "len($citizens)")"
expect "the merged one is its record" "linked@h.test 1" "$(sql "SELECT email FROM contact WHERE id = 1") $(state 'next(c["fields"]["phone"] for c in d["citizen"] if c["fields"]["email"] == "linked@h.test")')"

# ---- deletions and brakes ----
start_server deletions
new_home deletions
deletions citizen delete delete
# hello.world cannot be told to delete; its page for tests can
sed -i 's|^function M.execute(order)|&\
  for object in order:objects() do\
    for change in order:deletions(object) do\
      http.post((config.base_url:gsub("/api$", "")) .. "/_edit",\
        { json = { action = "delete", object = object, id = math.tointeger(tonumber(change.object_id)) } })\
      order:delete_object(change)\
    end\
  end|' "$TANDEM_HOME/lua/integrations/helloworld/order_executioner.lua"
settings "brakes = { mass_minimum = 5 }"
create_citizens 1 20
sync_json helloworld -f
expect "twenty came" 20 "$(sql 'SELECT count(*) FROM contact')"
sql "DELETE FROM contact WHERE email = 'c1@t.test'" >/dev/null
sync_json helloworld
expect "a deletion here is passed on" "0 1 19" "$code $(of_summary 'd["push"]["deleted"]') $(state "len($citizens)")"
expect_contains "explain tells why theirs is gone" "it was deleted here, so its record was deleted there" \
  "$("$TANDEM" explain helloworld citizen:1)"
# nor does it tell of deletions over there; the test says which record is gone
sed -i 's|^function M.build(request, report)|&\
  if request.options.gone and request.iteration == 2 then report:add_deleted("citizen", request.options.gone) end|' \
  "$TANDEM_HOME/lua/integrations/helloworld/report_builder.lua"
gone=$(sql "SELECT object_id FROM object_mapping WHERE integration_id = '20'")
sync_json helloworld --option gone:20
expect "a deletion there is carried out here, and counted" "0 1 18" \
  "$code $(of_summary 'd["pull"]["deleted"]') $(sql 'SELECT count(*) FROM contact')"
expect_contains "explain tells why ours is gone" "its record was deleted there, so ours was deleted here" \
  "$("$TANDEM" explain helloworld "contact:$gone")"
sync_json helloworld --option gone:20
expect "a deletion that is reported again is not counted again" "0 0 0" "$code $(of_summary 'd["pull"]["deleted"]') $(of_summary 'd["pull"]["updated"]')"
sql "DELETE FROM contact WHERE id IN (SELECT id FROM contact LIMIT 6)" >/dev/null
sync_json helloworld
expect "too many deletions: the brake" "1 19" "$code $(state "len($citizens)")"
expect_contains "the mass change guard says what to do" "--allow-mass-change" "$(cat "$scratch/stderr")"
sync_json helloworld --allow-mass-change
expect "allowed: they are passed on" "0 13" "$code $(state "len($citizens)")"
expect "gone for good: nothing comes back" 12 "$(sql 'SELECT count(*) FROM contact')"
config=$TANDEM_HOME/config/integrations/helloworld.lua
sed -i 's/on_deleted_here = "delete"/on_deleted_here = "unlink"/' "$config"
sync_json helloworld
sed -i 's/on_deleted_here = "unlink"/on_deleted_here = "delete"/' "$config"
"$TANDEM" check helloworld --quiet
sql "DELETE FROM contact WHERE email = 'c9@t.test'" >/dev/null
sync_json helloworld
expect "on_deleted_here counts from the check on" "0 1 12" "$code $(of_summary 'd["push"]["deleted"]') $(state "len($citizens)")"

# ---- an outage ----
start_server outage
new_home outage
settings "brakes = { outage_minimum = 10 }, page_partial = 10"
for i in $(seq 30); do echo "{\"email\": \"o$i@h.test\"}"; done >"$scratch/contacts.jsonl"
"$TANDEM" object import contact "$scratch/contacts.jsonl" --quiet >/dev/null
sed -i 's/  elseif answer.code == 503 then/  elseif answer.code == 418 then/' \
  "$TANDEM_HOME/lua/integrations/helloworld/order_executioner.lua"
control '{"busy": ["citizen:0"]}'
sync_json helloworld
expect "most have failed: an outage" "1 outage" "$code $(of_summary 'd["error"]["code"] if isinstance(d["error"], dict) else "outage" if "outage" in d["error"] else d["error"]')"
expect "an outage ends the push early" 1 "$(of_summary 'd["push"]["iterations"]')"

# ---- the store checked and mended ----
start_server check
new_home check
create_citizens 1 3
sync_json helloworld -f
expect_contains "sound" "sound" "$("$TANDEM" check --store)"
sql "DROP TRIGGER contact_deleted" >/dev/null
sql "DELETE FROM contact WHERE id = 1" >/dev/null
"$TANDEM" check --store >"$scratch/out"
expect "found" "4 1" "$? $(grep -c 'whose object here is gone' "$scratch/out")"
"$TANDEM" check --store --mend --quiet
expect "mended" "0 sound" "$? $("$TANDEM" check --store | grep -o sound)"
refuse "mend what?" 2 "--store" "$TANDEM" check --mend

# ---- resuming ----
refuse "nothing to resume" 2 "nothing to resume" "$TANDEM" sync helloworld --resume
control '{"page_size": 1, "fail_next": {"count": 9, "after": 9, "method": "GET", "status": 404}}'
new_home resume
sed -i "s|api = 1,|api = 1, stable_cursors = true,|" "$TANDEM_HOME/lua/integrations/helloworld/integration.lua" # nothing changes meanwhile
sync_json helloworld -f
expect "failed half-way" 1 "$code"
pulled=$(of_summary 'd["pull"]["iterations"]')
control '{"fail_next": 0}'
refuse "with other options: refused" 2 "other options" "$TANDEM" sync helloworld --resume
sync_json helloworld -f --resume
expect "gone on with" "0 3" "$code $(sql 'SELECT count(*) FROM contact')"
expect "not from the start" 1 "$(sql 'SELECT count(*) FROM run WHERE resumed IS NOT NULL')"

# ---- a locked store, a lost folder ----
mv "$TANDEM_HOME/lua/integrations/helloworld" "$scratch/away"
refuse "the scripts are gone" 2 "helloworld" "$TANDEM" sync helloworld
mv "$scratch/away" "$TANDEM_HOME/lua/integrations/helloworld"
echo damaged >"$TANDEM_HOME/var/tandem.db"
rm -f "$TANDEM_HOME"/var/tandem.db-*
refuse "not a database" 1 "restore the file from a backup" "$TANDEM" sync helloworld
