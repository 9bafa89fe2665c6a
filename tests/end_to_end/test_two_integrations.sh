#!/usr/bin/env bash
# Two enabled integrations on the same contacts: what one brings the other gets, nothing echoes.
. "$(dirname "$0")/lib.sh"

new_home home
start_server first --seed 12 --field-timestamps
first_url=$url first_requests=$requests
start_server second --field-timestamps
second_url=$url second_requests=$requests

# The second integration is a copy of the first with a name and an address of its own.
cp -r "$TANDEM_HOME/lua/integrations/helloworld" "$TANDEM_HOME/lua/integrations/helloagain"
sed -i 's/name = "helloworld"/name = "helloagain"/' "$TANDEM_HOME/lua/integrations/helloagain/integration.lua"
# What is one-way (home_planet ...) belongs to the first one alone.
sed 's/HELLOWORLD_URL/HELLOAGAIN_URL/; /direction = "to_internal"/d' \
  "$TANDEM_HOME/config/integrations/helloworld.lua" >"$TANDEM_HOME/config/integrations/helloagain.lua"
export HELLOWORLD_URL=$first_url HELLOAGAIN_URL=$second_url

on() { # first|second
  if [ "$1" = first ]; then url=$first_url requests=$first_requests; else url=$second_url requests=$second_requests; fi
}
emails='sorted(c["fields"]["email"] for c in d["citizen"])'
moved='[d["pull"]["created"], d["pull"]["updated"], d["push"]["created"], d["push"]["updated"]]'

"$TANDEM" check --quiet --offline
expect "both first syncs end with 0" 0 $?
sync_json helloworld
expect "the first brings its citizens" "0 13" "$code $(of_summary 'd["pull"]["created"]')"
sync_json helloagain
expect "the second gets them" "0 13" "$code $(of_summary 'd["push"]["created"]')"
on first; there=$(state "$emails")
on second
expect "both systems have the same citizens" "$there" "$(state "$emails")"
for name in helloworld helloagain helloworld helloagain; do
  sync_json $name
  expect "nothing echoes ($name)" "[0, 0, 0, 0]" "$(of_summary "$moved")"
done

# ---- an edit at one end travels to the other, once ----
on first
edit '{"object": "citizen", "id": "3", "fields": {"phone": "+1 555 travels"}}'
sync_json helloworld
expect "an edit in the first comes here" "[0, 1, 0, 0]" "$(of_summary "$moved")"
sync_json helloagain
expect "goes to the second" "[0, 0, 0, 1]" "$(of_summary "$moved")"
on second
expect "an edit in the first system is in the second" '["+1 555 travels"]' \
  "$(state '[c["fields"]["phone"] for c in d["citizen"] if c["fields"]["email"] == "citizen3@hello.world"]')"
edit "$(state '{"object": "citizen", "id": [c["id"] for c in d["citizen"] if c["fields"]["email"] == "citizen4@hello.world"][0], "fields": {"last_name": "Back"}}')"
sync_json helloagain
expect "an edit in the second comes here" "[0, 1, 0, 0]" "$(of_summary "$moved")"
sync_json helloworld
expect "goes to the first" "[0, 0, 0, 1]" "$(of_summary "$moved")"
on first
expect "an edit in the second system is in the first" '["Back"]' \
  "$(state '[c["fields"]["last_name"] for c in d["citizen"] if c["fields"]["email"] == "citizen4@hello.world"]')"
edit '{"action": "create", "object": "citizen", "fields": {"email": "new@hello.world", "first_name": "New"}}'
sync_json helloworld
sync_json helloagain
expect "a new citizen of the first is created in the second" "[0, 0, 1, 0]" "$(of_summary "$moved")"
before_first=$(writes); on second; before_second=$(writes)
for name in helloagain helloworld helloagain; do
  sync_json $name
  expect "quiet again ($name)" "[0, 0, 0, 0]" "$(of_summary "$moved")"
done
expect "no write request was sent to the second" "$before_second" "$(writes)"
on first
expect "no write request was sent to the first" "$before_first" "$(writes)"

# ---- our own edit goes to both ----
id=$(contact_with email citizen5@hello.world)
"$TANDEM" object set contact "$id" phone='+1 555 both'
sync_json helloworld
sync_json helloagain
for end in first second; do
  on $end
  expect "an edit here goes to the $end" '["+1 555 both"]' \
    "$(state '[c["fields"]["phone"] for c in d["citizen"] if c["fields"]["email"] == "citizen5@hello.world"]')"
done

# ---- one of them is broken: nobody is held up, and nothing is lost for it ----
script=$TANDEM_HOME/lua/integrations/helloagain/integration.lua
cp "$script" "$scratch/whole.lua"
echo 'return {' >"$script"
"$TANDEM" object set contact "$id" lastname=Waiting
sed -i '/^ *phone = "phone",$/d' "$TANDEM_HOME/config/integrations/helloworld.lua"
sync_json helloworld
expect "the other one syncs" "0 [0, 0, 0, 1]" "$code $(of_summary "$moved")"
expect_contains "a sync names the broken integration" "helloagain" "$("$TANDEM" sync helloworld 2>&1 >/dev/null)"
"$TANDEM" object set contact "$id" phone='+1 555 waits'
expect "a changed mapping is in force although another integration is broken, whose changes stay tracked" \
  "helloagain lastname;helloagain phone;" "$(sqlite3 "$TANDEM_HOME/var/tandem.db" \
    "select i.name, f.name from field_change c join integration i on i.id = c.integration
     join field f on f.id = c.field order by 1, 2" | tr '|\n' ' ;')"
cp "$scratch/whole.lua" "$script"
sync_json helloagain
expect "mended, it gets them" "0 [0, 0, 0, 1]" "$code $(of_summary "$moved")"
on second
expect "all of them" '[["Waiting", "+1 555 waits"]]' \
  "$(state '[[c["fields"]["last_name"], c["fields"]["phone"]] for c in d["citizen"] if c["fields"]["email"] == "citizen5@hello.world"]')"

# ---- check says who fights over a field ----
sed -i 's/first_name = "firstname"/first_name = "firstname", home_planet = { "city", direction = "to_internal" }/' \
  "$TANDEM_HOME/config/integrations/helloagain.lua"
expect_contains "check warns of two masters" "overwrite each other" \
  "$("$TANDEM" check helloagain --offline 2>&1)"
sed -i 's/enabled = true/judge = { "hard", "best" }, enabled = true/' "$TANDEM_HOME/config/integrations/helloagain.lua"
expect_contains "check warns of a judge without base" '"base"' "$("$TANDEM" check helloagain --offline 2>&1)"
