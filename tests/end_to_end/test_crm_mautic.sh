#!/usr/bin/env bash
# Mautic both ways: create, change, conflict, clear, delete, consent, membership, many pages.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/crm.sh"

export MAUTIC_USER=admin MAUTIC_PASSWORD=secret
start_crm mautic MAUTIC_URL
crm_home mautic
sed -i 's/      position = "position",/      position = "position", attribution = "attribution", attribution_date = "attribution_date",/' \
  "$TANDEM_HOME/config/integrations/mautic.lua"

mautic() { # METHOD PATH [JSON]
  curl -sS -g -X "$1" "$url/api$2" -u admin:secret ${3:+-d "$3"}
}
field() { mautic GET "/contacts/$1" | json "d['contact']['fields']['all']['$2']"; } # ID NAME
there() { # EMAIL: the id
  mautic GET "/contacts?where[0][col]=email&where[0][expr]=eq&where[0][val]=$1" | json 'list(d["contacts"])[0]'
}
# contacts EXPRESSION: of the list d of all contacts there.
contacts() { mautic GET '/contacts?limit=5000' | json "(lambda d: $1)([c['fields']['all'] for c in d['contacts'].values()])"; }

# ---- Create ----
mautic POST /companies/new '{"companyname":"Acme","companycity":"Ulm"}' >/dev/null
ann=$(mautic POST /contacts/new '{"firstname":"Ann","lastname":"Ash","email":"ann@acme.test","company":"Acme"}' | json 'd["contact"]["id"]')
mautic POST "/contacts/$ann/dnc/email/add" '{"reason":2}' >/dev/null
curl -sS -X POST "$url/_visitor" >/dev/null
bob=$("$TANDEM" object add contact firstname=Bob lastname=Birch email=bob@here.test birthday=1990-02-28 company=Here)
"$TANDEM" object add contact lastname=Plain >/dev/null
"$TANDEM" object add company companyname=Here companywebsite=https://here.test >/dev/null
sync_quietly mautic
ann_here=$(contact_with email ann@acme.test)
expect "their contact is here" "Ann" "$(contact_field "$ann_here" firstname)"
expect "with its company" "Acme" "$(contact_field "$ann_here" company)"
expect "their company is here" "Ulm" "$(ours company '[r["companycity"] for r in d if r["companyname"] == "Acme"][0]')"
expect "a contact that must not be contacted there has the reason here" "2" "$(contact_field "$ann_here" dnc_email)"
expect "visitors are not" 0 "$(ours contact 'sum(not r["lastname"] for r in d)')"
bob_there=$(there bob@here.test)
expect "our contact is there" "Birch" "$(field "$bob_there" lastname)"
expect "our contact is a member of our company there" '["Here"]' "$(mautic GET "/contacts/$bob_there/companies" | json '[c["companyname"] for c in d["companies"]]')"
members() { mautic GET "/contacts/$1/companies" | json '[c["companyname"] for c in d["companies"]]'; } # CONTACT
expect "our company is there once" 1 "$(mautic GET /companies | json 'sum(c["fields"]["all"]["companyname"] == "Here" for c in d["companies"].values())')"
expect_no_echo "after creating" mautic

# ---- Change, both ways ----
mautic PATCH "/contacts/$bob_there/edit" '{"phone":"+1 555"}' >/dev/null
"$TANDEM" object set contact "$ann_here" position=CEO
sync_quietly mautic
expect "a change there comes" "+1 555" "$(contact_field "$bob" phone)"
expect "a change here goes" "CEO" "$(field "$ann" position)"
expect_no_echo "after changing" mautic
acme=$(mautic GET /companies | json '[c["id"] for c in d["companies"].values() if c["fields"]["all"]["companyname"] == "Acme"][0]')
mautic PATCH "/companies/$acme/edit" '{"companycity":"Kiel"}' >/dev/null
sync_quietly mautic
expect "a change of a company, which has no dates, comes" "Kiel" "$(ours company '[r["companycity"] for r in d if r["companyname"] == "Acme"][0]')"
expect_no_echo "after changing a company" mautic

# ---- Membership of a company, changed and removed on both sides ----
"$TANDEM" object set contact "$bob" company=Acme
sync_quietly mautic
expect "another company here, a member of it there" '["Here", "Acme"]' "$(members "$bob_there")"
"$TANDEM" object set contact "$bob" company=
sync_quietly mautic
expect "no company here, no member there" '["Here"]' "$(members "$bob_there")"
sync_quietly mautic # shows that it was kept: what they had before, without a date of its own, might be an old version (13.2)
mautic POST "/companies/$acme/contact/$bob_there/add" >/dev/null
sync_quietly mautic
expect "a member there has the company here" "Acme" "$(contact_field "$bob" company)"
mautic POST "/companies/$acme/contact/$bob_there/remove" >/dev/null
sync_quietly mautic
expect "what is left of the memberships comes" "Here" "$(contact_field "$bob" company)"
expect_no_echo "after memberships" mautic

