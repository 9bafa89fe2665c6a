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
start_server quarantine
new_home quarantine
settings "retries = 2"
"$TANDEM" object add contact email=busy@h.test >/dev/null
"$TANDEM" object add contact email=fine@h.test >/dev/null
control '{"busy": ["citizen:0"]}'
sync_json helloworld
expect "busy: tried again later" "0 2" "$code $(of_summary 'd["push"]["retried"]')"
sync_json helloworld
expect "busy: held after two runs" "4 done_with_issues" "$code $(of_summary 'd["status"]')"
expect "listed" "2 held" "$("$TANDEM" quarantine list helloworld --json | json 'str(len(d)) + " " + d[0]["state"]')"
expect "in status" 2 "$("$TANDEM" status helloworld --json | json 'len(d["quarantine"])')"
control '{"busy": []}'
sync_json helloworld
expect "what is held is left out" "0 0" "$(of_summary 'd["push"]["reported"]') $(state "len($citizens)")"
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
sync_json helloworld
"$TANDEM" quarantine drop helloworld --all --quiet
control '{"busy": []}'
sync_json helloworld
expect "dropped, it is not sent" "0 2" "$code $(state "len($citizens)")"

# ---- an answer that is lost ----
start_server doubt
new_home doubt
sed -i 's/, idempotency_key = change.idempotency_key//; s/, idempotency_key = crypto.uuid()//' \
  "$TANDEM_HOME"/lua/integrations/helloworld/*.lua
"$TANDEM" object add contact email=once@h.test >/dev/null
control '{"drop_answer_next": {"count": 1, "method": "POST", "path": "/api/citizen"}}'
sync_json helloworld
expect "a lost answer fails the run" 1 "$code"
expect "the create is in doubt" "in doubt" "$("$TANDEM" quarantine list --json | json 'd[0]["state"]')"
sync_json helloworld --disable-pull
expect "it is not sent blindly" "0 1" "$code $(state "len($citizens)")"
sync_json helloworld
expect "the next pull finds it" "0 1 0" "$code $(state "len($citizens)") $("$TANDEM" quarantine list --json | json 'len(d)')"
expect "one contact, one mapping" "1|1" "$(sql 'SELECT (SELECT count(*) FROM contact), (SELECT count(*) FROM object_mapping)')"

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
sql "DELETE FROM contact WHERE id IN (SELECT id FROM contact LIMIT 6)" >/dev/null
sync_json helloworld
expect "too many deletions: the brake" "1 19" "$code $(state "len($citizens)")"
expect_contains "it says what to do" "--allow-mass-change" "$(cat "$scratch/stderr")"
sync_json helloworld --allow-mass-change
expect "allowed: they are passed on" "0 13" "$code $(state "len($citizens)")"
expect "gone for good: nothing comes back" 13 "$(sql 'SELECT count(*) FROM contact')"

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
expect "it stops early" 1 "$(of_summary 'd["push"]["iterations"]')"

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
