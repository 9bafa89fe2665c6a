#!/usr/bin/env bash
# HubSpot's webhooks journal, where the configuration has it: runs read it instead of searching, and wherever it may have
# a hole the search is asked. No edit is lost to its three days, to subscriptions that are gone, or to what it does not tell.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/crm.sh"

start_crm hubspot HUBSPOT_URL
export HUBSPOT_TOKEN=token-of-tests HUBSPOT_APP_ID=app-id HUBSPOT_APP_SECRET=app-secret
crm_home hubspot
settings=$TANDEM_HOME/config/integrations/hubspot.lua
sed -i "s/per_second = 4, burst = 4/per_second = 1000, burst = 1000/; s/requests_per_second = 9/requests_per_second = 1000/
  s|^  -- journal = .*|  journal = { portal = 99 },|; s|^  -- other_auth = .*|  other_auth = { journal = {|; s|^  --   \(.*\)|    \1|; s|^  -- } },|  } },|
  s|env(\"HUBSPOT_URL\", \"https://api.hubapi.com\") .. \"/oauth|env \"HUBSPOT_URL\" .. \"/oauth|
  s|\"https://api.hubapi.com/oauth|\"$url/oauth|
  s|^  -- hosts = .*|  hosts = { \"private:localhost:${url##*:}\" },|" "$settings"

hubspot() { # METHOD PATH [JSON]
  curl -sS -X "$1" -H "Authorization: Bearer $HUBSPOT_TOKEN" -H "Content-Type: application/json" ${3:+-d "$3"} "$url/crm/objects/2026-09$2"
}
control() { curl -sS -X POST "$url/_control" -d "$1" >/dev/null; }
make() { hubspot POST /contacts "{\"properties\":{\"firstname\":\"$1\",\"lastname\":\"Ash\",\"email\":\"${1,,}@acme.test\"},\"associations\":[]}" | json 'd["id"]'; }
edit() { hubspot PATCH "/contacts/$1" "{\"properties\":{\"city\":\"$2\"}}" >/dev/null; }
count() { asked "sum(bool(__import__('re').search(r'$1', r['path'])) for r in d)"; }
here() { contact_field "$1" "$2"; }
# quietly NAME SEARCHES: a run that asks the search so many times.
searches_of() {
  local before
  before=$(count '/search$')
  sync_quietly hubspot "$@"
  searched=$(($(count '/search$') - before))
}

# ---- Before the journal has anything to go on from, the search is asked ----
ann=$(make Ann) bob=$(make Bob) eve=$(make Eve)
expect_lacks "a plan subscribes to nothing, which is no trouble with the journal" "cannot be read" "$("$TANDEM" plan hubspot 2>&1 >/dev/null)"
expect "nor does it send anything" 0 "$(asked 'sum(r["method"] == "POST" and "subscriptions" in r["path"] for r in d)')"
sync_quietly hubspot --first-time-sync
ann_here=$(contact_with email ann@acme.test) bob_here=$(contact_with email bob@acme.test) eve_here=$(contact_with email eve@acme.test)
expect "the app subscribes to what is mapped" 3 "$(asked 'sum(r["method"] == "POST" and "subscriptions" in r["path"] and r["status"] == 200 for r in d)')"
edit "$ann" Ulm
searches_of
expect "a run that has nothing to go on from searches" "Ulm true" "$(here "$ann_here" city) $([ $searched -gt 0 ] && echo true)"
edit "$ann" Bonn
searches_of
expect "so does the next one, which reads the journal as well" "Bonn true" "$(here "$ann_here" city) $([ $searched -gt 0 ] && echo true)"
expect_no_echo "after the journal has begun" hubspot

# ---- Now the journal alone: edits, companies, deletions, merges ----
archive() { count '/contacts$'; }
archives=$(archive)
edit "$ann" Kiel
acme=$(hubspot POST /companies '{"properties":{"name":"Acme","city":"Ulm"},"associations":[]}' | json 'd["id"]')
curl -sS -X POST -H "Authorization: Bearer $HUBSPOT_TOKEN" "$url/crm/associations/2026-09/contacts/companies/batch/create" \
  -d "{\"inputs\":[{\"from\":{\"id\":\"$bob\"},\"to\":{\"id\":\"$acme\"},\"types\":[{\"associationCategory\":\"HUBSPOT_DEFINED\",\"associationTypeId\":1}]}]}" >/dev/null
control '{"lag": 600}'
new=$(make New)
searches_of
expect "an edit comes by the journal, and nothing is searched" "Kiel 0" "$(here "$ann_here" city) $searched"
expect "a new contact comes that the search does not know yet" New "$(here "$(contact_with email new@acme.test)" firstname)"
expect "a company that was only associated comes" Acme "$(here "$bob_here" company)"
control '{"lag": 0}'
hubspot DELETE "/contacts/$new" >/dev/null
gus=$(make Gus)
survivor=$(hubspot POST /contacts/merge "{\"primaryObjectId\":\"$ann\",\"objectIdToMerge\":\"$gus\"}" | json 'd["id"]')
edit "$survivor" Jena
searches_of
expect "a deletion comes by the journal" 1 "$(sqlite3 "$TANDEM_HOME/var/tandem.db" "select min(deleted) from object_mapping where integration_id = '$new'")"
expect "a merged contact is the same one here" Jena "$(here "$ann_here" city)"
expect "and the archive is not looked through for it" "0 $((archives + 2))" "$searched $(archive)" # two were made at this address
expect_no_echo "after what the journal told" hubspot
expect "the file at another address gets no credentials" 0 "$(asked 'sum("journal-files" in r["path"] and bool(r["authorization"]) for r in d)')"
expect "the journal's token is not that of the account" true "$(asked 'all(r["authorization"].startswith("Bearer app-") for r in d if r["path"].startswith("/webhooks-journal"))')"

# ---- Several files, and an end that dies in between ----
control '{"journal_size": 2}'
many=()
for index in 1 2 3 4 5; do many+=("$(make "Many$index")"); done
searches_of
expect "all files are read, one after the other" "5 0" "$(ours contact 'sum((r["firstname"] or "").startswith("Many") for r in d)') $searched"
control '{"journal_size": 10000}'

# ---- It has forgotten: the search knows what happened meanwhile ----
edit "${many[0]}" Forst
hubspot DELETE "/contacts/${many[1]}" >/dev/null
control '{"forget_journal": true}'
searches_of
expect "an edit that the journal has forgotten is found by the search" "Forst true" "$(here "$(contact_with firstname Many1)" city) $([ $searched -gt 0 ] && echo true)"
expect "and a deletion in the archive" 1 "$(sqlite3 "$TANDEM_HOME/var/tandem.db" "select min(deleted) from object_mapping where integration_id = '${many[1]}'")"
edit "${many[0]}" Gera
searches_of
edit "${many[0]}" Gotha
searches_of
edit "${many[0]}" Greiz
searches_of
expect "then it is read again" "Greiz 0" "$(here "$(contact_with firstname Many1)" city) $searched"

# ---- Its place is older than what it keeps ----
age() { # HOURS: everything that is known of the journal is that much older
  python3 - "$TANDEM_HOME/var/tandem.db" "$1" <<'P'
import datetime, json, sqlite3, sys
store = sqlite3.connect(sys.argv[1])
for name, text in store.execute("SELECT key, value FROM cache WHERE key IN ('journal contacts', 'journal companies')").fetchall():
    known = json.loads(text)
    at = datetime.datetime.fromisoformat(known["published"].replace("Z", "+00:00")) - datetime.timedelta(hours=int(sys.argv[2]))
    known["published"] = at.strftime("%Y-%m-%dT%H:%M:%S.000Z")
    store.execute("UPDATE cache SET value = ? WHERE key = ?", (json.dumps(known), name))
store.commit()
P
}
age 61
edit "${many[0]}" Goslar
searches_of
expect "a place that may be forgotten soon is not trusted" "Goslar true" "$(here "$(contact_with firstname Many1)" city) $([ $searched -gt 0 ] && echo true)"
searches_of
searches_of
expect "a quiet run asks nothing but the journal" 0 "$searched"

# ---- Subscriptions that are gone, and come back: what happened between is found ----
control '{"forget_subscriptions": true}'
edit "${many[0]}" Hagen
searches_of
expect "without a subscription the search is asked" "Hagen true" "$(here "$(contact_with firstname Many1)" city) $([ $searched -gt 0 ] && echo true)"
for _ in 1 2 3; do searches_of; done
expect "the app subscribes again" 0 "$searched"

# ---- What the journal does not tell is found within a day ----
control '{"journal_silent": true}'
edit "${many[0]}" Halle
searches_of
expect "what it does not tell waits" "Hagen 0" "$(here "$(contact_with firstname Many1)" city) $searched"
control '{"journal_silent": false}'
searches_of
TANDEM_NOW=$(date -u -d '+25 hours' +%Y-%m-%dT%H:%M:%SZ) "$TANDEM" sync hubspot >/dev/null 2>&1
expect "once a day the search is asked since it was asked last" Halle "$(here "$(contact_with firstname Many1)" city)"

# ---- Credentials that are not taken: said, and searched ----
sed -i 's/client_id = env "HUBSPOT_APP_ID"/client_id = "other"/' "$settings"
edit "${many[0]}" Herne
"$TANDEM" plan hubspot >/dev/null 2>"$scratch/plan"
expect_lacks "a plan can be made" "TND" "$(cat "$scratch/plan")"
"$TANDEM" sync hubspot >/dev/null 2>"$scratch/stderr"
expect "whoever may not read the journal searches" Herne "$(here "$(contact_with firstname Many1)" city)"
expect_contains "and is told" "journal cannot be read" "$(cat "$scratch/stderr")"
