#!/usr/bin/env bash
# Rights that are taken away in the middle of a run and given back, and companies that are deleted there: nothing is
# lost or doubled, and what did not go through is listed with its reason.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/crm.sh"

export ESPOCRM_API_KEY=secret SUITECRM_CLIENT_ID=tandem SUITECRM_CLIENT_SECRET=secret
export MAUTIC_USER=admin MAUTIC_PASSWORD=secret

role() { curl -sS "$url/_role" -d "$1" >/dev/null; } # {OBJECT: WHAT IS LEFT}
role_after() { curl -sS "$url/_later" -d '{"requests":'"$1"',"control":"/_role","body":'"$2"'}' >/dev/null; } # REQUESTS ROLE
listed_with() { "$TANDEM" status "$1" --json | json "sum('$2' in (n['message'] or '') for n in d['notes'])"; } # NAME REASON

# rights NAME CONTACTS READ NONE REQUESTS: `names_there` lists the last names there. REQUESTS of a push are answered
# before the right to write is gone.
rights() {
  local name=$1 contacts=$2 read=$3 none=$4 ann bob
  "$TANDEM" object add company companyname=Here >/dev/null
  for number in $(seq 20); do
    "$TANDEM" object add contact lastname="New$number" email="new$number@here.test" company=Here >/dev/null
  done
  role_after "$5" "{\"$contacts\":\"$read\"}"
  sync_json "$name"
  expect "$name: a right that is taken away in mid-run is an issue" 4 $code
  local made there
  there=$(names_there | json 'len(d)')
  made=$("$TANDEM" object list contact --limit 0 --json | json 'len(d)')
  expect "$name: each contact that did not go is listed with the reason" $((made - there)) "$(listed_with "$name" 'waits (403')"
  role '{}'
  sync_quietly "$name"
  expect "$name: given back, all are there, once" 20 "$(names_there | json 'len(set(d)) if len(d) == len(set(d)) else d')"
  expect_no_echo "$name: after the right was given back" "$name"

  # the right to read goes between two pages
  ann=$(contact_with lastname New1)
  bob=$(contact_with lastname New2)
  "$TANDEM" object set contact "$ann" city=Aachen
  edit_there New2 "$(city_field)" Bonn
  role_after 2 "{\"$contacts\":\"$none\"}"
  sync_json "$name"
  expect "$name: without the right to read the run fails" 1 $code
  expect_contains "$name: and says what was refused" "403" "$(cat "$scratch/stderr")"
  expect "$name: nothing is deleted or emptied by it" "20 20" "$(ours contact '"%d %d" % (len(d), sum(bool(r["email"]) for r in d))')"
  role '{}'
  sync_quietly "$name"
  expect "$name: what was edited meanwhile goes and comes" "Aachen Bonn" "$(value_there New1 "$(city_field)") $(contact_field "$bob" city)"
  expect_no_echo "$name: after the right to read was given back" "$name"

  # the company is deleted there, while a contact of it is edited here
  delete_company_there
  "$TANDEM" object set contact "$ann" position=Cook
  "$TANDEM" object add contact lastname=Late email=late@here.test company=Here >/dev/null
  sync_json "$name"
  sync_json "$name"
  expect "$name: contacts of a deleted company go all the same" "Cook 1" \
    "$(value_there New1 "$(position_field)") $(names_there | json 'd.count("Late")')"
  expect "$name: the company stays here, and so do the contacts" "1 21" "$(ours company 'len(d)') $(ours contact 'len(d)')"
  expect "$name: nobody loses the company here" 21 "$(ours contact 'sum(r["company"] == "Here" for r in d)')"
  clear_writes
  sync_json "$name"
  expect "$name: and then nothing more is sent" 0 "$(crm_writes)"
}

# ---- EspoCRM ----
start_crm espocrm ESPOCRM_URL
crm_home espocrm
espo() { curl -sS -g -X "$1" "$url/api/v1$2" -H 'X-Api-Key: administrator' ${3:+-d "$3"}; } # METHOD PATH [JSON]
record_there() { espo GET '/Contact?maxSize=200' | json "[r for r in d['list'] if r['lastName'] == '$1'][0]"; }
names_there() { espo GET '/Contact?maxSize=200' | json '[r["lastName"] for r in d["list"]]'; }
value_there() { espo GET '/Contact?maxSize=200' | json "[r for r in d['list'] if r['lastName'] == '$1'][0]['$2']"; }
id_there() { value_there "$1" id; }
edit_there() { espo PUT "/Contact/$(id_there "$1")" "{\"$2\":\"$3\"}" >/dev/null; }
city_field() { echo addressCity; }
position_field() { echo title; }
delete_company_there() { espo DELETE "/Account/$(espo GET /Account | json 'd["list"][0]["id"]')" >/dev/null; }
rights espocrm Contact read no 14

# ---- SuiteCRM ----
start_crm suitecrm SUITECRM_URL
rm -rf "$TANDEM_HOME"
crm_home suitecrm
token=$(curl -sS "$url/legacy/Api/access_token" -d 'grant_type=client_credentials&client_id=tandem&client_secret=secret' | json 'd["access_token"]')
suite() { curl -sS -g -X "$1" "$url/legacy/Api/V8/module$2" -H "Authorization: Bearer $token" ${3:+-d "$3"}; } # METHOD PATH [JSON]
people() { suite GET "/Contacts?page[size]=200" | json "$1"; }
names_there() { people '[r["attributes"]["last_name"] for r in d["data"]]'; }
value_there() { people "[r for r in d['data'] if r['attributes']['last_name'] == '$1'][0]['attributes']['$2']"; }
edit_there() {
  suite PATCH "" '{"data":{"type":"Contacts","id":"'"$(people "[r for r in d['data'] if r['attributes']['last_name'] == '$1'][0]['id']")"'","attributes":{"'"$2"'":"'"$3"'"}}}' >/dev/null
}
city_field() { echo primary_address_city; }
position_field() { echo title; }
delete_company_there() { suite DELETE "/Accounts/$(suite GET "/Accounts?page[size]=10" | json 'd["data"][0]["id"]')" >/dev/null; }
rights suitecrm Contacts view none 14

# ---- Mautic ----
start_crm mautic MAUTIC_URL
rm -rf "$TANDEM_HOME"
crm_home mautic
mautic() { curl -sS -g -X "$1" "$url/api$2" -u admin:secret ${3:+-d "$3"}; } # METHOD PATH [JSON]
people() { mautic GET '/contacts?limit=200' | json "(lambda d: $1)([c['fields']['all'] for c in d['contacts'].values()])"; }
names_there() { people '[c["lastname"] for c in d]'; }
value_there() { people "[c for c in d if c['lastname'] == '$1'][0]['$2']"; }
edit_there() { mautic PATCH "/contacts/$(value_there "$1" id)/edit" "{\"$2\":\"$3\"}" >/dev/null; }
city_field() { echo city; }
position_field() { echo position; }
delete_company_there() { mautic DELETE "/companies/$(mautic GET /companies | json 'list(d["companies"])[0]')/delete" >/dev/null; }
rights mautic contact view none 9
