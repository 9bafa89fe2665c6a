#!/usr/bin/env bash
# A whole sync in both directions, over real HTTP with expiring tokens.
. "$(dirname "$0")/lib.sh"

new_home home
start_server hello --seed 30 --auth oauth2 --field-timestamps --page-size 7
"$TANDEM" object add company companyname='Acme' >/dev/null
"$TANDEM" object add contact firstname=Kim lastname=Lee email=kim@example.com >/dev/null

# ---- the first sync ----
sync_json helloworld --first-time-sync
expect "first sync ends with 0" 0 "$code"
expect "citizens and worlds are created here" 33 "$(of_summary 'd["pull"]["created"]')"
expect "local contacts and companies are created there" 2 "$(of_summary 'd["push"]["created"]')"
expect "the first sync is done" done "$(of_summary 'd["status"]')"
expect "no error" null "$(of_summary 'd["error"]')"
expect "the summary has the promised shape" \
  '[["error", "error_code", "http", "integration", "left_out", "open", "open_in_all", "pull", "push", "run", "scripts", "seconds", "status", "window"], ["bytes_in", "bytes_out", "requests", "retries"], ["conflicts", "contradicting", "created", "deleted", "iterations", "overwritten", "reported", "skipped", "unchanged", "unlinked", "updated"], ["integration", "internal", "unresolved"], ["created", "deleted", "issues", "iterations", "reported", "retried", "updated"], ["name", "sha256", "version"], ["from", "to"]]' \
  "$(of_summary '[sorted(d), sorted(d["http"]), sorted(d["pull"]), sorted(d["pull"]["conflicts"]), sorted(d["push"]), sorted(d["scripts"]), sorted(d["window"])]')"
kim=$(contact_with email kim@example.com)
one=$(contact_with email citizen1@hello.world)
expect "a citizen is here" "Grace" "$(contact_field "$one" firstname)"
expect "a contact is there" "Lee" "$(state '[c["fields"]["last_name"] for c in d["citizen"] if c["fields"]["email"] == "kim@example.com"][0]')"
expect "the citizen's world is the contact's company" yes \
  "$([ -n "$(contact_field "$one" company)" ] && echo yes)"

# ---- nothing to do ----
before=$(writes)
tokens() { asked 'sum(r["path"] == "/token" for r in d)'; }
expect "one token was enough" 1 "$(tokens)"
sync_json helloworld
expect "the token is kept for the next run" 1 "$(tokens)"
expect "a second sync ends with 0" 0 "$code"
expect "a second sync creates and updates nothing" "[0, 0, 0, 0]" \
  "$(of_summary '[d["pull"]["created"], d["pull"]["updated"], d["push"]["created"], d["push"]["updated"]]')"
expect "a second sync sends no write request" "$before" "$(writes)"

# ---- one change on either side, and a conflict that each side wins once ----
edit '{"object": "citizen", "id": "2", "fields": {"first_name": "Alonzo"}}'
six=$(contact_with email citizen6@hello.world)
"$TANDEM" object set contact "$six" phone='+1 617 555 0100'
edit '{"object": "citizen", "id": "1", "fields": {"phone": "there first"}}'
"$TANDEM" object set contact "$one" lastname='here first'
sleep 0.05
"$TANDEM" object set contact "$one" phone='here last'
edit '{"object": "citizen", "id": "1", "fields": {"last_name": "there last"}}'
sleep 0.05
sync_json helloworld
expect "a sync with conflicts ends with 0" 0 "$code"
expect "each side wins once" '{"integration": 1, "internal": 1, "unresolved": 0}' \
  "$(of_summary 'd["pull"]["conflicts"]')"
expect "the change there came here" Alonzo "$(contact_field "$(contact_with email citizen2@hello.world)" firstname)"
expect "the change here went there" '+1 617 555 0100' \
  "$(state '[c["fields"]["phone"] for c in d["citizen"] if str(c["id"]) == "6"][0]')"
