#!/usr/bin/env bash
# SuiteCRM both ways: create, change, conflict, clear, delete, conversion, minutes, many pages.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/crm.sh"

export SUITECRM_CLIENT_ID=tandem SUITECRM_CLIENT_SECRET=secret
start_crm suitecrm SUITECRM_URL
crm_home suitecrm
"$TANDEM" field add contact score --type int >/dev/null
"$TANDEM" field add contact rate --type float >/dev/null
sed -i 's|^    Contacts = {|& on_deleted_here = "delete", score_c = "score", rate_c = "rate",|' \
  "$TANDEM_HOME/config/integrations/suitecrm.lua"

new_token() {
  curl -sS "$url/legacy/Api/access_token" -H 'Content-Type: application/json' \
    -d '{"grant_type":"client_credentials","client_id":"tandem","client_secret":"secret"}' | json 'd["access_token"]'
}
token=$(new_token)
suite() { # METHOD PATH [JSON]
  curl -sS -g -X "$1" "$url/legacy/Api/V8/module$2" -H "Authorization: Bearer $token" ${3:+-d "$3"}
}
create() { # MODULE ATTRIBUTES: answers the id
  suite POST "" '{"data":{"type":"'"$1"'","attributes":'"$2"'}}' | json 'd["data"]["id"]'
}
patch() { suite PATCH "" '{"data":{"type":"'"$1"'","id":"'"$2"'","attributes":'"$3"'}}' >/dev/null; } # MODULE ID ATTRIBUTES
field() { suite GET "/$1/$2" | json "d['data']['attributes']['$3']"; } # MODULE ID NAME
listed() { suite GET "/$1?page[size]=5000" | json "$2"; } # MODULE EXPRESSION

# ---- Create ----
account=$(create Accounts '{"name":"Acme","email1":"info@acme.test"}')
ann=$(create Contacts '{"first_name":"Ann","last_name":"O'"'"'Hara","email1":"ann@acme.test","account_id":"'"$account"'"}')
bob=$("$TANDEM" object add contact firstname=Bob "lastname=D'Arc & 1 < 2 > 0" email=bob@here.test birthday=1990-02-28)
"$TANDEM" object add company companyname=Here companywebsite=https://here.test >/dev/null
"$TANDEM" object add contact lastname=Jones email=jim@here.test company=Here >/dev/null
sync_quietly suitecrm
jim_there=$(listed Contacts '[r["id"] for r in d["data"] if r["attributes"]["email1"] == "jim@here.test"][0]')
expect "our contact belongs to our company there" "Here" "$(field Contacts "$jim_there" account_name)"
ann_here=$(contact_with email ann@acme.test)
expect "their contact is here, without HTML" "O'Hara" "$(contact_field "$ann_here" lastname)"
expect "with its company" "Acme" "$(contact_field "$ann_here" company)"
expect "our company is there" '["Acme", "Here"]' "$(listed Accounts 'sorted(r["attributes"]["name"] for r in d["data"])')"
bob_there=$(listed Contacts '[r["id"] for r in d["data"] if r["attributes"]["email1"] == "bob@here.test"][0]')
expect "our contact is there" "1990-02-28" "$(field Contacts "$bob_there" birthdate)"
expect_no_echo "after creating" suitecrm
expect "HTML does not come back" "D'Arc & 1 < 2 > 0" "$(contact_field "$bob" lastname)"

# ---- Change, both ways ----
patch Contacts "$bob_there" '{"phone_work":"+1 555"}'
"$TANDEM" object set contact "$ann_here" position=CEO
sync_quietly suitecrm
expect "a change there comes" "+1 555" "$(contact_field "$bob" phone)"
expect "a change here goes" "CEO" "$(field Contacts "$ann" title)"
expect_no_echo "after changing" suitecrm

# ---- What was typed into SuiteCRM's own pages is stored as HTML, and found all the same ----
quoted=$(create Accounts '{"name":"later renamed"}')
curl -sS "$url/_typed" -d '{"module":"Accounts","id":"'"$quoted"'","name":"D'"'"'Arc \"&\" <Co>"}' >/dev/null
sync_quietly suitecrm
expect "a name that was typed there comes plain" 1 "$(ours company 'sum(r["companyname"] == "D'"'"'Arc \"&\" <Co>" for r in d)')"
"$TANDEM" object set contact "$bob" "company=D'Arc \"&\" <Co>"
sync_quietly suitecrm
expect "an account with quotes in its name is found by that name" "$quoted" "$(field Contacts "$bob_there" account_id)"
expect_no_echo "after a typed name" suitecrm

# ---- A PATCH without a change moves date_modified ----
patch Contacts "$ann" '{"title":"CEO"}'
expect_no_echo "touched without a change" suitecrm

# ---- Times are cut to the minute, but filtered in seconds ----
patch Contacts "$ann" '{"phone_mobile":"123"}'
just=$(python3 -c 'import datetime as d; print((d.datetime.now(d.timezone.utc) - d.timedelta(seconds=1)).strftime("%Y-%m-%d %H:%M:%S"))')
curl -sS "$url/_seconds" -d '{"'"$ann"'":"'"$just"'"}' >/dev/null
sync_quietly suitecrm
expect "a change in the minute of the last run comes" "123" "$(contact_field "$ann_here" mobile)"
expect_no_echo "after minutes" suitecrm

# ---- A token that is no longer good, in the middle of a run ----
patch Contacts "$ann" '{"phone_mobile":"124"}'
curl -sS -X POST "$url/_expire?after=2" >/dev/null
sync_quietly suitecrm
expect "an expired token is replaced" "124" "$(contact_field "$ann_here" mobile)"
expect_no_echo "after a new token" suitecrm
token=$(new_token)

