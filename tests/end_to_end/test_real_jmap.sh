#!/usr/bin/env bash
# The real Cyrus IMAP: contacts over JMAP in both directions.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/../real_systems/lib.sh"

CYRUS_PORT=$(free_port) CYRUS_IMAP_PORT=$(free_port)
export CYRUS_PORT CYRUS_IMAP_PORT
start_real cyrus "$CYRUS_PORT" /jmap/
export JMAP_URL=$url JMAP_USERNAME=sync JMAP_PASSWORD=Sync-Test-2026
new_home home
use_integration jmap
writes='Contact/set'

# jmap METHOD ARGUMENTS EXPRESSION: straight to the server; EXPRESSION of the result d.
jmap() {
  curl -sS -u sync:Sync-Test-2026 "$direct/jmap/" -H 'Content-Type: application/json' \
    -d "{\"using\":[\"urn:ietf:params:jmap:core\",\"https://cyrusimap.org/ns/jmap/contacts\"],\"methodCalls\":[[\"$1\",$2,\"a\"]]}" |
    json "(lambda d: $3)(d['methodResponses'][0][1])"
}
# there EXPRESSION: of the contacts by first name, c.
there() { jmap Contact/get '{}' "(lambda c: $1)({x['firstName']: x for x in d['list']})"; }
edit_there() { # FIRST_NAME MEMBERS
  jmap Contact/set "{\"update\":{\"$(there "c['$1']['id']")\":$2}}" 'd["notUpdated"]' >/dev/null
}
here() { contact_field "$(contact_with firstname "$1")" "$2"; }

# ---- create ----
jmap Contact/set '{"create": {
  "a": {"firstName": "Ada", "lastName": "Lovelace", "company": "Analytical Engines", "birthday": "1815-12-10",
    "emails": [{"type": "work", "value": "ada@work.test"}, {"type": "personal", "value": "ada@home.test"}],
    "phones": [{"type": "home", "value": "1"}, {"type": "mobile", "value": "2"}]},
  "b": {"firstName": "Blaise", "lastName": "Pascal", "emails": [{"type": "work", "value": "blaise@work.test"}]},
  "c": {"firstName": "Charles", "lastName": "Babbage", "emails": [{"type": "work", "value": "charles@work.test"}]}
}}' 'len(d["created"])' >/dev/null
"$TANDEM" object add contact firstname=Grace lastname=Hopper email=grace@navy.test mobile='+1 555' \
  birthday=1906-12-09 city=Arlington country=US >/dev/null
"$TANDEM" object add contact firstname=Zoë lastname='van der Berg' email=zoe@home.test >/dev/null

sync_json jmap --first-time-sync
expect "the first run ends with 0" 0 "$code"
expect "contacts go both ways" "[3, 0, 2, 0, 0]" "$(of_summary "$moved")"
expect "a contact came here" "ada@work.test 2 1815-12-10" \
  "$(here Ada email) $(here Ada mobile) $(here Ada birthday)"
expect "a contact went there" '["Hopper", "grace@navy.test", "+1 555", "1906-12-09", "Arlington", "US"]' \
  "$(there '[c["Grace"]["lastName"], c["Grace"]["emails"][0]["value"], c["Grace"]["phones"][0]["value"], c["Grace"]["birthday"], c["Grace"]["addresses"][0]["locality"], c["Grace"]["addresses"][0]["country"]]')"
expect "letters beyond ASCII went there" '"van der Berg"' "\"$(there 'c["Zoë"]["lastName"]')\""
quiet "created" jmap "$writes"

# ---- change on both sides, also of the same contact ----
edit_there Ada '{"lastName": "King"}'
"$TANDEM" object set contact "$(contact_with firstname Ada)" mobile=22
"$TANDEM" object set contact "$(contact_with firstname Blaise)" lastname=P.
sync_json jmap
expect "a run with changes ends with 0" 0 "$code"
expect "a change there came here" King "$(here Ada lastname)"
expect "a change here went there, other phones are kept" '[["home", "1"], ["mobile", "22"]]' \
  "$(there '[[p["type"], p["value"]] for p in c["Ada"]["phones"]]')"
