#!/usr/bin/env bash
# What EspoCRM and SuiteCRM refuse, change and ignore: the other fields go, the run says what did not, and a wrong secret is
# a mistake.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/crm.sh"

export ESPOCRM_API_KEY=secret SUITECRM_CLIENT_ID=tandem SUITECRM_CLIENT_SECRET=secret
open_fields() { "$TANDEM" status "$1" --json | json "' '.join(sorted(m.get('field') or '-' for m in d['open'] if m['reason'] == '$2'))"; } # NAME REASON

# ---- EspoCRM ----
start_crm espocrm ESPOCRM_URL
crm_home espocrm
espo() { curl -sS -g -X "$1" "$url/api/v1$2" -H 'X-Api-Key: secret' ${3:+-d "$3"}; } # METHOD PATH [JSON]
contact_there() { espo GET '/Contact?maxSize=200' | json "[r['$2'] for r in d['list'] if r['lastName'] == '$1'][0]"; } # LASTNAME FIELD

ann=$("$TANDEM" object add contact firstname="<Ann>" lastname=Ash email=Ann@Here.test phone=12345 city=Aachen zipcode="$(printf '1%.0s' {1..41})" address1="$(printf 'x%.0s' {1..151})")
sync_json espocrm
expect "EspoCRM names one bad field at a time: all are left out, the rest goes" "4 Aachen" "$code $(contact_there Ash addressCity)"
expect "each refused field is listed" "firstname phone zipcode" "$(open_fields espocrm refused)"
"$TANDEM" object set contact "$ann" firstname=Ann phone="+49 (30) 123-4567" zipcode=52062
sync_quietly espocrm
expect "mended, they go" "Ann +49301234567 52062" "$(contact_there Ash firstName) $(contact_there Ash phoneNumber) $(contact_there Ash addressPostalCode)"
expect "a number that comes back in another form stays as it is here" "+49 (30) 123-4567" "$(contact_field "$ann" phone)"
expect_no_echo "after refused fields" espocrm
"$TANDEM" object set contact "$ann" email=ann@here.test
sync_quietly espocrm
expect "an address of which only the letters' case changed is the same" "Ann@Here.test ann@here.test" "$(contact_there Ash emailAddress) $(contact_field "$ann" email)"
expect_no_echo "after the case of an address" espocrm

ESPOCRM_API_KEY=wrong "$TANDEM" check espocrm >/dev/null 2>"$scratch/stderr"
expect "a wrong key is a mistake" 2 $?

# ---- SuiteCRM ----
start_crm suitecrm SUITECRM_URL
rm -rf "$TANDEM_HOME"
crm_home suitecrm
token=$(curl -sS "$url/legacy/Api/access_token" -d 'grant_type=client_credentials&client_id=tandem&client_secret=secret' | json 'd["access_token"]')
suite() { curl -sS -g -X "$1" "$url/legacy/Api/V8/module$2" -H "Authorization: Bearer $token" ${3:+-d "$3"}; } # METHOD PATH [JSON]
records() { suite GET "/$1?page[size]=200" | json "(lambda d: $2)([{'id': r['id'], **r['attributes']} for r in d['data']])"; } # MODULE EXPRESSION

eve=$("$TANDEM" object add contact lastname=Eve email="eve at here" position="$(printf 'T%.0s' {1..120})")
bob=$("$TANDEM" object add contact lastname=Bob email=bob@here.test)
"$TANDEM" object add company companyname=Acme >/dev/null
sync_json suitecrm
expect "an address that SuiteCRM drops without a word is told by the run that sent it" "4 email" "$code $(open_fields suitecrm not_kept)"
expect "and stays here" "eve at here" "$(contact_field "$eve" email)"
sync_json suitecrm
expect "it is not emptied here by the next run" "eve at here" "$(contact_field "$eve" email)"

# contacts chosen in an account's subpanel keep their dates
acme=$(records Accounts 'd[0]["id"]') bob_there=$(records Contacts '[r["id"] for r in d if r["last_name"] == "Bob"][0]')
curl -sS "$url/_subpanel" -d '{"account":"'"$acme"'","contacts":["'"$bob_there"'"]}' >/dev/null
curl -sS "$url/_seconds" -d '{"'"$bob_there"'":"2020-01-01 00:00:00"}' >/dev/null
sync_json suitecrm
expect "a contact that was chosen in a subpanel is not listed as changed" "" "$(contact_field "$bob" company)"
sync_json suitecrm --start-datetime "2000-01-01 00:00:00"
expect "a sync from the beginning brings its account" Acme "$(contact_field "$bob" company)"

SUITECRM_CLIENT_SECRET=wrong "$TANDEM" check suitecrm >/dev/null 2>"$scratch/stderr"
expect "a wrong secret is a mistake, though a token is known" 2 $?
expect_lacks "and is not shown" wrong "$(cat "$scratch/stderr")"
