#!/usr/bin/env bash
# Ctrl-C leaves whole iterations, and the next run goes on from there.
. "$(dirname "$0")/lib.sh"

new_home home
start_server hello --seed 2000 --page-size 50 --latency-ms 20
database=$TANDEM_HOME/var/tandem.db
contacts() { sqlite3 "$database" 'select count(*) from contact'; }
mappings() {
  sqlite3 "$database" "select count(*) from object_mapping" 2>/dev/null || echo unknown
}

# interrupt SIGNAL: in the middle of a pull
interrupt() {
  "$TANDEM" sync helloworld --json --disable-push >"$scratch/summary" 2>"$scratch/stderr" &
  local running=$!
  for _ in $(seq 500); do
    [ "$(contacts 2>/dev/null || echo 0)" -gt "$1" ] && break
    sleep 0.02
  done
  local started
  started=$(date +%s%N)
  kill -"$2" "$running"
  wait "$running"
  code=$?
  elapsed=$((($(date +%s%N) - started) / 1000000))
}

interrupt 100 INT
expect "Ctrl-C ends with 1" 1 "$code"
expect_contains "the message says 'interrupted'" "interrupted" "$(cat "$scratch/stderr")"
expect "within 5 seconds" yes "$([ $elapsed -lt 5000 ] && echo yes)"
expect "the summary says failed" failed "$(json 'd["status"]' <"$scratch/summary")"
done_so_far=$(contacts)
expect "something was done, but not all" yes "$([ "$done_so_far" -gt 100 ] && [ "$done_so_far" -lt 2000 ] && echo yes)"
expect "whole iterations only" 0 $((done_so_far % 50))
expect "the summary counts what is there" \
  "$(sqlite3 "$database" 'select (select count(*) from contact) + (select count(*) from company)')" \
  "$(json 'd["pull"]["created"]' <"$scratch/summary")"
expect "the store is sound" ok "$(sqlite3 "$database" 'pragma integrity_check')"

interrupt $((done_so_far + 100)) TERM
expect "SIGTERM ends with 1" 1 "$code"
expect "whole iterations again" 0 $(($(contacts) % 50))

sync_json helloworld --disable-push
expect "the next run goes to the end" 0 "$code"
expect "every citizen is here once" 2000 "$(contacts)"
sync_json helloworld --disable-push
expect "after the interrupted runs nothing is left to do" "[0, 0]" "$(of_summary '[d["pull"]["created"], d["pull"]["updated"]]')"

# ---- kill -9 ----
new_home killed
database=$TANDEM_HOME/var/tandem.db
interrupt 100 KILL
expect "kill -9 leaves whole iterations" 0 $(($(contacts) % 50))
sync_json helloworld --disable-push
expect "the lock is free, and the next run goes to the end" "0 2000" "$code $(contacts)"