expect "the other e-mail address is kept" 2 "$(there 'len(c["Ada"]["emails"])')"
expect "a change here went there" P. "$(there 'c["Blaise"]["lastName"]')"
quiet "changed" jmap "$writes"

# ---- conflict: without dates this side wins (on_tie) ----
edit_there Blaise '{"lastName": "There"}'
"$TANDEM" object set contact "$(contact_with firstname Blaise)" lastname=Here
sync_json jmap
expect "a run with a conflict ends with 0" 0 "$code"
expect "a conflict is settled as configured, there" Here "$(there 'c["Blaise"]["lastName"]')"
expect "a conflict is settled as configured, here" Here "$(here Blaise lastname)"
quiet "conflict" jmap "$writes"

# ---- clear ----
edit_there Grace '{"birthday": "0000-00-00", "phones": []}'
"$TANDEM" object set contact "$(contact_with firstname Ada)" birthday:=null mobile:=null
sync_json jmap
expect "what was cleared there is empty here" " " "$(here Grace birthday) $(here Grace mobile)"
expect "what was cleared here is empty there" '["0000-00-00", ["home"]]' \
  "$(there '[c["Ada"]["birthday"], [p["type"] for p in c["Ada"]["phones"]]]')"
quiet "cleared" jmap "$writes"

# ---- delete: the sample says on_deleted_here = "delete"; what is deleted there is unlinked here ----
jmap Contact/set "{\"destroy\": [\"$(there 'c["Charles"]["id"]')\"]}" 'd["destroyed"]' >/dev/null
"$TANDEM" object delete contact "$(contact_with firstname Zoë)"
sync_json jmap
expect "a run with deletions ends with 0" 0 "$code"
expect "what was deleted here is deleted there" '["Ada", "Blaise", "Grace"]' "$(there 'sorted(c)')"
expect "what was deleted there stays here, unlinked" Babbage "$(here Charles lastname)"
"$TANDEM" object set contact "$(contact_with firstname Charles)" lastname=Still
quiet "deleted" jmap "$writes"
expect "what was deleted there is not made again" '["Ada", "Blaise", "Grace"]' "$(there 'sorted(c)')"
expect "what was deleted here is not made again" "" "$(contact_with firstname Zoë)"

# ---- two contacts in one request: the server refuses one of them ----
edit_there Grace '{"notes": "x"}'
"$TANDEM" object set contact "$(contact_with firstname Ada)" lastname=Taken
"$TANDEM" object set contact "$(contact_with firstname Grace)" birthday=0001-01-01
before=$(sent "$writes")
sync_json jmap
expect "two edited contacts are sent in one request" "$((before + 1))" "$(sent "$writes")"
expect "the bad one is said" "4 1" "$code $(of_summary 'd["push"]["issues"]')"
expect "the good one is taken" Taken "$(there 'c["Ada"]["lastName"]')"

# ---- somebody else is faster: while we send, another contact is edited there, then the same one ----
"$TANDEM" object set contact "$(contact_with firstname Ada)" city=Here
before "$writes" "edit_there Blaise '{\"notes\": \"another\"}'"
before=$(sent "$writes")
sync_json jmap
expect "an edit of another contact is looked at, and ours is sent again" "0 $((before + 2)) Here" \
  "$code $(sent "$writes") $(there 'c["Ada"]["addresses"][0]["locality"]')"
"$TANDEM" object set contact "$(contact_with firstname Ada)" company=Ours
before "$writes" "edit_there Ada '{\"lastName\": \"Theirs\"}'"
sync_json jmap
expect "an edit of the same contact makes ours wait" '0 ["Theirs", "Analytical Engines"]' \
  "$code $(there '[c["Ada"]["lastName"], c["Ada"]["company"]]')"
sync_json jmap
expect "the next run brings both together" 'Theirs ["Theirs", "Ours"]' \
  "$(here Ada lastname) $(there '[c["Ada"]["lastName"], c["Ada"]["company"]]')"
quiet "raced" jmap "$writes"