# ---- A company that is known there loses nothing by being linked ----
mautic POST /companies/new '{"companyname":"Known","companycity":"Köln"}' >/dev/null
"$TANDEM" object add company companyname=known companyphone=77 >/dev/null
sync_quietly mautic --disable-pull
known() { mautic GET /companies | json "[c['fields']['all']['$1'] for c in d['companies'].values() if c['fields']['all']['companyname'].lower() == 'known']"; }
expect "a known company is linked" '["77"]' "$(known companyphone)"
expect "a linked company keeps the values not known here" '["K\u00f6ln"]' "$(known companycity)"

# ---- Conflict: the later one wins ----
"$TANDEM" object set contact "$bob" city=Berlin position=Cook
sleep 1.1
mautic PATCH "/contacts/$bob_there/edit" '{"city":"Bonn"}' >/dev/null
sync_quietly mautic
expect "the later value wins here" "Bonn" "$(contact_field "$bob" city)"
expect "the later value wins there" "Bonn Cook" "$(field "$bob_there" city) $(field "$bob_there" position)"
expect_no_echo "after a conflict" mautic

# ---- Clear, both ways ----
mautic PATCH "/contacts/$bob_there/edit" '{"phone":"","overwriteWithBlank":true}' >/dev/null
"$TANDEM" object set contact "$ann_here" position=
sync_quietly mautic
expect "cleared there, cleared here" "" "$(contact_field "$bob" phone)"
expect "cleared here, cleared there" "null" "$(field "$ann" position)"
expect_no_echo "after clearing" mautic

# ---- Consent ----
"$TANDEM" object set contact "$bob" dnc_email=1
mautic POST "/contacts/$ann/dnc/email/remove" '{}' >/dev/null
sync_quietly mautic
expect "unsubscribed here, not to be contacted there" '[["email", 1]]' \
  "$(mautic GET "/contacts/$bob_there" | json '[[e["channel"], e["reason"]] for e in d["contact"]["doNotContact"]]')"
expect_no_echo "after unsubscribing" mautic

# ---- Zeros, which Mautic leaves out of edits ----
"$TANDEM" object set contact "$bob" attribution=12.5
sync_quietly mautic
expect "a number goes" "12.5" "$(field "$bob_there" attribution)"
"$TANDEM" object set contact "$bob" attribution=0
sync_quietly mautic
expect "a zero goes" "0.0" "$(python3 -c "print(float('$(field "$bob_there" attribution)'))")"
expect "sending a zero loses no other value" "Birch Bonn" "$(field "$bob_there" lastname) $(field "$bob_there" city)"
expect_no_echo "after zeros" mautic

# ---- Instants, which Mautic takes for times of its own place unless they say their zone ----
"$TANDEM" object set contact "$bob" attribution_date=2026-03-10T12:00:00Z
sync_quietly mautic
expect "an instant goes as it is" "2026-03-10 12:00:00" "$(field "$bob_there" attribution_date)"
expect_no_echo "after an instant" mautic
expect "an instant does not change after it was sent" "2026-03-10T12:00:00Z" "$(contact_field "$bob" attribution_date)"

mautic PATCH "/contacts/$bob_there/edit" '{"last_seen":"2026-03-11T08:00:00+00:00","topics":["news","offers"]}' >/dev/null
for attribution in 3 0; do
  "$TANDEM" object set contact "$bob" attribution=$attribution
  sync_quietly mautic
done
expect "sending a zero moves no instant, be it mapped or not, and loses no choice" "2026-03-10 12:00:00|2026-03-11 08:00:00|news|offers" \
  "$(field "$bob_there" attribution_date)|$(field "$bob_there" last_seen)|$(field "$bob_there" topics)"
expect_no_echo "after a zero beside an instant" mautic

# ---- A company that a contact names in other letters ----
mautic POST /contacts/new '{"lastname":"Caps","email":"caps@acme.test","company":"ACME"}' >/dev/null
sync_quietly mautic
expect "no second company of the same name" 1 "$(ours company 'sum(r["companyname"].lower() == "acme" for r in d)')"
expect_no_echo "after other letters" mautic

# ---- A known e-mail is linked, not doubled; what is refused is noted ----
cid=$(mautic POST /contacts/new '{"firstname":"Cid","email":"CID@cole.test","position":"Boss"}' | json 'd["contact"]["id"]')
"$TANDEM" object add contact firstname=Cid lastname=Cole email=cid@cole.test >/dev/null
sync_json mautic --disable-pull
expect "linking: the run is done" 0 $code
expect "the e-mail is there once" 1 "$(contacts 'sum((c["email"] or "").lower() == "cid@cole.test" for c in d)')"
expect "what is empty here stays there" "Boss Cole" "$(field "$cid" position) $(field "$cid" lastname)"
sync_quietly mautic
expect "a value that is empty here and known there comes here" "Boss" "$(contact_field "$(contact_with email cid@cole.test)" position)"
"$TANDEM" object add contact lastname=Bad email=not-an-address >/dev/null
"$TANDEM" object add contact lastname=Eve email=eve@here.test >/dev/null
"$TANDEM" object add contact lastname=Zoe email=zoe@here.test >/dev/null
sync_json mautic
expect "one refused in a batch is noted" 4 $code
expect "the others go" '["eve@here.test", "zoe@here.test"]' "$(contacts 'sorted(c["email"] for c in d if c["lastname"] in ("Eve", "Zoe"))')"
zoe=$(contact_with lastname Zoe)
zoe_there=$(there zoe@here.test)
mautic PATCH "/contacts/$zoe_there/edit" '{"city":"Zwickau"}' >/dev/null
sync_quietly mautic
expect "each with its own id" "Zwickau" "$(contact_field "$zoe" city)"
expect_no_echo "after linking" mautic

