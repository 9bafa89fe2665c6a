#!/usr/bin/env bash
# One store between EspoCRM, SuiteCRM and Mautic: what one brings the others get; nothing echoes.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/crm.sh"

export ESPOCRM_API_KEY=secret SUITECRM_CLIENT_ID=tandem SUITECRM_CLIENT_SECRET=secret
export MAUTIC_USER=admin MAUTIC_PASSWORD=secret
names=(espocrm suitecrm mautic)
crm_home espocrm
for name in "${names[@]}"; do
  cp -r "$root/lua/integrations/$name" "$TANDEM_HOME/lua/integrations/"
  cp "$root/config/integrations/$name.lua.example" "$TANDEM_HOME/config/integrations/$name.lua"
done
start_crm espocrm ESPOCRM_URL
start_crm suitecrm SUITECRM_URL
start_crm mautic MAUTIC_URL

all() { for name in "${names[@]}"; do sync_quietly "$name"; done; }
all_writes() { for url in "$ESPOCRM_URL" "$SUITECRM_URL" "$MAUTIC_URL"; do crm_writes; echo; done | paste -sd' '; }
clear_all() { for url in "$ESPOCRM_URL" "$SUITECRM_URL" "$MAUTIC_URL"; do clear_writes; done; }
token=$(curl -sS "$SUITECRM_URL/legacy/Api/access_token" \
  -d 'grant_type=client_credentials&client_id=tandem&client_secret=secret' | json 'd["access_token"]')
# everywhere EXPRESSION: of d, the contacts of each system by last name.
everywhere() {
  curl -sS "$ESPOCRM_URL/api/v1/Contact?maxSize=200" -H 'X-Api-Key: secret' |
    json "(lambda d: $1)({r['lastName']: [r['emailAddress'], r['addressCity']] for r in d['list']})"
  curl -sS -g "$SUITECRM_URL/legacy/Api/V8/module/Contacts?page[size]=200" -H "Authorization: Bearer $token" |
    json "(lambda d: $1)({r['last_name']: [r['email1'], r['primary_address_city']] for r in [x['attributes'] for x in d['data']]})"
  curl -sS "$MAUTIC_URL/api/contacts?limit=200" -u admin:secret |
    json "(lambda d: $1)({r['lastname']: [r['email'], r['city']] for r in [x['fields']['all'] for x in d['contacts'].values()]})"
}

for name in "${names[@]}"; do
  "$TANDEM" check "$name" >/dev/null 2>"$scratch/stderr"
  expect "the sample of $name is right" 0 $?
done

curl -sS "$ESPOCRM_URL/api/v1/Contact" -H 'X-Api-Key: secret' -d '{"lastName":"Espo","emailAddress":"e@e.test"}' >/dev/null
curl -sS "$SUITECRM_URL/legacy/Api/V8/module" -H "Authorization: Bearer $token" \
  -d '{"data":{"type":"Contacts","attributes":{"last_name":"Su'"'"'ite","email1":"s@s.test"}}}' >/dev/null
curl -sS "$MAUTIC_URL/api/contacts/new" -u admin:secret \
  -d '{"lastname":"Mautic","email":"m@m.test","company":"Acme"}' >/dev/null
"$TANDEM" object add contact lastname=Ours email=o@o.test city=Oslo >/dev/null
all
all
expect "everybody has everybody" '["Espo", "Mautic", "Ours", "Suite"]' \
  "$(everywhere 'sorted(name.replace("&#039;", "").replace(chr(39), "") for name in d)' | sort -u)"
expect "a contact without an account there keeps its company here" "Acme" \
  "$(contact_field "$(contact_with email m@m.test)" company)"
clear_all
all
expect "a third round sends nothing" "0 0 0" "$(all_writes)"

mautic_id=$(curl -sS "$MAUTIC_URL/api/contacts?limit=200" -u admin:secret | json '[k for k, c in d["contacts"].items() if c["fields"]["all"]["lastname"] == "Ours"][0]')
curl -sS -X PATCH "$MAUTIC_URL/api/contacts/$mautic_id/edit" -u admin:secret -d '{"city":"Bergen"}' >/dev/null
all
all
expect "an edit in one reaches the others" "Bergen" "$(everywhere 'd["Ours"][1]' | sort -u)"
clear_all
all
expect "an edit is not sent back to where it came from" "0 0 0" "$(all_writes)"
