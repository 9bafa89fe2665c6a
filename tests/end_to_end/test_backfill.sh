#!/usr/bin/env bash
# tandem backfill: a window in slices, and going on where it stopped.
. "$(dirname "$0")/lib.sh"

new_home home
start_server hello --seed 10
database=$TANDEM_HOME/var/tandem.db
export TANDEM_NOW=2026-03-10T12:00:00Z
windows='sorted({(r["query"].get("createdOrModifiedSince"), r["query"].get("createdOrModifiedBefore")) for r in d if r["path"] == "/api/citizen" and "ids" not in r["query"]}, key=str)'
backfill() { # ARGUMENT...
  summary=$("$TANDEM" backfill helloworld --json "$@" 2>"$scratch/stderr")
  code=$?
}
progress() { "$TANDEM" status helloworld --json | json "$1"; } # EXPRESSION: d["backfill"] ...
positions() { sqlite3 "$database" 'select * from position order by 1, 2' 2>/dev/null; }

# ---- wrong use ----
refuse "no window" 2 "needs --from and --slice" "$TANDEM" backfill helloworld
refuse "no length" 2 "'1y', which is not a length" "$TANDEM" backfill helloworld --from 2026-01-01 --slice 1y
refuse "an empty window" 2 "the window is empty" "$TANDEM" backfill helloworld --from 2026-01-02 --to 2026-01-01 --slice 1d
refuse "no number of jobs" 2 "'0', which is no whole number" "$TANDEM" backfill helloworld --from 2026-01-01 --slice 1d --jobs 0
refuse "a slice by hand" 2 "is for 'tandem backfill' only" "$TANDEM" sync helloworld --slice 1
refuse "a slice with a lock that is none" 2 "not open as descriptor" "$TANDEM" sync helloworld --slice 1 --lock 0
refuse "an unknown name" 2 "hellworld" "$TANDEM" backfill hellworld --from 2026-01-01 --slice 1d
expect "nothing was begun" null "$(progress 'd["backfill"]')"

# ---- slices ----
sync_json helloworld
before=$(positions)
: >"$requests"
backfill --from 2020-01-01 --to '2020-01-03 12:00:00' --slice 1d
expect "a complete backfill ends with 0" 0 "$code"
expect "each slice once, the last one shorter" \
  '[["2020-01-01T00:00:00Z", "2020-01-02T00:00:00Z"], ["2020-01-02T00:00:00Z", "2020-01-03T00:00:00Z"], ["2020-01-03T00:00:00Z", "2020-01-03T12:00:00Z"]]' \
  "$(asked "$windows")"
expect "the summary counts the slices" '["done", 3, 3]' "$(of_summary '[d["status"], d["slices"], d["done"]]')"
expect "positions are what they were" "$before" "$(positions)"
expect "the integration has positions before the backfill" yes "$([ -n "$before" ] && echo yes)"
: >"$requests"
backfill --from 2020-01-01 --to '2020-01-03 12:00:00' --slice 1d
expect "what is done is not done again" "0 0" "$code $(wc -l <"$requests")"
backfill --from 2020-01-01 --to '2020-01-03 12:00:00' --slice 1d --restart
expect "--restart does" 3 "$(asked "len($windows)")"

# ---- it goes on ----
control '{"fail_next": {"count": 99, "path": "/api/citizen", "status": 400}}'
backfill --from '-4 days' --slice 1d
expect "a failed slice ends it with 1" "1 unfinished" "$code $(of_summary 'd["status"]')"
expect "none is done, all were tried" "0 4" "$(progress 'd["backfill"]["done"]') $(progress 'd["backfill"]["failed"]')"
expect_contains "the slice says why" "helloworld slice 1: tandem: " "$(cat "$scratch/stderr")"
refuse "another one is refused" 2 "unfinished (0 of 4 slices)" \
  "$TANDEM" backfill helloworld --from '-4 days' --slice 1h
control '{"fail_next": 0}'
: >"$requests"
TANDEM_NOW=2026-03-10T15:00:00Z backfill --from '-4 days' --slice 1d
expect "the same command continues the backfill" "0 4 true" "$code $(of_summary 'd["done"]') $(of_summary 'd["resumed"]')"
expect "with the window of before" '["2026-03-06T12:00:00Z", "2026-03-10T12:00:00Z"]' \
  "$(asked "[$windows[0][0], $windows[-1][1]]")"

# ---- killed in the middle ----
control '{"latency_ms": 60}'
"$TANDEM" backfill helloworld --quiet --from 2021-01-01 --to 2021-01-11 --slice 1d 2>/dev/null &
running=$!
for _ in $(seq 300); do
  [ "$(progress 'd["backfill"]["done"] if d["backfill"]["slices"] == 10 else 0')" -ge 2 ] && break
  sleep 0.02
done
kill -INT "$running"
wait "$running"
expect "Ctrl-C ends with 1" 1 $?
done_so_far=$(progress 'd["backfill"]["done"]')
expect "some slices are done, not all" yes "$([ "$done_so_far" -ge 2 ] && [ "$done_so_far" -lt 10 ] && echo yes)"
mkdir -p "$TANDEM_HOME/var/lock"
exec 9>"$TANDEM_HOME/var/lock/helloworld.lock"
flock 9
backfill --from 2021-01-01 --to 2021-01-11 --slice 1d
expect "a run under way: 3" 3 "$code"
exec 9>&-
: >"$requests"
backfill --from 2021-01-01 --to 2021-01-11 --slice 1d
expect "the rest follows" "0 10" "$code $(of_summary 'd["done"]')"
expect "after a kill only the remaining slices are read" $((10 - done_so_far)) "$(asked "len($windows)")"
