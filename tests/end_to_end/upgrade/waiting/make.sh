#!/usr/bin/env bash
# make.sh BUILT-CLONE-OF-AN-OLD-COMMIT OUT: a home that the program of that commit made and used; OUT/home/var/tandem.db,
# OUT/first.json and OUT/second.json became schema_N.sql (without tokens), first_N.json and second_N.json.
set -u
old=$1 out=$2
rm -rf "$out"
mkdir -p "$out"
. "$(dirname "$0")/../../lib.sh"
export TANDEM=$old/build/release/tandem TANDEM_DATA=$old
new_home home
start_server first --seed 12 --field-timestamps --data "$out/first.json"
first_url=$url
start_server second --data "$out/second.json"
second_url=$url
configuration=$TANDEM_HOME/config/integrations
cp -r "$TANDEM_HOME/lua/integrations/helloworld" "$TANDEM_HOME/lua/integrations/helloagain"
sed -i 's/name = "helloworld"/name = "helloagain"/' "$TANDEM_HOME/lua/integrations/helloagain/integration.lua"
sed -i 's/-- opt_in = .*/opt_in = "opt_in",/; s/    citizen = {/& on_deleted_here = "delete",/' "$configuration/helloworld.lua"
sed 's/HELLOWORLD_URL/HELLOAGAIN_URL/; /direction = "to_internal"/d; s/enabled = true,/& judge = { "base" },/
     s/ on_deleted_here = "delete",//' "$configuration/helloworld.lua" >"$configuration/helloagain.lua"
export HELLOWORLD_URL=$first_url HELLOAGAIN_URL=$second_url
"$TANDEM" field add contact opt_in --label "Opt in" --type boolean
for name in helloworld helloagain helloworld helloagain; do "$TANDEM" sync $name --quiet; done
on() { if [ "$1" = first ]; then url=$first_url; else url=$second_url; fi; }
contact() { contact_with email "citizen$1@hello.world"; }
ours() { "$TANDEM" object "$@"; }
sleep 1.2

# a link that had ended: its record is gone there, its contact lives
on first
edit '{"action": "delete", "object": "citizen", "id": "1"}'
"$TANDEM" sync helloworld --quiet --integration-object-id citizen:1
# a refused edit
ours set contact "$(contact 2)" phone='+1 555 refused'
control '{"without": ["citizen:phone"]}'
"$TANDEM" sync helloworld --disable-pull --quiet
control '{"without": []}'
# a tie, held
on second
fourth=$(state '[c["id"] for c in d["citizen"] if c["fields"]["email"] == "citizen4@hello.world"][0]')
edit "{\"object\": \"citizen\", \"id\": \"$fourth\", \"fields\": {\"last_name\": \"Tie there\"}}"
ours set contact "$(contact 4)" lastname='Tie here'
"$TANDEM" sync helloagain --quiet
# one that is to be tried again, and a create whose answer was lost
on first
ours set contact "$(contact 3)" lastname=Retried
control '{"busy": ["citizen:3"]}'
"$TANDEM" sync helloworld --quiet --disable-pull
ours add contact email=lost@hello.world firstname=Lost
control '{"drop_answer_next": {"count": 20, "method": "POST", "path": "/api/citizen"}}'
"$TANDEM" sync helloworld --quiet
control '{"drop_answer_next": 0, "busy": []}'
# edits here, there, and on both sides; additions and deletions
ours set contact "$(contact 5)" phone='+1 555 here'
edit '{"object": "citizen", "id": "6", "fields": {"phone": "+1 555 there"}}'
ours add contact email=added@hello.world firstname=Added lastname=Here
ours delete contact "$(contact 7)"
ours set contact "$(contact 8)" opt_in=false
ours set contact "$(contact 9)" phone=
ours set company 1 companydescription='Edited before the upgrade'
on second
edit '{"action": "create", "object": "citizen", "fields": {"email": "theirs@hello.world", "first_name": "Theirs"}}'
on first
edit '{"action": "delete", "object": "citizen", "id": "10"}'
edit '{"object": "citizen", "id": "11", "fields": {"first_name": "older there"}}'
sleep 1.1
ours set contact "$(contact 11)" firstname='newer here'
ours set contact "$(contact 12)" firstname='older here'
sleep 1.1
edit '{"object": "citizen", "id": "12", "fields": {"first_name": "newer there"}}'
cp -a "$TANDEM_HOME" "$out/home"
sleep 0.5