# ---- the server has forgotten what happened since our state ----
edit_there Blaise '{"nickname": "Forgotten", "firstName": "Bl"}'
jmap Contact/set "{\"create\": {\"x\": {\"firstName\": \"Xaver\"}}}" d >/dev/null
jmap Contact/set "{\"destroy\": [\"$(there 'c["Xaver"]["id"]')\"]}" d >/dev/null
su cyrus -s /bin/bash -c "/usr/lib/cyrus/bin/cyr_expire -C '$scratch/cyrus/imapd.conf' -E 1 -X 0 -D 0" >/dev/null 2>&1
"$TANDEM" object set contact "$(contact_with firstname Ada)" city=Boston
expect "an old state cannot be continued" cannotCalculateChanges "$(jmap Contact/changes '{"sinceState": "1"}' 'd["type"]')"
sync_json jmap
expect "a run without memory of the server ends with 0" 0 "$code"
expect "an edit there comes here" Bl "$(here Bl firstname)"
expect "an edit here goes there" Boston "$(there 'c["Ada"]["addresses"][0]["locality"]')"
quiet "forgotten" jmap "$writes"

# ---- one contact over which the server dies: the others go ----
"$TANDEM" field add contact memo --type textarea >/dev/null
sed -i 's/prefix = "title",/prefix = "title", suffix = "memo",/' "$TANDEM_HOME/config/integrations/jmap.lua"
"$TANDEM" object add contact firstname=Long email=long@home.test memo="$(head -c 70000 /dev/zero | tr '\0' x)" >/dev/null
for name in One Two Three; do "$TANDEM" object add contact "firstname=$name" "email=$name@home.test" >/dev/null; done
sync_json jmap
expect "the others are made" '[false, true, true, true]' \
  "$(there '[n in c for n in ("Long", "One", "Two", "Three")]')"
"$TANDEM" object set contact "$(contact_with firstname Long)" memo=short
sync_json jmap
expect "a contact that was refused is created once it fits" '"short"' "\"$(there 'c["Long"]["suffix"]')\""
quiet "mended" jmap "$writes"

# ---- many pages: 1,100 there and 600 here, a page has 500 (there) and 200 (here) ----
for page in 0 1; do
  python3 - "$page" >"$scratch/many.json" <<'PYTHON'
import json, sys
first = int(sys.argv[1]) * 550
print(json.dumps({"create": {f"n{n}": {"firstName": f"There{n}", "lastName": "Many",
    "emails": [{"type": "work", "value": f"there{n}@many.test"}]} for n in range(first, first + 550)}}))
PYTHON
  jmap Contact/set "$(cat "$scratch/many.json")" 'len(d["created"])' >/dev/null
done
python3 -c '
print("firstname,lastname,email")
for n in range(600): print(f"Here{n},Many,here{n}@many.test")
' >"$scratch/many.csv"
"$TANDEM" object import contact "$scratch/many.csv" >/dev/null 2>&1
sync_json jmap
expect "a run of many pages ends with 0" 0 "$code"
expect "many contacts go both ways" "[1100, 0, 600, 0, 0]" "$(of_summary "$moved")"
expect "all of them are there" 1700 "$(there 'sum(x["lastName"] == "Many" for x in c.values())')"
expect "all of them are here" 1700 "$("$TANDEM" object list contact --filter lastname=Many --limit 5000 --json | json 'len(d)')"
quiet "many" jmap "$writes"
export TANDEM_HOME_BEFORE=$TANDEM_HOME
new_home second
use_integration jmap
sync_json jmap
expect "a new home lists them all, page by page" "$(there 'len(c)')" "$(of_summary 'd["pull"]["created"]')"

# ---- trouble ----
export TANDEM_HOME=$TANDEM_HOME_BEFORE
JMAP_PASSWORD=wrong sync_json jmap
expect "a wrong password ends with 1" 1 "$code"
expect_contains "a wrong password is said" "is 'auth' in the configuration right" "$(cat "$scratch/stderr")"
expect_contains "check tells of a wrong password" "is 'auth' in the configuration right" \
  "$(JMAP_PASSWORD=wrong "$TANDEM" check jmap 2>&1)"
