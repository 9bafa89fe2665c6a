#!/usr/bin/env bash
# 25,000 records of one date come through HubSpot's ceiling of 10,000 for a search, and through Salesforce's pages.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/crm.sh"

export HUBSPOT_TOKEN=token-of-tests SALESFORCE_CLIENT_ID=consumer-key SALESFORCE_CLIENT_SECRET=consumer-secret
count=${CRM_CEILING_RECORDS:-25000}
start=2026-01-01T00:00:00Z
at=$(($(date -u -d "$start" +%s) + 3600))

start_crm hubspot HUBSPOT_URL
crm_home hubspot
sed -i 's/per_second = 4, burst = 4/per_second = 1000, burst = 1000/; s/requests_per_second = 9/requests_per_second = 1000/' \
  "$TANDEM_HOME/config/integrations/hubspot.lua"
curl -sS -X POST "$url/_control" -d "{\"seed\":{\"object\":\"contacts\",\"count\":$count,\"at\":${at}000}}" >/dev/null
sync_json hubspot --disable-push --start-datetime "$start"
expect "hubspot: all come" "0 $count" "$code $(of_summary 'd["pull"]["created"]')"
expect "hubspot: no search went beyond the ceiling" 0 "$(asked 'sum(r["status"] >= 400 for r in d)')"

start_crm salesforce SALESFORCE_URL
crm_home salesforce
curl -sS -X POST "$url/_control" -d "{\"seed\":{\"count\":$count,\"at\":$at}}" >/dev/null
sync_json salesforce --disable-push --start-datetime "$start"
expect "salesforce: all come, and are those of HubSpot by their e-mails" "0 $count" "$code $(of_summary 'd["pull"]["unchanged"]')"
expect "salesforce: in pages of 2,000, each asked for once" true \
  "$(asked "sum('FROM%20Contact%20WHERE%20IsPerson' in r['query'] for r in d) <= $count // 2000 + 2")"
