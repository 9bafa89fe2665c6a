#!/usr/bin/env bash
# One store between three systems: the real Cyrus, the real Tryton, and hello.world. Contacts are edited
# on all sides; after two rounds everything agrees, and then nothing moves any more.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/../real_systems/lib.sh"

new_home home
CYRUS_PORT=$(free_port) CYRUS_IMAP_PORT=$(free_port) TRYTON_PORT=$(free_port)
export CYRUS_PORT CYRUS_IMAP_PORT TRYTON_PORT
start_real cyrus "$CYRUS_PORT" /jmap/
cyrus=$direct cyrus_requests=$recorded
export JMAP_URL=$url JMAP_USERNAME=sync JMAP_PASSWORD=Sync-Test-2026
start_real tryton "$TRYTON_PORT" /
tryton=$direct tryton_requests=$recorded
export TRYTON_URL=$url TRYTON_DATABASE=crm TRYTON_USERNAME=admin TRYTON_PASSWORD=Sync-Test-2026
start_server hello --seed 12 --auth oauth2 --field-timestamps
use_integration jmap
use_integration tryton
sed -i '/employer/d' "$TANDEM_HOME/config/integrations/tryton.lua" # its organisations are not in this test

jmap() { # METHOD ARGUMENTS EXPRESSION
  curl -sS -u sync:Sync-Test-2026 "$cyrus/jmap/" -H 'Content-Type: application/json' \
    -d "{\"using\":[\"urn:ietf:params:jmap:core\",\"https://cyrusimap.org/ns/jmap/contacts\"],\"methodCalls\":[[\"$1\",$2,\"a\"]]}" |
    json "(lambda d: $3)(d['methodResponses'][0][1])"
}
rpc() { # METHOD PARAMETERS EXPRESSION
  curl -sS -u admin:Sync-Test-2026 "$tryton/crm/" -H 'Content-Type: application/json' \
    -d "{\"id\":1,\"method\":\"model.party.$1\",\"params\":$2}" | json "(lambda d: $3)(d['result'])"
}
rpc category.create '[[{"name": "Organisation"}], {}]' d >/dev/null

# ---- what each side has: one line "email first last phone" for each contact, sorted ----
lines='chr(10).join(sorted("%s|%s|%s|%s" % tuple(v or "" for v in x) for x in rows if x[0]))'
in_store() {
  "$TANDEM" object list contact --limit 0 --json |
    json "(lambda rows: $lines)([[c['fields'][f] for f in ('email', 'firstname', 'lastname', 'phone')] for c in d])"
}
in_cyrus() {
  jmap Contact/get '{}' "(lambda rows: $lines)([[(c['emails'] or [{'value': ''}])[0]['value'], c['firstName'], c['lastName'], next((p['value'] for p in c['phones'] if p['type'] == 'work'), '')] for c in d['list']])"
}
in_tryton() {
  rpc party.search_read '[[["categories", "not where", [["name", "=", "Organisation"]]]], 0, 5000, null, ["name", "contact_mechanisms.type", "contact_mechanisms.value"], {}]' \
    "(lambda rows: $lines)([(lambda m, n: [m.get('email'), n[0], n[1], m.get('phone')])({m['type']: m['value'] for m in reversed(p['contact_mechanisms.'])}, p['name'].split(', ')[::-1] if ', ' in p['name'] else p['name'].rsplit(' ', 1)) for p in d])"
}
in_hello() {
  state "(lambda rows: $lines)([[c['fields'].get(f) for f in ('email', 'first_name', 'last_name', 'phone')] for kind in ('citizen', 'tourist') for c in d[kind]])"
}
agree() { # WHAT
  local here
  here=$(in_store)
  [ -n "$here" ] || not_ok "$1: there is something to compare"
  expect "$1: Cyrus agrees" "$here" "$(in_cyrus)"
  expect "$1: Tryton agrees" "$here" "$(in_tryton)"
  expect "$1: hello.world agrees" "$here" "$(in_hello)"
}
round() { # WHAT
  local name
  for name in helloworld jmap tryton; do
    sync_json "$name"
    expect "$1: $name ends with 0" 0 "$code"
  done
}
all_writes() {
  recorded=$cyrus_requests sent Contact/set
  recorded=$tryton_requests sent '"method": ?"[a-z_.]*\.(create|write|delete)"'
  writes
}
settled() { # WHAT: nothing moves, nothing is sent
  local name before
  before=$(all_writes)
  for name in helloworld jmap tryton; do
    sync_json "$name"
    expect "$1: $name has nothing to do" "[0, 0, 0, 0, 0]" "$(of_summary "$moved")"
  done
  expect "$1: nobody is sent anything" "$before" "$(all_writes)"
}
edit_cyrus() { # EMAIL MEMBERS
  local id
  id=$(jmap Contact/get '{}' "[c['id'] for c in d['list'] if c['emails'] and c['emails'][0]['value'] == '$1'][0]")
  jmap Contact/set "{\"update\": {\"$id\": $2}}" d >/dev/null
}
edit_tryton() { # EMAIL VALUES
  local id
  id=$(rpc party.search "[[[\"contact_mechanisms.value\", \"=\", \"$1\"]], 0, 1, null, {}]" 'd[0]')
  rpc party.write "[[$id], $2, {}]" d >/dev/null
}
edit_hello() { # NUMBER FIELDS
  edit "{\"object\": \"citizen\", \"id\": \"$1\", \"fields\": $2}"
}

