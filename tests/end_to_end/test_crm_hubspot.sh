#!/usr/bin/env bash
# HubSpot in both directions, against tests/servers/hubspot: first sync, quiet second, edits, clears, conflicts,
# refusals, merges, deletions, and each limit that HubSpot documents.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/crm.sh"

start_crm hubspot HUBSPOT_URL
export HUBSPOT_TOKEN=token-of-tests
crm_home hubspot
# The limits of the account are what the tests of limits below are for.
sed -i 's/per_second = 4, burst = 4/per_second = 1000, burst = 1000/; s/requests_per_second = 9/requests_per_second = 1000/' \
  "$TANDEM_HOME/config/integrations/hubspot.lua"

# hubspot METHOD PATH [JSON]: what it answers.
hubspot() {
  curl -sS -X "$1" -H "Authorization: Bearer $HUBSPOT_TOKEN" -H "Content-Type: application/json" ${3:+-d "$3"} "$url/crm/objects/2026-09$2"
}
control() { curl -sS -X POST "$url/_control" -d "$1" >/dev/null; }
# contacts EXPRESSION, companies EXPRESSION: of d, the properties of all that are not archived.
contacts() { curl -sS "$url/_state" | json "(lambda d: $1)([{**r['properties'], 'id': r['id']} for r in d['contacts'] if not r['archived']])"; }
companies() { curl -sS "$url/_state" | json "(lambda d: $1)([{**r['properties'], 'id': r['id']} for r in d['companies'] if not r['archived']])"; }
there() { contacts "[c['id'] for c in d if c['email'] == '$1'][0]"; }
property() { hubspot GET "/contacts/$1?properties=$2" | json "d['properties']['$2']"; }
primary() { curl -sS "$url/_state" | json "[a[1] for a in d['associations'] if a[0] == '$1' and 1 in a[2]]"; }
# make NAME: a contact with this name there; its id.
make() { hubspot POST /contacts "{\"properties\":{\"firstname\":\"$1\",\"lastname\":\"Ash\",\"email\":\"${1,,}@acme.test\"},\"associations\":[]}" | json 'd["id"]'; }
join() { # CONTACT COMPANY
  curl -sS -X POST -H "Authorization: Bearer $HUBSPOT_TOKEN" "$url/crm/associations/2026-09/contacts/companies/batch/create" \
    -d "{\"inputs\":[{\"from\":{\"id\":\"$1\"},\"to\":{\"id\":\"$2\"},\"types\":[{\"associationCategory\":\"HUBSPOT_DEFINED\",\"associationTypeId\":1}]}]}" >/dev/null
}

# ---- First sync, both ways ----
acme=$(hubspot POST /companies '{"properties":{"name":"Acme","city":"Ulm"},"associations":[]}' | json 'd["id"]')
ann=$(make Ann) bob_there=$(make Bob)
join "$ann" "$acme"
"$TANDEM" object add company companyname=Here companycity=Kiel >/dev/null
cid=$("$TANDEM" object add contact firstname=Cid lastname=Cole email=cid@here.test company=Here position=Cook birthday=1980-02-01)
sync_quietly hubspot --first-time-sync
expect "theirs come" '["Ann", "Bob", "Cid"]' "$(ours contact 'sorted(r["firstname"] for r in d)')"
ann_here=$(contact_with email ann@acme.test)
bob=$(contact_with email bob@acme.test)
expect "with the name of their company" "Acme" "$(contact_field "$ann_here" company)"
expect "companies come" "Ulm" "$(ours company '[r["companycity"] for r in d if r["companyname"] == "Acme"][0]')"
cid_there=$(there cid@here.test)
expect "ours go" '"Cook" "1980-02-01"' "$(contacts "next('\"%s\" \"%s\"' % (c['jobtitle'], c['date_of_birth']) for c in d if c['email'] == 'cid@here.test')")"
sync_quietly hubspot
expect "with their company as the primary one" "$(companies '[c["id"] for c in d if c["name"] == "Here"]')" "$(primary "$cid_there")"
expect_no_echo "after the first sync" hubspot