expect "the later edit here won, here" 'here last' "$(contact_field "$one" phone)"
expect "the later edit here won, there" 'here last' \
  "$(state '[c["fields"]["phone"] for c in d["citizen"] if str(c["id"]) == "1"][0]')"
expect "the later edit there won, here" 'there last' "$(contact_field "$one" lastname)"
expect "the later edit there won, there" 'there last' \
  "$(state '[c["fields"]["last_name"] for c in d["citizen"] if str(c["id"]) == "1"][0]')"
before=$(writes)
sync_json helloworld
expect "after the conflict a sync changes nothing" "[0, 0, 0, 0]" \
  "$(of_summary '[d["pull"]["created"], d["pull"]["updated"], d["push"]["created"], d["push"]["updated"]]')"
expect "after the conflict a sync sends no write request" "$before" "$(writes)"

# ---- clearing a field ----
"$TANDEM" object set contact "$six" phone:=null
sync_json helloworld
expect "a field cleared here is cleared there" None \
  "$(state '[str(c["fields"]["phone"]) for c in d["citizen"] if str(c["id"]) == "6"][0]')"

# ---- one direction only, named objects ----
edit '{"object": "citizen", "id": "3", "fields": {"first_name": "There"}}'
"$TANDEM" object set contact "$kim" firstname=Here
sync_json helloworld --disable-push
expect "--disable-push pulls" There "$(contact_field "$(contact_with email citizen3@hello.world)" firstname)"
expect "--disable-push does not push" Kim \
  "$(state '[c["fields"]["first_name"] for c in d["citizen"] if c["fields"]["email"] == "kim@example.com"][0]')"
edit '{"object": "citizen", "id": "4", "fields": {"first_name": "Later"}}'
sync_json helloworld --disable-pull
expect "--disable-pull pushes" Here \
  "$(state '[c["fields"]["first_name"] for c in d["citizen"] if c["fields"]["email"] == "kim@example.com"][0]')"
expect_lacks "--disable-pull does not pull" Later "$(contact_field "$(contact_with email citizen4@hello.world)" firstname)"
edit '{"object": "citizen", "id": "5", "fields": {"first_name": "Named"}}'
sync_json helloworld --integration-object-id citizen:5
expect "a named object is synced" Named "$(contact_field "$(contact_with email citizen5@hello.world)" firstname)"
expect_lacks "the others are not" Later "$(contact_field "$(contact_with email citizen4@hello.world)" firstname)"
"$TANDEM" object set contact "$kim" firstname=Alias
sync_json helloworld --mautic-object-id "lead:$kim"
expect "lead: is an alias of contact:" Alias \
  "$(state '[c["fields"]["first_name"] for c in d["citizen"] if c["fields"]["email"] == "kim@example.com"][0]')"

# ---- what people see ----
text=$("$TANDEM" sync helloworld 2>"$scratch/stderr")
expect "no progress line in a pipe" "" "$(cat "$scratch/stderr")"
expect_contains "the summary is readable" "pull: " "$text"
expect "--quiet says nothing" "" "$("$TANDEM" sync helloworld --quiet 2>&1)"
"$TANDEM" sync helloworld -vv >"$scratch/stdout" 2>"$scratch/log"
expect_contains "-vv logs requests" "GET" "$(cat "$scratch/log")"
token=$(sqlite3 "$TANDEM_HOME/var/tandem.db" .dump | grep -c -e access_token -e HELLOWORLD)
expect "no token lies open in the store" 0 "$token"
expect "only the owner can read the key" 600 "$(stat -c %a "$TANDEM_HOME/var/key")"
TANDEM_KEY=another-key-altogether "$TANDEM" sync helloworld --quiet
expect "without its key a token is worth nothing, and a new one is got" "0 2" "$? $(tokens)"
expect_contains "status tells of runs" "positions" "$("$TANDEM" status helloworld)"
expect_contains "list shows it" "helloworld" "$("$TANDEM" list)"
expect "check finds it fine" "helloworld: fine" "$("$TANDEM" check helloworld 2>&1)"
expect "fields come from the API" yes "$("$TANDEM" fields helloworld citizen | grep -q home_planet && echo yes)"
