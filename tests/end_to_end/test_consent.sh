#!/usr/bin/env bash
# Do-not-contact as an operator sees it: stricter and laxer from either side, with and without
# base versions, first links, conflicts, merges, several integrations, a store that refuses, explain.
. "$(dirname "$0")/lib.sh"

sql() { sqlite3 "$TANDEM_HOME/var/tandem.db" "$1"; }
# In these homes hello.world's score is a reason not to be contacted by e-mail.
home() { # NAME [RULES OF THE FIELD] [SETTINGS]
  new_home "$1"
  cat >"$TANDEM_HOME/config/integrations/helloworld.lua" <<END
return {
  base_url = env "HELLOWORLD_URL" .. "/api",
  auth = { type = "oauth2_client_credentials", token_url = env "HELLOWORLD_URL" .. "/token",
           client_id = env "HELLOWORLD_CLIENT_ID", client_secret = env "HELLOWORLD_CLIENT_SECRET" },
  ${3:-}
  mapping = { citizen = {
    email = { "email", required = true }, first_name = "firstname", phone = "phone",
    score = { "dnc_email" ${2:-} },
  } },
}
END
}
# Records without any date.
undated() { sed -i '/changed_at/d' "$TANDEM_HOME/lua/integrations/helloworld/report_builder.lua"; }
citizen() { # EMAIL SCORE
  edit "{\"action\": \"create\", \"object\": \"citizen\", \"fields\": {\"email\": \"$1\", \"score\": $2}}"
}
there() { # ID SCORE
  edit "{\"object\": \"citizen\", \"id\": \"$1\", \"fields\": {\"score\": $2}}"
}
both() { echo "$(contact_field "${1:-1}" dnc_email) / $(state "next(int(c['fields']['score']) for c in d['citizen'] if str(c['id']) == '${2:-1}')")"; }
reason() { "$TANDEM" explain helloworld "contact:${1:-1}" dnc_email --json | json 'd["decisions"][0]["verdict"] + " " + d["decisions"][0]["decided_by"]'; }
in_words() { "$TANDEM" explain helloworld "contact:${1:-1}" dnc_email; }
sync() { "$TANDEM" sync helloworld --quiet "$@" 2>"$scratch/stderr"; }
# Untracked: as what was written while the integration was not there yet.
untracked() { sql "DELETE FROM field_change"; }

# ---- linked, one side edits ----
start_server linked
home linked
citizen a@t.test 0
sync
there 1 1
sync
expect "stricter from there" "1 / 1" "$(both)"
"$TANDEM" object set contact 1 dnc_email=3 >/dev/null
sync
expect "stricter from here" "3 / 3" "$(both)"
sync # shows what was sent: an edit within the second of the answer would be taken for another form of it (13.2)
there 1 0
sync
expect "laxer from there: only they changed it since both agreed" "0 / 0 right base" "$(both) $(reason)"
expect_contains "explain: only theirs was edited" "so only theirs was edited" "$(in_words)"
"$TANDEM" object set contact 1 dnc_email=2 >/dev/null
sync
"$TANDEM" object set contact 1 dnc_email=0 >/dev/null
sync
expect "laxer from here: only we changed it" "0 / 0" "$(both)"
edit '{"object": "citizen", "id": "1", "fields": {"phone": "+1 555 0101"}}'
"$TANDEM" object set contact 1 dnc_email=1 >/dev/null
sync
expect "another field changed there later: the block stays and goes there" "1 / 1 left base" "$(both) $(reason)"
undated
sync
there 1 0
sync
expect "undated, but only they changed it" "0 / 0 right base" "$(both) $(reason)"
"$TANDEM" object set contact 1 dnc_email=1 >/dev/null
sync
there 1 null
sync
expect "what is no reason there lifts nothing" 1 "$(contact_field 1 dnc_email)"

