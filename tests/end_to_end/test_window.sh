#!/usr/bin/env bash
# The window of a run is exactly what the server is asked for.
. "$(dirname "$0")/lib.sh"

new_home home
start_server hello --seed 10
windows='sorted({(r["query"].get("createdOrModifiedSince"), r["query"].get("createdOrModifiedBefore")) for r in d if r["path"] in ("/api/citizen", "/api/world") and "ids" not in r["query"]}, key=str)'

TANDEM_NOW=2026-03-10T12:00:00Z sync_json helloworld \
  --start-datetime="2020-01-01 00:00:00" --end-datetime="2020-01-02 00:00:00"
expect "a sync of a window ends with 0" 0 "$code"
expect "exactly that window is asked for" '[["2020-01-01T00:00:00Z", "2020-01-02T00:00:00Z"]]' \
  "$(asked "$windows")"
expect "the summary gives the requested window" '{"from": "2020-01-01T00:00:00Z", "to": "2020-01-02T00:00:00Z"}' \
  "$(of_summary 'd["window"]')"
expect "each object of the manual is asked for" '["/api/citizen", "/api/tourist", "/api/world"]' \
  "$(asked 'sorted({r["path"] for r in d if r["path"] in ("/api/citizen", "/api/world", "/api/tourist")})')"

: >"$requests"
TANDEM_NOW=2026-03-10T12:00:00Z sync_json helloworld -t "-10 minutes"
expect "a relative start counts from now" '[["2026-03-10T11:50:00Z", "2026-03-10T12:00:00Z"]]' \
  "$(asked "$windows")"

# ---- positions ----
new_home positions
: >"$requests"
TANDEM_NOW=2026-03-10T12:00:00Z sync_json helloworld
expect "a first run asks from the beginning" '[[null, "2026-03-10T12:00:00Z"]]' "$(asked "$windows")"
expect "the first window has no beginning" null "$(of_summary 'd["window"]["from"]')"
: >"$requests"
TANDEM_NOW=2026-03-10T13:00:00Z sync_json helloworld
expect "the next one from there, less the overlap" \
  '[["2026-03-10T11:55:00Z", "2026-03-10T13:00:00Z"]]' "$(asked "$windows")"
: >"$requests"
control '{"fail_next": {"count": 99, "path": "/api/citizen", "status": 400}}'
TANDEM_NOW=2026-03-10T14:00:00Z sync_json helloworld
expect "a failed pull ends with 1" 1 "$code"
expect "a failed pull has the status 'failed'" failed "$(of_summary 'd["status"]')"
expect "a failed pull is not followed by a push" 0 "$(of_summary 'd["push"]["iterations"]')"
control '{"fail_next": 0}'
: >"$requests"
TANDEM_NOW=2026-03-10T15:00:00Z sync_json helloworld
expect "a failed pull moves no position" '[["2026-03-10T12:55:00Z", "2026-03-10T15:00:00Z"]]' \
  "$(asked "$windows")"

# ---- a refused run has no window ----
TANDEM_NOW=2026-03-10T16:00:00Z sync_json helloworld --end-datetime '2026-03-10 09:00:00'
expect "a program reads no window of 1970" '2 refused [null, null]' \
  "$code $(of_summary 'd["status"]') $(of_summary '[d["window"]["from"], d["window"]["to"]]')"
expect_lacks "nor do people" 1970 "$(TANDEM_NOW=2026-03-10T16:00:00Z "$TANDEM" sync helloworld --end-datetime '2026-03-10 09:00:00' 2>&1)"

# ---- the limit of a day counts every process ----
new_home daily
export TANDEM_NOW=2026-03-10T12:00:00Z
sync_json helloworld
sync_json helloworld
each=$(of_summary 'd["http"]["requests"]')
sed -i "s/enabled = true,/enabled = true, limits = { requests_per_day = $((2 * each - 1)) },/" \
  "$TANDEM_HOME/config/integrations/helloworld.lua"
sync_json helloworld
expect "the first one of the day may send all" "0 $each" "$code $(of_summary 'd["http"]["requests"]')"
sync_json helloworld
expect "the second has one too few left" "1 $((each - 1))" "$code $(of_summary 'd["http"]["requests"]')"
TANDEM_NOW=2026-03-11T12:00:00Z sync_json helloworld
expect "the next day has its own" 0 "$code"