# ---- Changes and clears, both ways; a conflict; an owner ----
hubspot PATCH "/contacts/$bob_there" '{"properties":{"phone":"+1 555","city":"Bonn"}}' >/dev/null
"$TANDEM" object set contact "$ann_here" position=CEO
sync_quietly hubspot
expect "a change there comes" "+1 555" "$(contact_field "$bob" phone)"
expect "a change here goes" "CEO" "$(property "$ann" jobtitle)"
expect_no_echo "after changing" hubspot

# ---- A new contact here with the e-mail of a record that is somebody else's: nothing is written to that one ----
olga=$(make Olga)
sync_quietly hubspot
hubspot PATCH "/contacts/$olga" '{"properties":{"email":"moved@acme.test"}}' >/dev/null
eve=$("$TANDEM" object add contact firstname=Eve lastname=Else email=moved@acme.test)
sync_json hubspot --disable-pull
expect "an e-mail of somebody else's contact is told" 4 $code
expect_contains "with whom it is linked to" "linked to contact $(contact_with firstname Olga) here" "$("$TANDEM" status hubspot)"
expect "and that contact is not written over" "Olga" "$(property "$olga" firstname)"
"$TANDEM" object delete contact "$eve" >/dev/null
sync_quietly hubspot
expect "the right one gets the address" "moved@acme.test" "$(contact_field "$(contact_with firstname Olga)" email)"
hubspot PATCH "/contacts/$bob_there" '{"properties":{"phone":""}}' >/dev/null
"$TANDEM" object set contact "$ann_here" position=
sync_quietly hubspot
expect "cleared there, cleared here" "" "$(contact_field "$bob" phone)"
expect "cleared here, cleared there" null "$(property "$ann" jobtitle)"
expect_no_echo "after clearing" hubspot
"$TANDEM" object set contact "$bob" city=Berlin position=Cook
sleep 1.1
hubspot PATCH "/contacts/$bob_there" '{"properties":{"city":"Essen"}}' >/dev/null
sync_quietly hubspot
expect "the later value wins here, the other goes" "Essen Cook" "$(contact_field "$bob" city) $(property "$bob_there" jobtitle)"
expect_no_echo "after a conflict" hubspot
# the date of a record is that of its last edit, whichever property that was of
hubspot PATCH "/contacts/$bob_there" '{"properties":{"city":"Hamm"}}' >/dev/null
sleep 1.1
"$TANDEM" object set contact "$bob" city=Kiel
sleep 1.1
hubspot PATCH "/contacts/$bob_there" '{"properties":{"phone":"+1 556"}}' >/dev/null
sync_quietly hubspot
expect "each property is as old as its history tells" "Kiel +1 556" "$(property "$bob_there" city) $(contact_field "$bob" phone)"
histories() { asked 'sum("batch/read" in r["path"] and bool(json.loads(r["body"]).get("propertiesWithHistory")) for r in d)'; }
before=$(histories)
expect_no_echo "after a later edit of something else" hubspot
expect "the history is requested only for records that both sides may have changed" "true $before" "$([ "$before" -gt 0 ] && echo true) $(histories)"

# ---- A rule over there rewrites in our name what we sent, and later: that is no edit of somebody's ----
control '{"formats": "jobtitle"}'
rewritten() { # POSITION: what becomes of an edit here that follows one which a rule has rewritten
  "$TANDEM" object set contact "$bob" position="Sent $1"
  sync_quietly hubspot --disable-pull
  "$TANDEM" object set contact "$bob" position="$1"
  sync_json hubspot
  property "$bob_there" jobtitle
}
expect "whoever cannot tell own edits takes it for a later edit" "SENT BAKER!" "$(rewritten Baker)"
sed -i 's/-- source_id = "1234567"/source_id = "4711"/' "$TANDEM_HOME/config/integrations/hubspot.lua"
expect "the history tells that it was ours, and a later edit here goes" "SMITH!" "$(rewritten Smith)"
control '{"formats": null}'
"$TANDEM" object set contact "$bob" position=Cook
sync_json hubspot

