#!/usr/bin/env bash
# An integration that was switched off for a while and comes back (spec 13.4): what was edited here meanwhile is sent by
# its next run, what was added by its next full push.
. "$(dirname "$0")/lib.sh"

new_home returned
start_server returned --seed 4
configuration=$TANDEM_HOME/config/integrations/helloworld.lua
sed -i 's/      phone = "phone",/      phone = { "phone", direction = "to_integration" },/' "$configuration"
ours() { "$TANDEM" object "$@" --quiet >/dev/null; }
add() { ours add contact "$@"; }
there() { state "[c['fields']['$2'] or '' for c in d['citizen'] if c['fields']['email'] == '$1'][0]"; }

add email=empty@x.test firstname=Empty
add email=full@x.test firstname=Full phone='+1 555 1'
ours add company companyname='Before'
"$TANDEM" sync helloworld --quiet
expect "the first run ends well" 0 $?
"$TANDEM" sync helloworld --first-time-sync --quiet

sed -i 's/enabled = true/enabled = false/' "$configuration"
"$TANDEM" list >/dev/null
"$TANDEM" check --quiet --offline
sleep 1.1
ours set contact "$(contact_with email empty@x.test)" phone='+1 555 2' lastname=Edited
ours set contact "$(contact_with email full@x.test)" phone=
ours set contact "$(contact_with email citizen1@hello.world)" phone='+1 555 3'
add email=added@x.test firstname=Added phone='+1 555 4'
add firstname=Anonymous
ours add company companyname='Added Company'
expect "nothing is tracked for an integration that is off" 0 "$(sqlite3 "$TANDEM_HOME/var/tandem.db" 'SELECT count(*) FROM field_change')"

sed -i 's/enabled = false/enabled = true/' "$configuration"
plan=$("$TANDEM" plan helloworld --json | json '[d["summary"]["push"]["created"], d["summary"]["push"]["updated"]]')
sync_json helloworld
expect "the run after its return ends well" 0 $code
expect "plan has foretold it" "$plan" "$(of_summary '[d["push"]["created"], d["push"]["updated"]]')"
expect "a field that only leads there and was empty when the record was created arrives" "+1 555 2 Edited" \
  "$(there empty@x.test phone) $(there empty@x.test last_name)"
expect "one that was cleared is cleared" "" "$(there full@x.test phone)"
expect "one of a record that came from there, too" "+1 555 3" "$(there citizen1@hello.world phone)"
expect "nobody who was added meanwhile is created yet" 0 "$(state 'sum(c["fields"]["email"] == "added@x.test" for c in d["citizen"])')"
before=$(writes)
sync_json helloworld
expect "a second run sends nothing" "0 $before" "$code $(writes)"
"$TANDEM" sync helloworld --first-time-sync --quiet
expect "a full push creates the contact" "+1 555 4" "$(there added@x.test phone)"
expect "and the company" '["Added Company", "Before"]' "$(state 'sorted(w["fields"]["name"] for w in d["world"])')"
