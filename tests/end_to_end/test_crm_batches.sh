#!/usr/bin/env bash
# More records than one request of HubSpot, Salesforce or Pipedrive takes (100, 50 with histories, 200, 500, 100 ids): all
# come, go, change on both sides and are deleted, and no request is refused for its size.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/crm.sh"

export HUBSPOT_TOKEN=token-of-tests PIPEDRIVE_TOKEN=token-of-tests
export SALESFORCE_CLIENT_ID=consumer-key SALESFORCE_CLIENT_SECRET=consumer-secret
count=${CRM_BATCH_RECORDS:-520}

# take NAME EXPRESSION: a home with so many contacts, which are sent; EXPRESSION gives theirs, of the server's state d, as
# a dictionary: last name -> [id, position].
take() {
  vendor=$1 theirs=$2
  start_crm "$vendor" "${vendor^^}_URL"
  crm_home "$vendor"
  sed -i -E 's/(requests_per_second|per_second|burst) = [0-9]+/\1 = 100000/g;
    s/^  mapping = \{/  brakes = { mass_minimum = 100000 },\n&/; s/^    (contacts|Contact|persons) = \{/&\n      on_deleted_here = "delete",/' "$TANDEM_HOME/config/integrations/$vendor.lua"
  "$TANDEM" check "$vendor" >/dev/null 2>"$scratch/stderr" || not_ok "$vendor: settings" "$(cat "$scratch/stderr")"
  python3 -c '
import sys
print("lastname,email,position")
for index in range(int(sys.argv[1])):
    print(f"Many{index},many{index}@here.test,Cook")' "$count" >"$scratch/many.csv"
  "$TANDEM" object import contact "$scratch/many.csv" >/dev/null 2>"$scratch/stderr" || not_ok "$vendor: import" "$(cat "$scratch/stderr")"
  curl -sS -X POST "$url/_control" -d "{\"daily\": 150000}" >/dev/null
  sync_quietly "$vendor" --first-time-sync
  expect "$vendor: all of them go" "$count" "$(there 'len(d)')"
  sync_quietly "$vendor"
}
there() { curl -sS "$url/_state" | json "(lambda d: $1)($theirs)"; }
refused() { asked 'sum(r["status"] >= 400 and r["status"] != 429 for r in d)'; }

# settle EDITED: 120 were edited on both sides, others there; then all are deleted here.
settle() {
  sync_quietly "$vendor"
  expect "$vendor: where both sides edited the later one stays" "$1" "$(there 'sum(position == "Here" for _, position in d.values())')"
  expect_no_echo "$vendor: after edits on both sides" "$vendor"
  sqlite3 "$TANDEM_HOME/var/tandem.db" "PRAGMA busy_timeout = 5000; DELETE FROM contact WHERE position = 'Cook' OR position = 'There'" >/dev/null
  sync_quietly "$vendor"
  expect "$vendor: what is deleted here is deleted there" "$1" "$(there 'len(d)')"
  expect "$vendor: no request is refused for its size" 0 "$(refused)"
}
edit_here() {
  python3 - "$TANDEM_HOME/var/tandem.db" <<'P'
import sqlite3, sys
store = sqlite3.connect(sys.argv[1])
store.execute("PRAGMA busy_timeout = 5000")
store.execute("UPDATE contact SET position = 'Here' WHERE lastname IN (SELECT lastname FROM contact ORDER BY id LIMIT 120)")
store.commit()
P
}

take hubspot '{r["properties"]["lastname"]: [r["id"], r["properties"]["jobtitle"]] for r in d["contacts"] if not r["archived"]}'
python3 - "$url" <<'P'
import json, sys, urllib.request
url = sys.argv[1]
state = json.load(urllib.request.urlopen(url + "/_state"))
for record in state["contacts"]:  # in their own time, before ours
    body = json.dumps({"edit": ["contacts", record["id"], {"jobtitle": "There"}]}).encode()
    urllib.request.urlopen(urllib.request.Request(url + "/_control", body, method="POST")).read()
P
sleep 1.1
edit_here
settle 120
expect "hubspot: histories were read for 50 at once" true \
  "$(asked 'max(len(json.loads(r["body"])["inputs"]) for r in d if r["path"].endswith("batch/read") and json.loads(r["body"]).get("propertiesWithHistory")) == 50')"

take salesforce '{r["LastName"]: [r["Id"], r["Title"]] for r in d["Contact"] if not r["IsDeleted"]}'
sleep 1.1
edit_here
settle 120
expect "salesforce: in collections of 200" true \
  "$(asked 'max(len(json.loads(r["body"])["records"]) for r in d if r["method"] != "DELETE" and "composite" in r["path"] or "/Tandem_Id__c" in r["path"]) == 200')"

take pipedrive '{r["last_name"] or r["name"]: [r["id"], r["job_title"]] for r in d["persons"] if not r["is_deleted"]}'
sleep 1.1
edit_here
settle 120
sed -i 's/-- compare_hours = 24/compare_hours = 0/' "$TANDEM_HOME/config/integrations/pipedrive.lua"
sync_quietly pipedrive
expect "pipedrive: all are compared, 100 at once" 0 "$(of_summary 'd["pull"].get("deleted", 0)')"
expect "pipedrive: and none is refused" 0 "$(refused)"
