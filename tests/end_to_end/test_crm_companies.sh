#!/usr/bin/env bash
# Companies of EspoCRM, SuiteCRM and Mautic: renamed there and here, taken for the same, and deleted on either side,
# with the contacts who work there.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/crm.sh"

export ESPOCRM_API_KEY=secret SUITECRM_CLIENT_ID=tandem SUITECRM_CLIENT_SECRET=secret
export MAUTIC_USER=admin MAUTIC_PASSWORD=secret

of_company() { ours contact "sorted(r['lastname'] for r in d if r['company'] == '$1')"; } # NAME: who works there here
company_here() { "$TANDEM" object list company --limit 0 --json | json "[r['id'] for r in d if r['fields']['companyname'] == '$1'][0]"; }

# companies NAME OBJECT: the system and its contacts. With functions of the system: rename_there OLD NEW, names_there (of
# companies), members_there COMPANY and contacts_there (last names), city_there COMPANY, contact_id_there and
# delete_contact_there LASTNAME.
companies() {
  local name=$1 acme
  acme=$("$TANDEM" object add company companyname=Acme companycity=Ulm)
  "$TANDEM" object add company companyname=Other >/dev/null
  for last in Ash Birch; do
    "$TANDEM" object add contact lastname=$last email=$last@here.test company=Acme >/dev/null
  done
  sync_quietly "$name"
  sync_quietly "$name"
  expect "$name: contacts work at their company there" '["Ash", "Birch"]' "$(members_there Acme)"
  expect_no_echo "$name: after creating companies" "$name"

  sleep 1.1
  rename_there Acme "Acme Ltd"
  sync_quietly "$name"
  expect "$name: renamed there, it is renamed for its contacts here" '["Ash", "Birch"]' "$(of_company "Acme Ltd")"
  expect_no_echo "$name: after renaming there" "$name"
  "$TANDEM" object set company "$acme" companyname="Acme SE"
  sync_quietly "$name"
  expect "$name: renamed here, its contacts are renamed here and there" '["Ash", "Birch"] ["Ash", "Birch"]' \
    "$(of_company "Acme SE") $(members_there "Acme SE")"
  expect "$name: and no second company is made" '["Acme SE", "Other"]' "$(names_there)"
  expect_no_echo "$name: after renaming here" "$name"

  # a second company here that the API takes for the first one
  "$TANDEM" object add company companyname="ACME se" companycity=Wrong >/dev/null
  sync_json "$name"
  expect "$name: a company that another one here is linked to is not written over" "Ulm" "$(city_there "Acme SE")"
  "$TANDEM" object delete company "$(company_here "ACME se")" >/dev/null
  sync_json "$name"
  sync_json "$name"
  expect "$name: the first one stays linked" "Ulm" "$(city_there "Acme SE")"

  # deletions, both ways, where the configuration says so
  sed -i -E 's/^    (Account|Accounts|company|Contact|Contacts|contact) = \{/&\n      on_deleted_here = "delete", on_deleted_there = "delete",/' \
    "$TANDEM_HOME/config/integrations/$name.lua"
  "$TANDEM" object delete contact "$(contact_with lastname Birch)" >/dev/null
  sync_json "$name"
  expect "$name: a contact deleted here is deleted there" '["Ash"]' "$(contacts_there)"
  "$TANDEM" object delete company "$(company_here Other)" >/dev/null
  sync_json "$name"
  expect "$name: a company deleted here is deleted there" 0 "$(names_there | json 'd.count("Other")')"
  local gone=$2:$(contact_id_there Ash)
  delete_contact_there Ash
  sync_json "$name" --integration-object-id "$gone"
  expect "$name: a contact deleted there is deleted here" 0 "$(ours contact 'sum(r["lastname"] == "Ash" for r in d)')"
  clear_writes
  sync_json "$name"
  expect "$name: and then nothing more is sent" 0 "$(crm_writes)"
}