# ---- the first link ----
start_server link
home link
undated
"$TANDEM" object add contact email=a@t.test dnc_email=1 >/dev/null
"$TANDEM" object add contact email=b@t.test >/dev/null
sync --disable-push --disable-pull
untracked
citizen a@t.test 0
citizen b@t.test 3
sync
expect "linked without a date, laxer there: our block stays, and goes there" "1 / 1 left consent" "$(both) $(reason)"
expect_contains "explain: ours is the stricter reason" "ours is the stricter do-not-contact" "$(in_words)"
expect "linked without a date, stricter there: taken" "3 / 3 right consent" "$(both 2 2) $(reason 2)"
expect_contains "explain: theirs is the stricter reason" "theirs is the stricter do-not-contact" "$(in_words 2)"
sync
written=$(writes)
sync
expect "at rest" "1 / 1 $written" "$(both) $(writes)"

start_server dated
home dated
"$TANDEM" object add contact email=a@t.test dnc_email=1 >/dev/null
sync --disable-push --disable-pull
untracked
citizen a@t.test 0
sync
expect "linked with a date, laxer there: the date decides" "0 / 0 right dated" "$(both) $(reason)"
expect_contains "explain: theirs has a date" "theirs has a date" "$(in_words)"

start_server off
home off ', on_conflict = "integration"'
undated
"$TANDEM" object add contact email=a@t.test dnc_email=1 >/dev/null
sync --disable-push --disable-pull
untracked
citizen a@t.test 0
sync
expect "the field's rule switches the protection off" "0 / 0 right policy integration" "$(both) $(reason)"

# ---- what is not known to have been agreed on ----
start_server unknown
home unknown
undated
citizen a@t.test 0
sync
sql "UPDATE object_mapping SET base_versions = NULL; UPDATE do_not_contact SET reason = 1; INSERT OR REPLACE INTO do_not_contact VALUES(1, 'email', 2)"
untracked
edit '{"object": "citizen", "id": "1", "fields": {"phone": "+1 555 0102"}}'
sync
expect "a link without base, undated: the block stays and goes there" "2 / 2 left consent" "$(both) $(reason)"

# ---- both changed it ----
conflict() { # NAME RULES SETTINGS: ours 1 -> 3, theirs 1 -> 0 at once, undated
  start_server "$1"
  home "$1" "$2" "$3"
  undated
  citizen a@t.test 1
  sync
  "$TANDEM" object set contact 1 dnc_email=3 >/dev/null
  there 1 0
}
conflict nobody '' ''
sync
expect "both changed the value, undated: neither wins, nothing is lifted" "4 3 / 0 unresolved" "$? $(both) $(reason | cut -d' ' -f1)"
conflict tie '' 'on_tie = "integration",'
sync
expect "on_tie proves nothing: the stricter one counts" "3 / 3 left consent" "$(both) $(reason)"
start_server tie_here
home tie_here '' 'on_tie = "internal",'
undated
citizen a@t.test 1
sync
"$TANDEM" object set contact 1 dnc_email=0 >/dev/null
there 1 3
sync
expect "on_tie for ours does not lift a block either" "3 / 3 right consent" "$(both) $(reason)"
conflict strictest ', on_conflict = "strictest"' ''
sync
expect "strictest" "3 / 3 left policy strictest" "$(both) $(reason)"
conflict theirs ', on_conflict = "integration"' ''
sync
expect "the field's rule: theirs" "0 / 0 right policy integration" "$(both) $(reason)"
start_server newer --field-timestamps
home newer
citizen a@t.test 1
sync
"$TANDEM" object set contact 1 dnc_email=3 >/dev/null
sleep 1.1
there 1 0
sync
expect "both changed the value, theirs is dated later: theirs wins" "0 / 0 right hard" "$(both) $(reason)"
there 1 1
sync
there 1 0
sleep 1.1
"$TANDEM" object set contact 1 dnc_email=2 >/dev/null
sync
expect "both changed the value, ours is later: ours wins" "2 / 2 left hard" "$(both) $(reason)"