# ---- Conflict: the field that only one side changed goes through; no value is swapped ----
"$TANDEM" object set contact "$bob" city=Berlin position=Cook
patch Contacts "$bob_there" '{"primary_address_city":"Bonn"}'
sync_json suitecrm
sync_quietly suitecrm
expect "a conflict ends the same on both sides" "$(contact_field "$bob" city)" "$(field Contacts "$bob_there" primary_address_city)"
expect "the other field went" "Cook" "$(field Contacts "$bob_there" title)"
expect_no_echo "after a conflict" suitecrm

# ---- Clear, both ways ----
patch Contacts "$bob_there" '{"score_c":"7"}'
"$TANDEM" object set contact "$ann_here" score=5 rate=4.75
sync_quietly suitecrm
expect "numbers go" "5 4.75" "$(field Contacts "$ann" score_c) $(field Contacts "$ann" rate_c)"
expect "numbers come" "7" "$(contact_field "$bob" score)"
patch Contacts "$bob_there" '{"phone_work":"","score_c":""}'
"$TANDEM" object set contact "$ann_here" position= score= rate=
sync_quietly suitecrm
expect "cleared there, cleared here" "" "$(contact_field "$bob" phone)"
expect "cleared here, cleared there" "" "$(field Contacts "$ann" title)"
expect "a number that was cleared there is empty here" "" "$(contact_field "$bob" score)"
expect "numbers that were cleared here are empty there, not 0" " " "$(field Contacts "$ann" score_c) $(field Contacts "$ann" rate_c)"
expect_no_echo "after clearing" suitecrm

# ---- Deleted there: found when it is to be changed ----
suite DELETE "/Contacts/$bob_there" >/dev/null
"$TANDEM" object set contact "$bob" city=Erfurt
sync_json suitecrm
expect "a deleted one is not made again" 0 "$(listed Contacts 'sum(r["attributes"]["first_name"] == "Bob" for r in d["data"])')"
expect_no_echo "after deleting" suitecrm

# ---- What looks like a tag is taken out there: reported, and kept here ----
tagged=$("$TANDEM" object add contact lastname=Tagged email=tagged@here.test "position=Cook <at> home")
sync_json suitecrm
expect "a removed tag is reported" "4 1" "$code $(of_summary 'd["open"]["not_kept"]')"
expect "and ours is kept" "Cook <at> home" "$(contact_field "$tagged" position)"
"$TANDEM" object set contact "$tagged" position=Cook
sync_quietly suitecrm
expect_no_echo "after a tag" suitecrm

# ---- Deleted here: also one whose company has no account there, which is no edit of theirs ----
sue=$("$TANDEM" object add contact lastname=Sutton email=sue@here.test "company=Nowhere Ltd")
sync_quietly suitecrm
sync_quietly suitecrm
expect "it was made, without an account" 1 "$(listed Contacts 'sum(r["attributes"]["last_name"] == "Sutton" and not r["attributes"]["account_id"] for r in d["data"])')"
"$TANDEM" object delete contact "$sue"
sync_quietly suitecrm
expect "deleted here, deleted there" 0 "$(listed Contacts 'sum(r["attributes"]["last_name"] == "Sutton" for r in d["data"])')"
expect_no_echo "after deleting here" suitecrm

# ---- Conversion ----
lead=$(create Leads '{"first_name":"Flo","last_name":"Fink","account_name":"Fink and Co"}')
sync_quietly suitecrm
flo=$(contact_with lastname Fink)
expect "the lead is a contact here" "Flo" "$(contact_field "$flo" firstname)"
ltd=$(create Accounts '{"name":"Fink Ltd"}')
contact=$(create Contacts '{"first_name":"Flo","last_name":"Fink","account_id":"'"$ltd"'"}')
patch Leads "$lead" '{"status":"Converted","converted":"1","contact_id":"'"$contact"'","account_id":"'"$ltd"'"}'
sync_quietly suitecrm
expect "converted it is the same contact" 1 "$(ours contact 'sum(r["lastname"] == "Fink" for r in d)')"
expect "with the account" "Fink Ltd" "$(contact_field "$flo" company)"
"$TANDEM" object set contact "$flo" city=Fulda
sync_quietly suitecrm
expect "changes go to the contact" "Fulda" "$(field Contacts "$contact" primary_address_city)"
expect "changes are not sent to the converted lead" "" "$(field Leads "$lead" primary_address_city)"
expect_no_echo "after converting" suitecrm

# ---- Many pages, both ways ----
python3 - "$url" "$token" <<'P'
import json, sys, urllib.request
for index in range(250):
    body = json.dumps({"data": {"type": "Contacts", "attributes": {
        "last_name": f"There{index}", "email1": f"there{index}@many.test"}}}).encode()
    urllib.request.urlopen(urllib.request.Request(
        sys.argv[1] + "/legacy/Api/V8/module", body, {"Authorization": "Bearer " + sys.argv[2]})).read()
P
python3 -c '
print("lastname,email")
for index in range(250): print(f"Here{index},here{index}@many.test")' >"$scratch/many.csv"
"$TANDEM" object import contact "$scratch/many.csv" >/dev/null || not_ok "import"
sync_quietly suitecrm
expect "all of theirs come" 250 "$(ours contact 'sum((r["lastname"] or "").startswith("There") for r in d)')"
expect "all of ours go" 250 "$(listed Contacts 'sum(r["attributes"]["last_name"].startswith("Here") for r in d["data"])')"
expect_no_echo "after many" suitecrm