# ---- everybody begins with contacts of their own ----
jmap Contact/set '{"create": {"a": {"firstName": "Carl", "lastName": "Cyrus",
  "emails": [{"type": "work", "value": "carl@cyrus.test"}], "phones": [{"type": "work", "value": "1"}]}}}' d >/dev/null
rpc party.create '[[{"name": "Tess Tryton", "contact_mechanisms": [["create",
  [{"type": "email", "value": "tess@tryton.test"}, {"type": "phone", "value": "2"}]]]}], {}]' d >/dev/null
"$TANDEM" object add contact firstname=Sam lastname=Store email=sam@store.test phone=3 >/dev/null
round "first round"
round "second round"
agree "beginning"
settled "beginning"

# ---- everybody edits, also different fields of the same contact ----
edit_cyrus carl@cyrus.test '{"lastName": "Changed"}'
edit_tryton tess@tryton.test '{"name": "Tess Changed"}'
edit_hello 1 '{"phone": "11"}'
"$TANDEM" object set contact "$(contact_with email sam@store.test)" lastname=Changed
edit_cyrus citizen2@hello.world '{"firstName": "Two"}'
edit_hello 2 '{"last_name": "Places"}'
"$TANDEM" object set contact "$(contact_with email citizen2@hello.world)" phone=22
edit_hello 3 '{"phone": null}'
round "edits, first round"
round "edits, second round"
agree "edits"
expect "three edits of one contact are one contact" "citizen2@hello.world|Two|Places|22" "$(in_cyrus | grep citizen2@)"
expect "an edit in Cyrus came to hello.world" "carl@cyrus.test|Carl|Changed|1" "$(in_hello | grep carl)"
expect "an edit in Tryton came to Cyrus" "tess@tryton.test|Tess|Changed|2" "$(in_cyrus | grep tess)"
expect "an edit in hello.world came to Tryton" 11 "$(in_tryton | grep citizen1@ | cut -d '|' -f 4)"
expect "what was cleared in hello.world is cleared in Cyrus" "" "$(in_cyrus | grep citizen3@ | cut -d '|' -f 4)"
settled "edits"

# ---- two systems edit the same field: one of them wins everywhere ----
edit_cyrus citizen4@hello.world '{"lastName": "Cyrus says"}'
edit_hello 4 '{"last_name": "Hello says"}'
edit_tryton carl@cyrus.test '{"name": "Karl Changed"}'
edit_cyrus carl@cyrus.test '{"firstName": "Carlo"}'
round "conflicts, first round"
round "conflicts, second round"
agree "conflicts"
settled "conflicts"
