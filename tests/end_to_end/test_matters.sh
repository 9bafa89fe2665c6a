#!/usr/bin/env bash
# What is open is counted, listed until it is settled, explained, and tried again when somebody asks.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/service.sh"

sql() { python3 -c 'import sqlite3, sys
d = sqlite3.connect(sys.argv[1]); r = d.execute(sys.argv[2]).fetchall(); d.commit()
print("\n".join("|".join(map(str, row)) for row in r))' "$TANDEM_HOME/var/tandem.db" "$1"; }
open_matters() { "$TANDEM" status helloworld --json | json '[[m["reason"], m["object"], m["id"], m["integration_id"], m["field"]] for m in d["open"]]'; }

start_server matters --seed 3
new_home matters
"$TANDEM" sync helloworld --quiet
expect "nothing is open" '[]' "$(open_matters)"
expect "retry without anything open says that nothing is open" "none of these matters is open" "$("$TANDEM" retry)"

# ---- a value there that has no place here, an edit here that they refuse ----
"$TANDEM" field change contact firstname --limit 8 --quiet >/dev/null
# 503 is a refusal, as far as this script is concerned
sed -i 's/answer.code == 503 then/answer.code == 503 then order:note_object_sync_issue(change, "not in this state") elseif answer.code == 418 then/' \
  "$TANDEM_HOME/lua/integrations/helloworld/order_executioner.lua"
edit '{"object": "citizen", "id": "1", "fields": {"first_name": "Too long a name"}}'
"$TANDEM" object set contact 2 lastname=Edited
control '{"busy": ["citizen:2"]}'
plan=$("$TANDEM" plan helloworld --json)
sync_json helloworld
expect "a run that makes open matters ends with 4" "4 done_with_issues" "$code $(of_summary 'd["status"]')"
expect "the summary counts open matters by reason" "1 1 2 1" \
  "$(of_summary '" ".join(str(n) for n in (d["open"]["refused"], d["open"]["withheld"], d["open_in_all"], d["left_out"]))')"
expect "a plan foretells what it can know" "1 1" "$(json '" ".join(str(d["summary"][k]) if k == "left_out" else str(d["summary"]["open"]["withheld"]) for k in ("left_out", "open"))' <<<"$plan")"
expect "status lists them" '[["refused", "contact", "2", "2", "lastname"], ["withheld", "contact", "1", "1", "firstname"]]' "$(open_matters)"
expect_contains "for people, with what to do" "correct it there; or edit it here" "$("$TANDEM" status)"
expect_contains "one by one" "contact:2  citizen:2  lastname" "$("$TANDEM" status helloworld)"
expect_contains "explain tells it" "their value cannot be stored here" "$("$TANDEM" explain helloworld contact:1)"
expect "explain's JSON lists the open matter" '["withheld"]' "$("$TANDEM" explain helloworld citizen:1 --json | json '[m["reason"] for m in d["open"]]')"
expect_contains "the summary says where open matters are listed" "2 in all: 'tandem status helloworld'" "$("$TANDEM" sync helloworld 2>/dev/null)"

# ---- it stays open, though no run meets it ----
echo 'return { overlap_seconds = 0 }' >"$TANDEM_HOME/config/tandem.lua"
sleep 1.1
"$TANDEM" position helloworld --set "$(date -u '+%F %T')" --quiet >/dev/null
sync_json helloworld
expect "what was not met again does not count" "0 0 2" "$code $(of_summary 'sum(d["open"].values())') $(of_summary 'd["open_in_all"]')"
expect "with what was said when it was met last" '["not in this state", "has a text there that is longer than the field here allows; left as it is"]' \
  "$("$TANDEM" status helloworld --json | json '[m["message"] for m in d["open"]]')"
expect "an open matter that no run meets is still listed" 2 "$("$TANDEM" status helloworld --json | json 'sum(c["open"] for c in d["open_counts"])')"

# ---- retry: counted first, then by the next sync ----
expect "without a selection it only counts" '[["refused", 1], ["withheld", 1]]' \
  "$("$TANDEM" retry helloworld --json 2>/dev/null | json '[[c["reason"], c["count"]] for c in d]')"
expect "nothing is wished for" "" "$(sql 'SELECT wish FROM retry_wish')"
"$TANDEM" retry helloworld --reason refused --dry-run >/dev/null 2>&1
expect "a dry run of retry stores no wish" "" "$(sql 'SELECT wish FROM retry_wish')"
refuse "a reason that there is not" 2 "cannot be retried" "$TANDEM" retry helloworld --reason lost
refuse "all and one" 2 "not both" "$TANDEM" retry helloworld contact:1 --all
refuse "an integration that there is not" 2 "no integration 'hello'" "$TANDEM" retry hello --all
"$TANDEM" retry helloworld --reason refused >/dev/null 2>"$scratch/stderr"
expect_contains "retry says when the matters are retried" "1 will be retried by the next sync" "$(cat "$scratch/stderr")"
sync_json helloworld --internal-object-id contact:3
expect "a run limited to names leaves the wish" refused "$(sql 'SELECT wish FROM retry_wish')"
sync_json helloworld
expect "the next ordinary sync tries it: still refused" "4 1" "$code $(of_summary 'd["open"]["refused"]')"
expect "a retried wish is fulfilled" "" "$(sql 'SELECT wish FROM retry_wish')"
control '{"busy": []}'
edit '{"object": "citizen", "id": "1", "fields": {"first_name": "Fine"}}'
"$TANDEM" retry --all --now --quiet
expect "--now syncs at once: both are settled" "0 [] Fine" "$? $(open_matters) $(contact_field 1 firstname)"
expect "over there, too" Edited "$(state '[c["fields"]["last_name"] for c in d["citizen"] if c["id"] == 2][0]')"

# ---- sync --retry, by object ----
"$TANDEM" object set contact 2 lastname=Again
control '{"busy": ["citizen:2"]}'
sync_json helloworld
control '{"busy": []}'
sync_json helloworld
expect "refused: not sent by ordinary runs" '[["refused", "contact", "2", "2", "lastname"]]' "$(open_matters)"
sync_json helloworld --retry citizen:2
expect "--retry names it by either side" "0 [] Again" \
  "$code $(open_matters) $(state '[c["fields"]["last_name"] for c in d["citizen"] if c["id"] == 2][0]')"

# ---- an edit that is made while the answer is awaited ends the refusal, as a later one does ----
"$TANDEM" object set contact 3 firstname=Both lastname=Refused
control '{"busy": ["citizen:3"], "latency_ms": 1000}'
"$TANDEM" sync helloworld --disable-pull --quiet 2>/dev/null &
run=$!
is_sent() { [ "$(sql 'SELECT count(*) FROM journal_change')" != 0 ]; }
until_true "the edits are on their way" is_sent
"$TANDEM" object set contact 3 lastname=Newer
wait $run
control '{"busy": [], "latency_ms": 0}'
sync_json helloworld
expect "all of it is sent by the next run" "0 [] Both Newer" \
  "$code $(open_matters) $(state '" ".join(c["fields"][f] for c in d["citizen"] if c["id"] == 3 for f in ("first_name", "last_name"))')"

# ---- a create that is answered with the record of somebody else ----
script=$TANDEM_HOME/lua/integrations/helloworld/order_executioner.lua
sed -i 's/client.upsert(object, items)/{{ code = 201, id = 1, metadata = { index = 1 } }}/' "$script"
taken=$("$TANDEM" object add contact email=taken@hello.world firstname=Taken)
sync_json helloworld
expect "it is an open matter" "4 $taken email,firstname" \
  "$code $taken $("$TANDEM" status helloworld --json | json '",".join(m["field"] for m in d["open"] if (m["reason"], m["id"], m["integration_id"]) == ("refused", "'"$taken"'", None))')"
sync_json helloworld
expect_contains "and is listed until it is settled" "was answered with record 'citizen:1', which belongs to contact:1" "$("$TANDEM" status helloworld)"
expect "it is not sent again" 0 "$(of_summary 'd["push"]["reported"]')"
sed -i 's/in ipairs({{.*}}) do$/in ipairs(client.upsert(object, items)) do/' "$script"
sync_json helloworld
expect "until the script is mended" "0 []" "$code $(open_matters)"

# ---- unlink ends what was open between the two ----
"$TANDEM" object set contact 2 lastname=Third
control '{"busy": ["citizen:2"]}'
sync_json helloworld
"$TANDEM" unlink helloworld contact:2 --quiet
expect "unlinked: nothing is open between them" '[]' "$(open_matters)"

# ---- the same by the service's API ----
"$TANDEM" object set contact 3 lastname=ByApi
edit '{"object": "citizen", "id": "1", "fields": {"first_name": "Too long once more"}}'
control '{"busy": ["citizen:3"]}'
sync_json helloworld
start_service
token=$("$TANDEM" token add me --scope run)
expect "the API lists what is open" '[["refused", "3", "3", "lastname"], ["withheld", "1", "1", "firstname"]]' \
  "$(ask "$api/matters" | json '[[m["reason"], m["object_id"], m["integration_id"], m["field"]] for m in d["items"]]')"
expect "counts it" '[["refused", 1, ["retry"]], ["withheld", 1, ["retry"]]]' \
  "$(ask "$api/matters/summary" | json '[[m["reason"], m["count"], m["actions"]] for m in d["items"]]')"
expect "the API counts the matters of an integration" '{"refused": 1, "withheld": 1}' "$(ask "$api/integrations/helloworld" | json 'd["matters"]')"
expect_contains "metrics count it" 'tandem_matters_open{integration="helloworld",reason="refused"} 1' "$(curl -sS -H "Authorization: Bearer $token" "http://127.0.0.1:$port/metrics")"
control '{"busy": []}'
edit '{"object": "citizen", "id": "1", "fields": {"first_name": "Okay"}}'
expect "all of it is tried again in bulk" 2 "$(ask -X POST "$api/matters/retry" -d '{"integration": "helloworld"}' | json 'd["count"]')"
settled() { [ "$(open_matters)" = "[]" ]; }
until_true "and settled by the sync that follows" settled
expect "a bulk retry sends the edit made by the API" ByApi "$(state '[c["fields"]["last_name"] for c in d["citizen"] if c["id"] == 3][0]')"