# ---- merges ----
start_server merge
home merge
citizen a@t.test 1
citizen b@t.test 3
sync
"$TANDEM" object set contact 2 dnc_sms=2 >/dev/null
"$TANDEM" object merge contact 1 2 --quiet
expect "two merged here: the stricter of each channel" "3 2" "$(contact_field 1 dnc_email) $(contact_field 1 dnc_sms)"
sync
expect "both records get the stricter values after a merge" "3 / 3 3 / 3" "$(both 1 1) $(both 1 2)"
citizen c@t.test 0
citizen d@t.test 2
sync
c=$(contact_with email c@t.test) d=$(contact_with email d@t.test)
"$TANDEM" object merge contact "$d" "$c" --quiet
sync
expect "the winner's block is not lifted by the loser" "2 / 2 2 / 2" "$(both "$d" 3) $(both "$d" 4)"
expect "no do-not-contact row of the loser is left" 0 "$(sql "SELECT count(*) FROM do_not_contact WHERE contact = $c")"

# ---- several integrations ----
start_server first
first_url=$url
start_server second
second_url=$url
url=$first_url HELLOWORLD_URL=$first_url
home several
cp -r "$TANDEM_HOME/lua/integrations/helloworld" "$TANDEM_HOME/lua/integrations/helloagain"
sed -i 's/name = "helloworld"/name = "helloagain"/' "$TANDEM_HOME/lua/integrations/helloagain/integration.lua"
sed 's/HELLOWORLD_URL/HELLOAGAIN_URL/' "$TANDEM_HOME/config/integrations/helloworld.lua" >"$TANDEM_HOME/config/integrations/helloagain.lua"
export HELLOAGAIN_URL=$second_url
again() { "$TANDEM" sync helloagain --quiet "$@" 2>"$scratch/stderr"; }
citizen a@t.test 0
sync; again
there 1 3
sync; again
url=$second_url
expect "a block of one goes to the other" "3 / 3" "$(both)"
again
there 1 1
again
url=$first_url
sync
expect "laxer in the other, later: it goes back" "1 / 1" "$(both)"
url=$second_url
undated
sed -i '/changed_at/d' "$TANDEM_HOME/lua/integrations/helloagain/report_builder.lua"
citizen new@t.test 0
url=$first_url
citizen new@t.test 2
sync; again
url=$second_url
new=$(contact_with email new@t.test)
expect "new in both, undated: the stricter one is not lifted" 2 "$(contact_field "$new" dnc_email)"

# ---- one transaction ----
start_server one
home one
sync --disable-pull
sql "CREATE TRIGGER refuse BEFORE INSERT ON do_not_contact BEGIN SELECT RAISE(ABORT, 'no block today'); END"
citizen a@t.test 1
citizen b@t.test 0
sync
expect "a contact is not there without its block" "4 b@t.test" "$? $(sql 'SELECT group_concat(email) FROM contact')"
sql "DROP TRIGGER refuse"
sync
expect "a contact is stored together with its block" "0 1" "$? $(contact_field "$(contact_with email a@t.test)" dnc_email)"
torn=0
for place in 1 2 3 4 5 6 7 8; do # killed anywhere: never a contact without its block
  citizen "k$place@t.test" 1
  "$TANDEM" sync helloworld --quiet 2>/dev/null &
  run=$!
  sleep "0.0$place"
  kill -9 $run 2>/dev/null
  wait $run 2>/dev/null
  torn=$((torn + $(sql "SELECT count(*) FROM contact c WHERE email LIKE 'k%' AND NOT EXISTS (SELECT 1 FROM do_not_contact d WHERE d.contact = c.id)")))
done
sync
expect "killed at eight places: none without its block, none lost" "0 8" "$torn $(sql "SELECT count(*) FROM do_not_contact WHERE contact IN (SELECT id FROM contact WHERE email LIKE 'k%')")"
