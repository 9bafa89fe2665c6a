#!/usr/bin/env bash
# What HubSpot, Pipedrive and Mautic deliver: signed as they sign it, it brings what it names within seconds, merges included;
# and nobody else delivers anything.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/crm.sh"
. "$(dirname "$0")/service.sh"

export HOOK_SECRET=hook-secret HUBSPOT_TOKEN=token-of-tests PIPEDRIVE_TOKEN=token-of-tests
post() { status_of -X POST "http://127.0.0.1:$hooks/hooks/$1" -H 'Content-Type: application/json' "${@:3}" -d "$2"; } # NAME BODY
# take NAME SETTINGS: a home whose service syncs only what is delivered, or edited here.
take() {
  crm_home "$1"
  sed -i "s|^  mapping = {|  schedule = false, webhooks = { secret = env \"HOOK_SECRET\", $2 },\n&|" \
    "$TANDEM_HOME/config/integrations/$1.lua"
  sync_quietly "$1" --first-time-sync
  start_service
}

# ---- HubSpot: the address, the body and the time are signed ----
start_crm hubspot HUBSPOT_URL
hubspot() { curl -sS -X "$1" -H "Authorization: Bearer $HUBSPOT_TOKEN" ${3:+-d "$3"} "$url/crm/objects/2026-09/contacts$2"; }
make() { hubspot POST "" "{\"properties\":{\"firstname\":\"$1\",\"email\":\"${1,,}@acme.test\"},\"associations\":[]}" | json 'd["id"]'; }
address=https://tandem.example/hooks/hubspot
# hubspot_delivers BODY [SECRET]: the status of a delivery.
hubspot_delivers() {
  local time signature
  time=$(date +%s%3N)
  signature=$(printf 'POST%s%s%s' "$address" "$1" "$time" | openssl dgst -sha256 -hmac "${2:-hook-secret}" -binary | base64)
  post hubspot "$1" -H "X-HubSpot-Signature-v3: $signature" -H "X-HubSpot-Request-Timestamp: $time"
}
ann=$(make Ann)
take hubspot "scheme = \"hubspot_v3\", url = \"$address\""
ann_here=$(contact_with email ann@acme.test)
hubspot PATCH "/$ann" '{"properties":{"city":"Ulm"}}' >/dev/null
expect "hubspot: what is signed otherwise is refused" 401 "$(hubspot_delivers "[{\"subscriptionType\":\"contact.propertyChange\",\"objectId\":$ann}]" other)"
expect "hubspot: what it signed is taken" 200 "$(hubspot_delivers "[{\"subscriptionType\":\"contact.propertyChange\",\"objectId\":$ann,\"propertyName\":\"city\"}]")"
until_true "hubspot: and what it names comes" is_here city Ulm
bob=$(make Bob)
new=$(hubspot POST /merge "{\"primaryObjectId\":\"$ann\",\"objectIdToMerge\":\"$bob\"}" | json 'd["id"]')
hubspot PATCH "/$new" '{"properties":{"city":"Bonn"}}' >/dev/null
hubspot_delivers "[{\"subscriptionType\":\"contact.merge\",\"objectId\":$ann,\"primaryObjectId\":$ann,\"mergedObjectIds\":[$bob],\"newObjectId\":$new}]" >/dev/null
until_true "hubspot: who was merged comes under the new id" is_here city Bonn
expect "hubspot: and is the same contact here" "$ann_here" "$(contact_with city Bonn)"
hubspot DELETE "/$new" >/dev/null
hubspot_delivers "[{\"subscriptionType\":\"contact.deletion\",\"objectId\":$new}]" >/dev/null
is_gone() { [ "$(sqlite3 "$TANDEM_HOME/var/tandem.db" "select min(deleted) from object_mapping where integration_id = '$new'")" = 1 ]; }
until_true "hubspot: one that was deleted is known to be" is_gone
kill "$service" && wait "$service"

# ---- Pipedrive: a name and a password ----
start_crm pipedrive PIPEDRIVE_URL
pipedrive() { curl -sS -X "$1" -H "x-api-token: $PIPEDRIVE_TOKEN" ${3:+-d "$3"} "$url/api$2"; }
make() { pipedrive POST /v2/persons "{\"name\":\"$1\",\"emails\":[{\"value\":\"${1,,}@acme.test\",\"primary\":true,\"label\":\"work\"}]}" | json 'd["data"]["id"]'; }
event() { echo "{\"meta\":{\"action\":\"$1\",\"entity\":\"person\",\"entity_id\":\"$2\",\"version\":\"2.0\"${3:+,\"merged_to_id\":$3}},\"data\":null,\"previous\":null}"; }
cid=$(make Cid)
take pipedrive 'scheme = "basic", username = "tandem"'
cid_here=$(contact_with email cid@acme.test)
pipedrive PATCH "/v2/persons/$cid" '{"job_title":"Cook"}' >/dev/null
expect "pipedrive: a wrong password is refused" 401 "$(post pipedrive "$(event change "$cid")" -u tandem:other)"
expect "pipedrive: the right one is taken" 200 "$(post pipedrive "$(event change "$cid")" -u tandem:hook-secret)"
until_true "pipedrive: and what it names comes" is_here position Cook
twin=$(pipedrive POST /v2/persons '{"name":"Cid Twin","job_title":"Boss"}' | json 'd["data"]["id"]')
pipedrive PUT "/v1/persons/$cid/merge" "{\"merge_with_id\":$twin}" >/dev/null
post pipedrive "$(event delete "$cid" "$twin")" -u tandem:hook-secret >/dev/null
until_true "pipedrive: who is left of a merge comes" is_here position Boss
expect "pipedrive: and is the same contact here" "$cid_here" "$(contact_with position Boss)"
kill "$service" && wait "$service"

# ---- Mautic: the body is signed ----
start_crm mautic MAUTIC_URL
export MAUTIC_USER=admin MAUTIC_PASSWORD=secret
mautic() { curl -sS -X "$1" -u admin:secret -H 'Content-Type: application/json' ${3:+-d "$3"} "$url/api$2"; }
dan=$(mautic POST /contacts/new '{"firstname":"Dan","lastname":"Dill","email":"dan@acme.test"}' | json 'd["contact"]["id"]')
take mautic 'scheme = "hmac_sha256", header = "Webhook-Signature", encoding = "base64"'
mautic PATCH "/contacts/$dan/edit" '{"city":"Kiel"}' >/dev/null
body="{\"mautic.lead_post_save_update\":[{\"contact\":{\"id\":$dan}}],\"timestamp\":\"2026-11-29T12:00:00+00:00\"}"
expect "mautic: what is not signed is refused" 401 "$(post mautic "$body")"
expect "mautic: what it signed is taken" 200 \
  "$(post mautic "$body" -H "Webhook-Signature: $(printf %s "$body" | openssl dgst -sha256 -hmac hook-secret -binary | base64)")"
until_true "mautic: and what it names comes" is_here city Kiel
kill "$service" && wait "$service"
