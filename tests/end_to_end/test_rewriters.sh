#!/usr/bin/env bash
# Two systems that each rewrite what they get in a form of their own come to rest (spec 13.18): the
# field is held, both sides stay as they are, and people are told.
. "$(dirname "$0")/lib.sh"

new_home home
start_server first --seed 2
first_url=$url first_requests=$requests
start_server second
second_url=$url second_requests=$requests
cp -r "$TANDEM_HOME/lua/integrations/helloworld" "$TANDEM_HOME/lua/integrations/helloagain"
sed -i 's/name = "helloworld"/name = "helloagain"/' "$TANDEM_HOME/lua/integrations/helloagain/integration.lua"
sed 's/HELLOWORLD_URL/HELLOAGAIN_URL/; /direction = "to_internal"/d' \
  "$TANDEM_HOME/config/integrations/helloworld.lua" >"$TANDEM_HOME/config/integrations/helloagain.lua"
export HELLOWORLD_URL=$first_url HELLOAGAIN_URL=$second_url
declare -A address=([helloworld]=$first_url [helloagain]=$second_url) mark=([helloworld]=one [helloagain]=two)

minute=0
later() { # everybody's clock goes on by five minutes
  minute=$((minute + 5))
  TANDEM_NOW=$(date -u -d "2026-03-10T12:00:00Z + $minute minutes" '+%Y-%m-%dT%H:%M:%SZ')
  export TANDEM_NOW
  for url in "$first_url" "$second_url"; do control "{\"now\": \"$TANDEM_NOW\"}"; done
}
there() { # NAME: the last name over there
  url=${address[$1]}
  state '[c["fields"]["last_name"] for c in d["citizen"] if c["fields"]["email"] == "citizen1@hello.world"][0]'
}
# NAME: a sync; then the system rewrites what it was sent, unless it has its mark already.
turn() {
  later
  sync_json "$1"
  local value id
  value=$(there "$1")
  id=$(state '[c["id"] for c in d["citizen"] if c["fields"]["email"] == "citizen1@hello.world"][0]')
  later
  url=${address[$1]}
  case $value in
    *"${mark[$1]}") ;;
    *) edit "{\"object\": \"citizen\", \"id\": \"$id\", \"fields\": {\"last_name\": \"$value ${mark[$1]}\"}}" ;;
  esac
}
rounds() { for _ in $(seq "$1"); do turn helloworld; turn helloagain; done; }
changes() { # what all rounds wrote
  requests=$first_requests; local first; first=$(writes)
  requests=$second_requests; echo "$((first + $(writes))) $(contact_field "$one" lastname)"
}

later
"$TANDEM" sync helloworld --first-time-sync --quiet
later
"$TANDEM" sync helloagain --quiet
one=$(contact_with email citizen1@hello.world)
"$TANDEM" object set contact "$one" lastname=Start
rounds 6
before=$(changes)
rounds 3
expect "two systems that rewrite a value come to rest" "$before" "$(changes)"
expect "not before six writes: two of ours, what each made of it, and once more" "Start two one" "$(contact_field "$one" lastname)"
text=$("$TANDEM" status helloworld)
expect_contains "the first one's status tells of it" "loop" "$text"
expect_contains "the open matter names both systems" "helloagain,helloworld" "$(sqlite3 "$TANDEM_HOME/var/tandem.db" 'select message from open_matter where reason = 8')"
expect "at both links" 2 "$(sqlite3 "$TANDEM_HOME/var/tandem.db" 'select count(*) from open_matter where reason = 8')"
expect_contains "explain tells of it" "again and again" "$("$TANDEM" explain helloagain "contact:$one" lastname)"
sync_json helloagain
expect "a run that waits because of it ends with issues" 4 "$code"

# ---- other fields of the object go on ----
"$TANDEM" object set contact "$one" firstname=Free
later
sync_json helloagain
url=$second_url
expect "another field is sent" '["Free"]' "$(state '[c["fields"]["first_name"] for c in d["citizen"] if c["fields"]["email"] == "citizen1@hello.world"]')"

# ---- an edit ends it ----
"$TANDEM" object set contact "$one" lastname=Edited
expect "an edit ends it" 0 "$(sqlite3 "$TANDEM_HOME/var/tandem.db" 'select count(*) from open_matter where reason = 8')"
later
sync_json helloworld
expect "an edit that ends the loop is sent" Edited "$(there helloworld)"
rounds 6
expect "the next loop is noticed as well" 2 "$(sqlite3 "$TANDEM_HOME/var/tandem.db" 'select count(*) from open_matter where reason = 8')"

# ---- so does retry ----
ours=$(contact_field "$one" lastname)
"$TANDEM" retry helloagain --reason loop >/dev/null 2>&1
later
sync_json helloagain
expect "retry sends what waited" "$ours" "$(there helloagain)"
expect "retry ends the loop" 0 "$(sqlite3 "$TANDEM_HOME/var/tandem.db" 'select count(*) from open_matter where reason = 8')"

# ---- so does an edit in either of them ----
for name in helloworld helloagain; do
  "$TANDEM" object set contact "$one" lastname="Before $name"
  later
  sync_json helloworld
  rounds 6
  expect "$name: there is a loop again" 2 "$(sqlite3 "$TANDEM_HOME/var/tandem.db" 'select count(*) from open_matter where reason = 8')"
  later
  url=${address[$name]}
  id=$(state '[c["id"] for c in d["citizen"] if c["fields"]["email"] == "citizen1@hello.world"][0]')
  edit "{\"object\": \"citizen\", \"id\": \"$id\", \"fields\": {\"last_name\": \"Typed in $name ${mark[$name]}\"}}"
  later
  sync_json "$name"
  expect "an edit in $name ends it" 0 "$(sqlite3 "$TANDEM_HOME/var/tandem.db" 'select count(*) from open_matter where reason = 8')"
  expect "an edit in $name comes" "Typed in $name ${mark[$name]}" "$(contact_field "$one" lastname)"
done

# ---- edits over there, one after the other, are no loop ----
new_home edits
url=$first_url
export HELLOWORLD_URL=$url
later
"$TANDEM" sync helloworld --first-time-sync --quiet
one=$(contact_with email citizen2@hello.world)
for number in 1 2 3 4 5 6 7 8 9; do
  url=$first_url
  edit "{\"object\": \"citizen\", \"id\": \"2\", \"fields\": {\"last_name\": \"Edit $number\"}}"
  later
  "$TANDEM" sync helloworld --quiet
done
expect "nine edits over there in an hour all come" "Edit 9" "$(contact_field "$one" lastname)"