# ---- EspoCRM ----
start_crm espocrm ESPOCRM_URL
crm_home espocrm
espo() { curl -sS -g -X "$1" "$url/api/v1$2" -H 'X-Api-Key: secret' ${3:+-d "$3"}; } # METHOD PATH [JSON]
accounts() { espo GET '/Account?maxSize=200' | json "$1"; }
people() { espo GET '/Contact?maxSize=200' | json "$1"; }
names_there() { accounts 'sorted(r["name"] for r in d["list"])'; }
city_there() { accounts "[r['billingAddressCity'] for r in d['list'] if r['name'] == '$1'][0]"; }
rename_there() { espo PUT "/Account/$(accounts "[r['id'] for r in d['list'] if r['name'] == '$1'][0]")" "{\"name\":\"$2\"}" >/dev/null; }
members_there() { people "sorted(r['lastName'] for r in d['list'] if r['accountName'] == '$1')"; }
contacts_there() { people 'sorted(r["lastName"] for r in d["list"])'; }
contact_id_there() { people "[r['id'] for r in d['list'] if r['lastName'] == '$1'][0]"; }
delete_contact_there() { espo DELETE "/Contact/$(contact_id_there "$1")" >/dev/null; }
companies espocrm Contact

# ---- SuiteCRM ----
start_crm suitecrm SUITECRM_URL
rm -rf "$TANDEM_HOME"
crm_home suitecrm
token=$(curl -sS "$url/legacy/Api/access_token" -d 'grant_type=client_credentials&client_id=tandem&client_secret=secret' | json 'd["access_token"]')
suite() { curl -sS -g -X "$1" "$url/legacy/Api/V8/module$2" -H "Authorization: Bearer $token" ${3:+-d "$3"}; } # METHOD PATH [JSON]
records() { suite GET "/$1?page[size]=200" | json "(lambda d: $2)([{'id': r['id'], **r['attributes']} for r in d['data']])"; } # MODULE EXPRESSION
names_there() { records Accounts 'sorted(r["name"] for r in d)'; }
city_there() { records Accounts "[r['billing_address_city'] for r in d if r['name'] == '$1'][0]"; }
rename_there() {
  suite PATCH "" '{"data":{"type":"Accounts","id":"'"$(records Accounts "[r['id'] for r in d if r['name'] == '$1'][0]")"'","attributes":{"name":"'"$2"'"}}}' >/dev/null
}
members_there() { records Contacts "sorted(r['last_name'] for r in d if r['account_name'] == '$1')"; }
contacts_there() { records Contacts 'sorted(r["last_name"] for r in d)'; }
contact_id_there() { records Contacts "[r['id'] for r in d if r['last_name'] == '$1'][0]"; }
delete_contact_there() { suite DELETE "/Contacts/$(contact_id_there "$1")" >/dev/null; }
companies suitecrm Contacts

# ---- Mautic ----
start_crm mautic MAUTIC_URL
rm -rf "$TANDEM_HOME"
crm_home mautic
mautic() { curl -sS -g -X "$1" "$url/api$2" -u admin:secret ${3:+-d "$3"}; } # METHOD PATH [JSON]
records() { mautic GET "/$1?limit=200" | json "(lambda d: $2)([r['fields']['all'] for r in d['$1'].values()])"; } # PLURAL EXPRESSION
names_there() { records companies 'sorted(r["companyname"] for r in d)'; }
city_there() { records companies "[r['companycity'] for r in d if r['companyname'] == '$1'][0]"; }
rename_there() { mautic PATCH "/companies/$(records companies "[r['id'] for r in d if r['companyname'] == '$1'][0]")/edit" "{\"companyname\":\"$2\"}" >/dev/null; }
members_there() { records contacts "sorted(r['lastname'] for r in d if r['company'] == '$1')"; }
contacts_there() { records contacts 'sorted(r["lastname"] for r in d)'; }
contact_id_there() { records contacts "[r['id'] for r in d if r['lastname'] == '$1'][0]"; }
delete_contact_there() { mautic DELETE "/contacts/$(contact_id_there "$1")/delete" >/dev/null; }
companies mautic contact
