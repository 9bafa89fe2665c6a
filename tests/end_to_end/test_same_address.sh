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
brackets around theirs|ann@same.test|<Ann@same.test>
brackets around ours|<ann@same.test>|ann@same.test
a name before ours|Ann Lee <ann@same.test>|ann@same.test
a link of theirs|ann@same.test|mailto:ann@same.test
a link of ours|MailTo:ann@same.test?subject=Hello|ann@same.test
a link in brackets, and a dot|ann@same.test|<mailto:ann@same.test.>
an apostrophe as HTML writes it|o'neil@same.test|o&#39;neil@same.test
ours as HTML writes it|o&#039;neil@same.test|o'neil@same.test
Turkish capitals|info@firma.test|İNFO@FİRMA.test
a variation selector|ann@same.test|ann\uFE0F@same.test
control characters|ann@same.test|ann\u007F@same.test\u0001
ADDRESSES

# what is in brackets only by chance, or is no address, is compared as it is
meet other 'ann@same.test' 'ann@same.test>'
"$TANDEM" sync helloworld --first-time-sync --quiet >/dev/null
expect "half a bracket is part of the address: two people" "2 2" "$(people)"

# ---- names of companies, which have no address: one company on both sides ----
companies() { echo "$("$TANDEM" object list company --json | json 'len(d)') $(state 'len(d["world"])')"; }
while IFS='|' read -r what ours theirs; do
  number=$((number + 1))
  start_server "name$number"
  new_home "name$number"
  "$TANDEM" object add company "companyname=$ours" --quiet >/dev/null
  edit "{\"action\": \"create\", \"object\": \"world\", \"fields\": {\"name\": \"$theirs\"}}"
  "$TANDEM" sync helloworld --first-time-sync --quiet >/dev/null
  expect "$what: one company on both sides" "1 1" "$(companies)"
done <<'NAMES'
a variation selector at the end|Acme Works|Acme Works\uFE0F
a filler at the beginning|Acme Works|\u3164acme works
NAMES

# ---- a store that an earlier version made knows the address as it was written ----
set_back() { # set_back FILE SCHEMA: what came with later schemas goes, as do the triggers, which are made again
  sqlite3 "$1" "SELECT 'DROP TRIGGER \"' || name || '\";' FROM sqlite_schema WHERE type = 'trigger'" | sqlite3 "$1"
  if [ "$2" -lt 24 ]; then sqlite3 "$1" "ALTER TABLE field_change DROP COLUMN again"; fi
  sqlite3 "$1" "DELETE FROM folded_key; PRAGMA user_version = $2"
}
while IFS='|' read -r version ours; do
  number=$((number + 1))
  meet "earlier$number" "$ours" ann@same.test
  set_back "$TANDEM_HOME/var/tandem.db" "$version"
  "$TANDEM" sync helloworld --first-time-sync --quiet >/dev/null
  expect "in a store of schema $version, $ours: one person on both sides" "1 1" "$(people)"
done <<'EARLIER'
20|ann@same.test.
21|<ann@same.test>
21|mailto:ann@same.test
22|a&#110;n@same.test
22|ann@sa​me.test
24|ann@same.test
EARLIER
