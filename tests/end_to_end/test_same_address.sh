#!/usr/bin/env bash
# Mail addresses that are the same for people but not byte by byte (spec 13.7): one person, on both sides.
. "$(dirname "$0")/lib.sh"

# meet NAME OURS THEIRS: both have one person with such an address.
meet() {
  start_server "$1"
  new_home "$1"
  "$TANDEM" object add contact "email=$2" firstname=Ann lastname=Lee --quiet >/dev/null
  edit "{\"action\": \"create\", \"object\": \"citizen\", \"fields\": {\"email\": \"$3\", \"first_name\": \"Ann\", \"last_name\": \"Lee\"}}"
}
people() { echo "$("$TANDEM" object list contact --json | json 'len(d)') $(state 'len(d["citizen"])')"; }
number=0
while IFS='|' read -r what ours theirs; do
  number=$((number + 1))
  meet "address$number" "$ours" "$theirs"
  "$TANDEM" sync helloworld --first-time-sync --quiet >/dev/null
  expect "$what: one person on both sides" "1 1" "$(people)"
done <<'ADDRESSES'
a dot at the end of their domain|ann@same.test|Ann@same.test.
a dot at the end of our domain|ann@same.test.|ann@same.test
a domain in another alphabet, and a dot|ann@bücher.test|ann@xn--bcher-kva.test.
full-width characters|ann@same.test|ａｎｎ@same.test
a soft hyphen|ann@same.test|an­n@same.test
ADDRESSES

# ---- a store that an earlier version made knows the address with its dot ----
meet earlier ann@same.test. ann@same.test
sqlite3 "$TANDEM_HOME/var/tandem.db" 'DELETE FROM folded_key; PRAGMA user_version = 20'
"$TANDEM" sync helloworld --first-time-sync --quiet >/dev/null
expect "in a store of an earlier version: one person on both sides" "1 1" "$(people)"