# ---- The company of a contact ----
"$TANDEM" object set contact "$bob" company=Acme
sync_quietly hubspot
expect "a company here is the primary one there" "[\"$acme\"]" "$(primary "$bob_there")"
"$TANDEM" object set contact "$bob" company=
sync_quietly hubspot
expect "no company here, none there" "[]" "$(primary "$bob_there")"
expect_no_echo "after companies" hubspot

# the primary company of a contact may be on a later page of its associations
others() { for index in 1 2 3; do join "$bob_there" "$(hubspot POST /companies "{\"properties\":{\"name\":\"Other $1 $index\"},\"associations\":[]}" | json 'd["id"]')"; done; }
others a
join "$bob_there" "$acme"
others b
join "$bob_there" "$acme"
hubspot PATCH "/contacts/$bob_there" '{"properties":{"city":"Lahr"}}' >/dev/null
control '{"association_page": 2}'
sync_quietly hubspot
expect "a company on a later page of associations is found" "Lahr Acme" "$(contact_field "$bob" city) $(contact_field "$bob" company)"
control '{"association_page": 500}'

# ---- What fails in part, or for now, is not taken for an answer ----
hubspot PATCH "/contacts/$bob_there" '{"properties":{"city":"Lage"}}' >/dev/null
control "{\"broken\": \"$bob_there\"}"
sync_json hubspot
expect "a record that cannot be read in a batch ends the run" "1 Lahr" "$code $(contact_field "$bob" city)"
control '{"broken": null}'
sync_quietly hubspot
expect "and comes with the next one" Lage "$(contact_field "$bob" city)"
"$TANDEM" object set contact "$bob" city=Lemgo
curl -sS -X POST "$url/_fail" -d '{"status": 477, "path": "batch/update", "headers": {"Retry-After": 60}}' >/dev/null
sync_json hubspot
expect "what HubSpot moves elsewhere (477) waits" "Lage" "$(property "$bob_there" city)"
sync_quietly hubspot
expect "and is not held for a refusal" "Lemgo" "$(property "$bob_there" city)"
curl -sS -X POST "$url/_fail" -d '{"status": 502, "path": "search"}' >/dev/null
curl -sS -X POST "$url/_fail" -d '{"status": 521, "path": "search"}' >/dev/null
sync_quietly hubspot

# ---- What is refused is noted, each by itself; a known e-mail is linked ----
"$TANDEM" object add contact lastname=Bad email=not-an-address >/dev/null
"$TANDEM" object add contact lastname=Eve email=eve@here.test >/dev/null
"$TANDEM" object add contact lastname=Zoe email=zoe@here.test >/dev/null
sync_json hubspot
expect "one refused in a batch is noted" 4 $code
expect_contains "with HubSpot's words" "Email address not-an-address is invalid" "$("$TANDEM" status hubspot)"
expect "the others go" '["Eve", "Zoe"]' "$(contacts 'sorted(c["lastname"] for c in d if c["lastname"] in ("Eve", "Zoe"))')"
dan=$(make Dan)
hubspot PATCH "/contacts/$dan" '{"properties":{"city":"Daun"}}' >/dev/null
"$TANDEM" object add contact firstname=Daniel email=dan@acme.test >/dev/null
sync_quietly hubspot --disable-pull
expect "a known e-mail is linked, and keeps what is empty here" "Daniel Daun" "$(property "$dan" firstname) $(property "$dan" city)"
sync_quietly hubspot
expect_no_echo "after linking" hubspot

# ---- Merged there: the survivor has a new id ----
fay=$(make Fay)
sync_quietly hubspot
fay_here=$(contact_with email fay@acme.test)
gus=$(hubspot POST /contacts '{"properties":{"firstname":"Gus","city":"Gera"},"associations":[]}' | json 'd["id"]')
new=$(hubspot POST /contacts/merge "{\"primaryObjectId\":\"$fay\",\"objectIdToMerge\":\"$gus\"}" | json 'd["id"]')
[ "$new" != "$fay" ] || not_ok "the survivor has a new id"
sync_quietly hubspot
expect "a merged record stays the same contact here" "Gera" "$(contact_field "$fay_here" city)"
"$TANDEM" object set contact "$fay_here" city=Hof
sync_quietly hubspot
expect "a merged record is edited under its new id" "Hof" "$(property "$new" city)"
expect_no_echo "after merging" hubspot

# ---- Deleted, both ways ----
hubspot DELETE "/contacts/$new" >/dev/null
sync_quietly hubspot
"$TANDEM" object set contact "$fay_here" city=Ulm
sync_quietly hubspot
expect "a deleted one is not made again" 0 "$(contacts 'sum(c["firstname"] == "Fay" for c in d)')"
expect_no_echo "after deleting" hubspot

# ---- The search knows of changes late ----
control '{"lag": 4}'
make Lea >/dev/null
sync_quietly hubspot
expect "what the index does not know yet is not seen" "" "$(contact_with email lea@acme.test)"
hubspot PATCH "/contacts/$bob_there" '{"properties":{"city":"Jena"}}' >/dev/null
sync_quietly hubspot
expect "what it does know is read as it is now" "Jena" "$(contact_field "$bob" city)"
sleep 4.1
sync_quietly hubspot
expect "a change that the search shows late comes with the next run's overlap" "Lea" "$(contact_field "$(contact_with email lea@acme.test)" firstname)"
control '{"lag": 0}'

# ---- Limits: five searches a second, 100 requests in ten seconds, a day's requests ----
control '{"search_rate": 5, "rate": 100}'
for _ in 1 2 3; do sync_quietly hubspot; done
expect "more searches in a second than are allowed are waited for" true "$(asked 'any(r["status"] == 429 and r["answer"]["policyName"] == "SECONDLY" for r in d)')"
control '{"search_rate": 1000, "rate": 4, "interval": 2}'
sync_quietly hubspot
expect "while answers say how much is left, no request is refused" false "$(asked 'any(r["status"] == 429 and r["answer"]["policyName"] != "SECONDLY" for r in d)')"
control '{"rate": 4, "interval": 10, "silent": true}'
sync_quietly hubspot
expect "where answers do not say so, the refusal gives the wait, also for requests in ten seconds" true "$(asked 'any(r["status"] == 429 and r["answer"]["policyName"] == "TEN_SECONDLY_ROLLING" for r in d)')"
control '{"rate": 1000000, "silent": false, "daily": 25001}'
"$TANDEM" sync hubspot >/dev/null 2>"$scratch/stderr"
expect "the day's requests are used up: the run ends" 1 $?
expect_contains "a run that ends at the daily limit says when it may continue" "allows the next request in 3600 seconds" "$(cat "$scratch/stderr")"
expect "before others find nothing left" true "$(asked '[r["status"] for r in d][-1] == 200')"
control '{"daily": null}'
rm -rf "$TANDEM_HOME/var/rate"

# ---- A rule that administrators made ----
control '{"rule": "city"}'
"$TANDEM" object add contact lastname=Ruled email=ruled@here.test >/dev/null
"$TANDEM" object add contact lastname=Fine email=fine@here.test city=Fulda >/dev/null
sync_json hubspot
expect "a rule of administrators refuses one, not the batch" "4 true" "$code $(contacts 'any(c["lastname"] == "Fine" for c in d)')"
control '{"rule": null}'

# ---- Creates that have a key of their own ----
sed -i 's/-- unique_property/unique_property/' "$TANDEM_HOME/config/integrations/hubspot.lua"
# another configuration sends what was refused once more (13.3): this one has been mended meanwhile
"$TANDEM" object set contact "$(contact_with lastname Bad)" email=bad@here.test
"$TANDEM" object add contact firstname=Ida >/dev/null
sync_quietly hubspot
expect "a new contact has the key of its create" true "$(contacts 'all(c["tandem_id"] for c in d if c["firstname"] == "Ida")')"
expect_no_echo "after creating with a key" hubspot