# ---- Two contacts are merged there ----
eve_there=$(there eve@here.test)
curl -sS "$url/_merge" -d '{"loser":'"$zoe_there"',"winner":'"$eve_there"'}' >/dev/null
sync_json mautic
expect "a merge of two that are two here needs a person" 4 $code
expect_contains "status names the two objects of a merged record" "which already belongs to" "$("$TANDEM" status mautic)"
expect "here they are two still, for people to merge" '["Eve", "Zoe"]' "$(ours contact 'sorted(r["lastname"] for r in d if r["email"] in ("eve@here.test", "zoe@here.test"))')"
expect "the merged contact is one record there" 1 "$(contacts 'sum(c["email"] in ("eve@here.test", "zoe@here.test") for c in d)')"
expect_no_echo "after merging" mautic
zoe=$(contact_with lastname Eve)
zoe_there=$eve_there

# ---- Deleted there ----
mautic DELETE "/contacts/$zoe_there/delete" >/dev/null
sync_quietly mautic
"$TANDEM" object set contact "$zoe" city=Zittau
sync_quietly mautic
expect "a deleted one is not made again" 0 "$(contacts 'sum(c["lastname"] == "Eve" for c in d)')"
expect_no_echo "after deleting" mautic

# ---- Two are merged here; there they stay two, as one cannot have the other's e-mail ----
ida=$(mautic POST /contacts/new '{"lastname":"Inn","email":"ida@inn.test","phone":"1"}' | json 'd["contact"]["id"]')
twin=$(mautic POST /contacts/new '{"lastname":"Twin","email":"ida@twin.test","phone":"2"}' | json 'd["contact"]["id"]')
sync_quietly mautic
ida_here=$(contact_with email ida@inn.test)
"$TANDEM" object merge contact "$ida_here" "$(contact_with email ida@twin.test)" --quiet
sync_json mautic
expect "the other one's e-mail is refused" 4 $code
sleep 1.1
mautic PATCH "/contacts/$twin/edit" '{"lastname":"Stranger","phone":"999"}' >/dev/null
mautic PATCH "/contacts/$ida/edit" '{"city":"Ulm"}' >/dev/null
sync_json mautic
expect "an edit at the remaining record does not overwrite the merged object" "Inn 1" "$(contact_field "$ida_here" lastname) $(contact_field "$ida_here" phone)"
expect_contains "status says that the two are to be merged there" "merge the two there" "$("$TANDEM" status mautic)"
expect "the first one syncs as before" Ulm "$(contact_field "$ida_here" city)"
curl -sS "$url/_merge" -d '{"loser":'"$twin"',"winner":'"$ida"'}' >/dev/null
sync_quietly mautic
expect "merged there as well, nothing is open" "" "$("$TANDEM" status mautic | grep "contact:$ida_here ")"

# ---- A user who may not read the audit log ----
MAUTIC_USER=user "$TANDEM" sync mautic >/dev/null 2>"$scratch/stderr"
expect "without the audit log the run is done" 0 $?
expect_contains "a run without the audit log warns" "this user may not read the audit log" "$(cat "$scratch/stderr")"

# ---- Many pages, both ways ----
python3 - "$url" <<'P'
import base64, json, sys, urllib.request
for first in (0, 200, 400):
    body = json.dumps([{"lastname": f"There{index}", "email": f"there{index}@many.test"} for index in range(first, min(first + 200, 450))]).encode()
    urllib.request.urlopen(urllib.request.Request(sys.argv[1] + "/api/contacts/batch/new", body, {
        "Authorization": "Basic " + base64.b64encode(b"admin:secret").decode()})).read()
P
python3 -c '
print("lastname,email")
for index in range(250): print(f"Here{index},here{index}@many.test")' >"$scratch/many.csv"
"$TANDEM" object import contact "$scratch/many.csv" >/dev/null || not_ok "import"
sync_quietly mautic
expect "all of theirs come" 450 "$(ours contact 'sum((r["lastname"] or "").startswith("There") for r in d)')"
expect "all of ours go" 250 "$(contacts 'sum((c["lastname"] or "").startswith("Here") for c in d)')"
expect_no_echo "after many" mautic
