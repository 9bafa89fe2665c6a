#!/usr/bin/env bash
# What real systems do to a sync (spec section 13), end to end: addresses that are handed over, lines
# that lead elsewhere, deletions against edits, outages, clocks.
. "$(dirname "$0")/lib.sh"

contacts() { "$TANDEM" object list contact --fields email,firstname,phone --json | json "$1"; }
create() { # FIELDS [AT]
  edit "{\"action\": \"create\", \"object\": \"citizen\", \"fields\": $1${2:+, \"at\": \"$2\"}}"
}
change() { edit "{\"object\": \"citizen\", \"id\": \"$1\", \"fields\": $2}"; } # ID FIELDS

sql() { sqlite3 "$TANDEM_HOME/var/tandem.db" "$1"; }

# ---- an address that is handed from one person to another ----
# Bob's record comes first; only Ann's is linked when hers gets another address.
for size in 100 1; do
  start_server "handed$size" --page-size $size
  new_home "handed$size"
  create '{"email": "INFO@h.test", "first_name": "Bob", "last_name": "Ray"}'
  create '{"email": "info@h.test", "first_name": "Ann", "last_name": "Lee"}'
  "$TANDEM" sync helloworld --quiet --integration-object-id citizen:2
  sleep 1.1
  change 2 '{"email": "ann@h.test"}'
  before=$(writes)
  sync_json helloworld
  expect "handed over, pages of $size: both are here" '["INFO@h.test Bob", "ann@h.test Ann"]' \
    "$(contacts 'sorted(o["fields"]["email"] + " " + o["fields"]["firstname"] for o in d)')"
  sync_json helloworld
  expect "handed over, pages of $size: nothing is written there, nothing is open" "0 $before 0" "$code $(writes) $(of_summary 'sum(d["open"].values())')"
done

# ---- a line that leads to another field of theirs ----
start_server renamed
new_home renamed
create '{"email": "kim@h.test", "first_name": "Kim", "phone": "111"}'
"$TANDEM" sync helloworld --quiet
config=$TANDEM_HOME/config/integrations/helloworld.lua
sed -i -e '/citizen = {/,/tourist/{' -e 's/phone = "phone"/notes = "phone"/' -e '}' "$config"
sync_json helloworld
expect "another field of theirs: what was agreed with the first one empties nothing here" '0 ["111"]' "$code $(contacts '[o["fields"]["phone"] for o in d]')"
expect "ours goes there instead" "111 111" "$(state 'd["citizen"][0]["fields"]["notes"] + " " + d["citizen"][0]["fields"]["phone"]')"
before=$(writes)
sync_json helloworld
expect "after the line moved, both sides are at rest" "0 $before" "$code $(writes)"
change 1 '{"notes": "222"}'
sync_json helloworld
expect "the new field of the line leads here" '["222"]' "$(contacts '[o["fields"]["phone"] for o in d]')"
sed -i '/citizen = {/,/tourist/s/notes = "phone"/phone = "phone"/' "$config"
sync_json helloworld
expect "back to the first one: it was known before, and is agreed anew" "222 222" \
  "$(contacts 'd[0]["fields"]["phone"]') $(state 'd["citizen"][0]["fields"]["phone"]')"

# ---- deleted here, filled in there ----
start_server filled
new_home filled
sed -i 's/citizen = {/citizen = { on_deleted_here = "delete",/' "$TANDEM_HOME/config/integrations/helloworld.lua"
create '{"email": "c1@h.test", "first_name": "C"}'
"$TANDEM" sync helloworld --quiet
"$TANDEM" object delete contact 1 --quiet
sleep 1.1
change 1 '{"phone": "new"}'
sync_json helloworld
expect "a field that was empty is filled in there: that is an edit, and nothing is deleted" "4 1 1" \
  "$code $(state 'len(d["citizen"])') $(of_summary 'd["open"]["deleted_and_edited"]')"

# ---- what people decide of it ----
expect_contains "status says what can be decided about a deletion and an edit" "'tandem resolve TYPE:ID restore'" "$("$TANDEM" status helloworld)"
"$TANDEM" resolve citizen:1 restore --quiet
sync_json helloworld
expect "deleted here, restored: it comes back, filled in" '0 ["C new"] 1' \
  "$code $(contacts '[o["fields"]["firstname"] + " " + o["fields"]["phone"] for o in d]') $(state 'len(d["citizen"])')"
expect_contains "a restored record is no longer open" "is not among what was deleted" "$("$TANDEM" resolve citizen:1 delete 2>&1)"

# ---- a clock over there that is half an hour behind ----
ahead() { date -u -d "+$1 seconds" +%Y-%m-%dT%H:%M:%SZ; } # so many seconds after the server's clock
start_server clock
new_home clock
create '{"email": "ann@h.test", "first_name": "Ann"}'
TANDEM_NOW=$(ahead 1800) "$TANDEM" sync helloworld --quiet
sleep 1.1
change 1 '{"first_name": "Anna"}'
said=$(TANDEM_NOW=$(ahead 1860) "$TANDEM" sync helloworld)
expect "a clock that is behind: its edit lies before our last run, and arrives" '["Anna"]' "$(contacts '[o["fields"]["firstname"] for o in d]')"
expect_contains "a clock that is behind is reported to people" "seconds behind ours" "$said"
expect_contains "by the status as well" "clock" "$(TANDEM_NOW=$(ahead 1900) "$TANDEM" status helloworld)"
"$TANDEM" sync helloworld --quiet
expect_lacks "until it is right" "clock" "$("$TANDEM" status helloworld)"

# ---- one that is five minutes, or three hours, ahead ----
for seconds in 300 10800; do
  start_server "ahead$seconds"
  new_home "ahead$seconds"
  create '{"email": "ann@h.test", "first_name": "Ann"}'
  TANDEM_NOW=$(ahead -$seconds) "$TANDEM" sync helloworld --quiet
  expect "ahead by $seconds: what is there arrives at once" '["Ann"]' "$(contacts '[o["fields"]["firstname"] for o in d]')"
  sleep 1.1
  change 1 '{"first_name": "Anna", "phone": "theirs"}'
  sleep 2.1
  TANDEM_NOW=$(ahead -$seconds) "$TANDEM" object set contact 1 phone=ours --quiet
  TANDEM_NOW=$(ahead -$seconds) sync_json helloworld
  expect "ahead by $seconds: so does an edit, but ours is later and wins" '["Anna ours"] ours' \
    "$(contacts '[o["fields"]["firstname"] + " " + o["fields"]["phone"] for o in d]') $(state 'd["citizen"][0]["fields"]["phone"]')"
  expect "ahead by $seconds: programs are told" True "$(of_summary 'str(abs(d["clock_behind_seconds"] + '$seconds') < 5)')"
  expect_contains "ahead by $seconds: explain names the clock by which it was judged" " s ahead of ours; their dates are shown and compared by ours" \
    "$(TANDEM_NOW=$(ahead -$seconds) "$TANDEM" explain helloworld contact:1 phone)"
  expect "ahead by $seconds: for programs, too" True \
    "$(TANDEM_NOW=$(ahead -$seconds) "$TANDEM" explain helloworld contact:1 phone --json | json 'str(abs(d["decisions"][0]["clock_behind_seconds"] + '$seconds') < 5)')"
  expect_contains "ahead by $seconds: people are told" "ahead of ours" "$(TANDEM_NOW=$(ahead -$seconds) "$TANDEM" status helloworld)"
done
