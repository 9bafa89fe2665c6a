#!/usr/bin/env bash
# One store between HubSpot, Salesforce and Pipedrive: what one brings the others get; nothing echoes.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/crm.sh"

export HUBSPOT_TOKEN=token-of-tests PIPEDRIVE_TOKEN=token-of-tests
export SALESFORCE_CLIENT_ID=consumer-key SALESFORCE_CLIENT_SECRET=consumer-secret
names=(hubspot salesforce pipedrive)
crm_home hubspot
for name in "${names[@]}"; do
  cp -r "$root/lua/integrations/$name" "$TANDEM_HOME/lua/integrations/"
  sed -E '/(requests_per_second|search = )/d' "$root/config/integrations/$name.lua.example" >"$TANDEM_HOME/config/integrations/$name.lua"
  sed -i 's/buckets = { search.*//' "$TANDEM_HOME/config/integrations/$name.lua"
done
start_crm hubspot HUBSPOT_URL
start_crm salesforce SALESFORCE_URL
start_crm pipedrive PIPEDRIVE_URL
urls=("$HUBSPOT_URL" "$SALESFORCE_URL" "$PIPEDRIVE_URL")

all() { for name in "${names[@]}"; do sync_quietly "$name"; done; }
all_writes() { for url in "${urls[@]}"; do crm_writes; echo; done | paste -sd' '; }
clear_all() { for url in "${urls[@]}"; do clear_writes; done; }
# everywhere EXPRESSION: of d, the contacts of each system: last name -> [e-mail, position].
everywhere() {
  curl -sS "$HUBSPOT_URL/_state" |
    json "(lambda d: $1)({r['properties']['lastname']: [r['properties']['email'], r['properties']['jobtitle']] for r in d['contacts'] if not r['archived']})"
  curl -sS "$SALESFORCE_URL/_state" | json "(lambda d: $1)({r['LastName']: [r['Email'], r['Title']] for r in d['Contact'] if not r['IsDeleted']})"
  curl -sS "$PIPEDRIVE_URL/_state" |
    json "(lambda d: $1)({r['last_name'] or r['name']: [(r['emails'] or [{'value': None}])[0]['value'], r['job_title']] for r in d['persons'] if not r['is_deleted']})"
}

for name in "${names[@]}"; do
  "$TANDEM" check "$name" >/dev/null 2>"$scratch/stderr"
  expect "the sample of $name is right" 0 $?
done

curl -sS -X POST "$HUBSPOT_URL/crm/objects/2026-09/contacts" -H "Authorization: Bearer $HUBSPOT_TOKEN" \
  -d '{"properties":{"firstname":"Hugo","lastname":"Hub","email":"h@h.test"},"associations":[]}' >/dev/null
curl -sS -X POST "$SALESFORCE_URL/_control" \
  -d '{"make":["Contact",{"FirstName":"Sally","LastName":"Force","Email":"s@s.test"}]}' >/dev/null
curl -sS -X POST "$PIPEDRIVE_URL/api/v2/persons" -H "x-api-token: $PIPEDRIVE_TOKEN" \
  -d '{"name":"Piper Drive","emails":[{"value":"p@p.test","primary":true,"label":"work"}]}' >/dev/null
"$TANDEM" object add company companyname=Acme >/dev/null
ours=$("$TANDEM" object add contact firstname=Olga lastname=Ours email=o@o.test position=Cook company=Acme)
ours=${ours##*[!0-9]}
all
all
expect "everybody has everybody" '["Drive", "Force", "Hub", "Ours"]' "$(everywhere 'sorted(d)' | sort -u)"
clear_all
all
expect "a third round sends nothing" "0 0 0" "$(all_writes)"

curl -sS -X POST "$SALESFORCE_URL/_control" -d "{\"edit\":[\"Contact\",\"$(
  curl -sS "$SALESFORCE_URL/_state" | json "[r['Id'] for r in d['Contact'] if r['LastName'] == 'Ours'][0]")\",{\"Title\":\"Boss\"}]}" >/dev/null
all
all
expect "an edit in one reaches the others" "Boss" "$(everywhere 'd["Ours"][1]' | sort -u)"
clear_all
all
expect "an edit does not echo" "0 0 0" "$(all_writes)"
"$TANDEM" object set contact "$ours" position=
all
expect "what is emptied here is emptied everywhere" "null" "$(everywhere 'd["Ours"][1]' | sort -u)"
clear_all
all
expect "a field emptied everywhere stays empty" "0 0 0" "$(all_writes)"

# ---- All of them at once ----
curl -sS -X POST "$SALESFORCE_URL/_control" -d "{\"edit\":[\"Contact\",\"$(
  curl -sS "$SALESFORCE_URL/_state" | json "[r['Id'] for r in d['Contact'] if r['LastName'] == 'Hub'][0]")\",{\"Title\":\"Sailor\"}]}" >/dev/null
"$TANDEM" object set contact "$(contact_with lastname Drive)" position=Driver
for _ in 1 2; do "$TANDEM" sync --all --jobs 3 >/dev/null 2>"$scratch/stderr" || not_ok "sync --all" "$(cat "$scratch/stderr")"; done
expect "all at once: an edit there and one here reach everybody" "Sailor Driver" "$(everywhere '" ".join([d["Hub"][1], d["Drive"][1]])' | sort -u)"
clear_all
for _ in 1 2; do "$TANDEM" sync --all --jobs 3 >/dev/null 2>"$scratch/stderr" || not_ok "sync --all" "$(cat "$scratch/stderr")"; done
expect "all at once: nothing echoes" "0 0 0" "$(all_writes)"
