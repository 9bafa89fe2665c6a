#!/usr/bin/env bash
# tandem backfill --jobs N: slices in several processes at once, killed, failing, meeting in the same
# contacts, and keeping to the limits of the integration together.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/past.sh"

contacts() { sql 'select count(*) from contact'; }
mappings() { sql 'select count(*) from object_mapping'; }
# How many slices were done by runs that were under way at the same time as another one.
together() {
  sql "select count(distinct a.id) from run a join run b on a.id <> b.id
    and a.started < b.finished and b.started < a.finished"
}
pages_twice() { of_log 'len(d) - len({(day, page) for _, day, page in d})'; }
# until_true CONDITION...: waits up to 15 seconds.
until_true() {
  for _ in $(seq 300); do
    "$@" && return 0
    sleep 0.05
  done
  return 1
}
some_are_done() { [ "$(sql "select count(*) from backfill_slice where status like 'done%'" 2>/dev/null || echo 0)" -ge "${1:-2}" ]; }
workers() { pgrep -f -- "sync past --home $TANDEM_HOME " || true; }
some_workers() { [ -n "$(workers)" ]; }
no_workers() { [ -z "$(workers)" ]; }

# ---- all of it, once ----
start_past --days 12 --pages 4 --size 25 --latency 10
new_past once
backfill --from 2026-01-01 --to 2026-01-13 --slice 1d --jobs 4
expect "a backfill of all slices ends with 0" "0 done 12 12" "$code $(of_summary 'd["status"]') $(of_summary 'd["slices"]') $(of_summary 'd["done"]')"
expect "every record is there" "1200 1200" "$(contacts) $(mappings)"
expect "every page was fetched once" "48 0" "$(of_log 'len(d)') $(pages_twice)"
expect "several at once" yes "$([ "$(together)" -ge 6 ] && echo yes)"
expect "a run for each slice, with its own window" 12 "$(sql "select count(distinct options) from run where status = 'done'")"
expect "the position is at the end" "2026-01-13 00:00:00" \
  "$(sql "select datetime(at / 1000, 'unixepoch') from position")"
expect "status tells" '["done", 12, 12, 0, 0]' \
  "$("$TANDEM" status past --json | json '[d["backfill"][k] for k in ("status", "slices", "done", "failed", "open")]')"
expect_contains "status shows the slices to people" "1d         12    12       0     0          0" "$("$TANDEM" status past)"
past_control '{"forget": true}'
backfill --from 2026-01-01 --to 2026-01-13 --slice 1d --jobs 3
expect "what is done is not fetched again" "0 0" "$code $(of_log 'len(d)')"

# ---- the same people in all slices at once ----
past_control '{"forget": true, "twins": true, "days": 8, "pages": 20, "size": 10, "latency": 5}'
# whether two of them meet is up to the machine: again until some did
creators=0 rounds=0
while [ $rounds -lt 3 ] || { [ $rounds -lt 10 ] && [ $creators -le $rounds ]; }; do
  rounds=$((rounds + 1))
  new_past "twins$rounds"
  backfill --from 2026-01-01 --to 2026-01-09 --slice 1d --jobs 8
  expect "round $rounds: people of the same e-mail address are one contact" "0 200 1600" "$code $(contacts) $(mappings)"
  creators=$((creators + $(sql "select count(*) from run where counts ->> '$.pull.created' > 0")))
done
expect "slices raced for them ($creators were first somewhere in $rounds rounds)" yes "$([ $creators -gt $rounds ] && echo yes)"
expect "no address is there twice" 0 "$(sql 'select count(*) - count(distinct email) from contact')"
past_control '{"same": true}'
new_past same
backfill --from 2026-01-01 --to 2026-01-09 --slice 1d --jobs 8
expect "a record that is in all slices is one contact" "0 200 200" "$code $(contacts) $(mappings)"
past_control '{"twins": false, "same": false}'

# ---- a dry run ----
past_control '{"forget": true, "days": 1, "pages": 3, "size": 4, "latency": 0}'
new_past dry
"$TANDEM" init --quiet # makes the store
told=$("$TANDEM" backfill past --from 2026-01-01 --to 2026-01-02 --slice 1h --jobs 4 --dry-run)
expect "a dry run tells what would come of the window" 10 $?
expect_contains "in one sum" "here: 12 to create, 0 to update" "$told"
expect "a dry run of a backfill writes nothing" "0 0" "$(contacts) $(sql 'select count(*) from backfill')"

# ---- one run of an integration at a time ----
past_control '{"forget": true, "days": 6, "pages": 5, "size": 5, "latency": 150}'
new_past locked
"$TANDEM" backfill past --quiet --from 2026-01-01 --to 2026-01-07 --slice 1d --jobs 2 &
running=$!
until_true some_are_done 1
refuse "no sync meanwhile" 3 "another backfill of 'past' is in progress: process $running, since" "$TANDEM" sync past
refuse "no other backfill" 3 "another backfill of 'past' is in progress: process $running" \
  "$TANDEM" backfill past --from 2026-01-01 --to 2026-01-07 --slice 1d --jobs 2
wait "$running"
expect "a refused second backfill does not disturb the first" "0 150" "$? $(contacts)"
mkdir -p "$TANDEM_HOME/var/lock"
"$TANDEM" sync past --quiet --start-datetime 2026-01-01 --end-datetime 2026-01-02 --disable-push &
running=$!
sleep 0.3
refuse "no backfill while a sync runs" 3 "another run of 'past' is in progress: process $running" \
  "$TANDEM" backfill past --from 2026-01-01 --to 2026-01-07 --slice 1d --jobs 2 --restart
wait "$running"

# ---- parent and workers killed, again and again ----
# halt_in_a_slice PID: stops the backfill and its workers at a moment when a page of a slice that is not
# done yet has been stored, so that killing them leaves something to go on with.
in_a_slice() { [ "$(sql "select count(*) from run where status = 'running' and iteration >= 1" 2>/dev/null || echo 0)" -ge 1 ]; }
halt_in_a_slice() {
  local tries
  for tries in $(seq 200); do
    kill -STOP "$1" $(workers) 2>/dev/null
    in_a_slice && return 0
    kill -CONT "$1" $(workers) 2>/dev/null
    sleep 0.02
  done
  return 1
}
past_control '{"forget": true, "days": 10, "pages": 8, "size": 10, "latency": 40}'
new_past killed
kills=0
for round in 1 2 3 4; do
  "$TANDEM" backfill past --quiet --from 2026-01-01 --to 2026-01-11 --slice 1d --jobs 3 2>/dev/null &
  running=$!
  until_true some_are_done "$round"
  halt_in_a_slice "$running"
  kill -9 "$running" $(workers) 2>/dev/null && kills=$((kills + 1))
  wait "$running" 2>/dev/null
  until_true no_workers
done
expect "the backfill was killed four times" 4 "$kills"
done_so_far=$(sql "select count(*) from backfill_slice where status = 'done'")
before=$(of_log 'len(d)')
backfill --from 2026-01-01 --to 2026-01-11 --slice 1d --jobs 3
expect "after four kills the backfill is finished" "0 done 10" "$code $(of_summary 'd["status"]') $(of_summary 'd["done"]')"
expect "nothing is lost, nothing doubled" "800 800 800" "$(contacts) $(mappings) $(sql 'select count(distinct email) from contact')"
expect "the backfill resumed where it was" yes "$(of_summary "d['resumed']" | sed 's/true/yes/')"
# A page that was on its way, or fetched and not yet written, is fetched again: for each worker and
# kill one that is carried out and one that is read ahead.
twice=$(pages_twice)
expect "slices were gone on with, not begun anew ($twice pages twice, $done_so_far slices were done)" yes \
  "$([ "$twice" -le 24 ] && [ "$((before - twice))" -lt 80 ] && echo yes)"
expect "the last run of a slice that was killed says which one it goes on with" yes \
  "$([ "$(sql 'select count(*) from run where resumed is not null')" -ge 1 ] && echo yes)"
expect "no run is left as running" 0 "$(sql "select count(*) from run where status = 'running'")"

# ---- only the parent, only a worker ----
past_control '{"latency": 100}'
new_past orphans
"$TANDEM" backfill past --quiet --from 2026-01-01 --to 2026-01-11 --slice 1d --jobs 3 2>/dev/null &
running=$!
until_true some_are_done
kill -9 "$running"
wait "$running" 2>/dev/null
expect "without the parent the workers end" yes "$(until_true no_workers && echo yes)"
"$TANDEM" backfill past --from 2026-01-01 --to 2026-01-11 --slice 1d --jobs 3 >"$scratch/told" 2>"$scratch/stderr" &
running=$!
until_true some_workers
kill -9 "$(workers | tail -1)" # the youngest: it has all its pages before it
wait "$running"
expect "without a worker the others go on" 1 $?
expect_contains "the error names the signal that ended the process" "the process was ended by signal 9" "$(cat "$scratch/told")"
expect_contains "with what is left" "9 of 10 slices done, 1 failed; the same command continues from there" "$(tail -1 "$scratch/told")"
backfill --from 2026-01-01 --to 2026-01-11 --slice 1d --jobs 3
expect "the rest follows" "0 800 800" "$code $(contacts) $(mappings)"

past_control '{"latency": 40}'

# ---- signals ----
for signal in INT TERM; do
  new_past "signal$signal"
  "$TANDEM" backfill past --quiet --from 2026-01-01 --to 2026-01-11 --slice 1d --jobs 3 2>/dev/null &
  running=$!
  until_true some_are_done
  begun=$SECONDS
  kill -"$signal" "$running"
  wait "$running"
  expect "SIG$signal ends it with 1" 1 $?
  expect "SIG$signal: within five seconds, and nobody is left" yes \
    "$([ $((SECONDS - begun)) -lt 5 ] && no_workers && echo yes)"
  backfill --from 2026-01-01 --to 2026-01-11 --slice 1d --jobs 3
  expect "SIG$signal: the rest follows" "0 800 800" "$code $(contacts) $(mappings)"
done

# ---- a slice that fails ----
past_control '{"forget": true, "days": 6, "pages": 2, "size": 5, "latency": 0, "fail": [2]}'
new_past failing
"$TANDEM" backfill past --from 2026-01-01 --to 2026-01-07 --slice 1d --jobs 2 >"$scratch/told" 2>/dev/null
expect "a failed slice ends the backfill with 1" 1 $?
expect "the others are done" 50 "$(contacts)"
expect_contains "a table tells which and why" "    3  2026-01-03 00:00:00  2026-01-04 00:00:00" "$(cat "$scratch/told")"
expect_contains "a failed slice is summed up in one sentence" "past: 5 of 6 slices done, 1 failed; the same command continues from there" "$(tail -1 "$scratch/told")"
expect "the position stays before the gap" "2026-01-03 00:00:00" \
  "$(sql "select datetime(at / 1000, 'unixepoch') from position")"
backfill --from 2026-01-01 --to 2026-01-07 --slice 1d --jobs 2
expect "the summary counts the slices that failed" '[1, 1, 3, "failed"]' \
  "$(of_summary '[d["exit_code"], d["failed"], d["troubles"][0]["slice"], d["troubles"][0]["status"]]')"
past_control '{"fail": []}'
backfill --from 2026-01-01 --to 2026-01-07 --slice 1d --jobs 2
expect "mended, the rest follows" "0 60" "$code $(contacts)"
expect "after the last slice the position is at the end" "2026-01-07 00:00:00" \
  "$(sql "select datetime(at / 1000, 'unixepoch') from position")"
past_control '{"days": 40, "fail": [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 37, 38, 39]}'
"$TANDEM" backfill past --from 2026-01-01 --to 2026-02-10 --slice 1d --jobs 4 >"$scratch/told" 2>/dev/null
expect_contains "if all fail it gives up" "10 failed in a row, so no more were started" "$(tail -1 "$scratch/told")"
expect "if all slices fail, most are not tried" yes "$([ "$(sql 'select count(*) from backfill_slice')" -le 14 ] && echo yes)"
past_control '{"fail": []}'

# ---- what earlier runs left behind is settled once ----
past_control '{"days": 4, "pages": 1}'
new_past doubt
backfill --from 2026-01-01 --to 2026-01-02 --slice 1d
sql "insert into journal_change(integration, run, sent_at, object, mapped_object, mapped_id)
  select id, 1, 1, 'person', 'contact', 1 from integration where name = 'past'"
"$TANDEM" backfill past --quiet --from 2026-01-01 --to 2026-01-05 --slice 1d --jobs 4
expect "a create of a run that died is settled by one run before the slices" "0 0 1" \
  "$? $(sql 'select count(*) from journal_change') $(sql "select count(*) from run where options like '%\"disable_pull\":true%'")"

# ---- limits count for all workers together ----
past_control '{"forget": true, "days": 10, "pages": 4, "size": 2, "latency": 5}'
# The most requests in any second of the log.
busiest() { of_log 'max(sum(1 for other in d if 0 <= other[0] - at[0] < 1) for at in d)'; }
new_past rate 'limits = { requests_per_second = 20, burst = 2 },'
begun=$(date +%s%N)
backfill --from 2026-01-01 --to 2026-01-11 --slice 1d --jobs 4
took=$((($(date +%s%N) - begun) / 1000000))
expect "with a rate all is there" "0 80 40" "$code $(contacts) $(of_log 'len(d)')"
expect "the rate is kept by four workers ($(busiest) in the busiest second, 40 in $took ms)" yes \
  "$([ "$(busiest)" -le 23 ] && [ "$took" -ge 1850 ] && echo yes)"
past_control '{"forget": true}'
new_past day 'limits = { requests_per_day = 25 },'
backfill --from 2026-01-01 --to 2026-01-11 --slice 1d --jobs 4
expect "the limit of a day is kept by four workers" "1 25" "$code $(of_log 'len(d)')"
expect_contains "workers that reach the daily limit report it" "the rate limit of '127.0.0.1' allows the next request in" "$(cat "$scratch/stderr")"
past_control '{"forget": true, "latency": 100}'
new_past killed_day 'limits = { requests_per_day = 30 },'
"$TANDEM" backfill past --quiet --from 2026-01-01 --to 2026-01-11 --slice 1d --jobs 4 2>/dev/null &
running=$!
until_true some_are_done
kill -9 "$running" $(workers) 2>/dev/null
wait "$running" 2>/dev/null
until_true no_workers
backfill --from 2026-01-01 --to 2026-01-11 --slice 1d --jobs 4
# one for each worker may be counted, but not sent any more
expect "what killed workers had sent counts" "1 true" "$code $(of_log '26 <= len(d) <= 30')"

# ---- two integrations of one account ----
past_control '{"forget": true, "latency": 5}'
limits='limits = { requests_per_second = 20, burst = 2, account = "shared" },'
new_past accounts "$limits"
add_past other "$limits"
rm -f "$TANDEM_HOME/config/integrations/helloworld.lua"
windows=(--disable-push)
for day in 1 2 3 4 5; do
  "$TANDEM" sync --all --jobs 2 --quiet --disable-push --start-datetime "2026-01-0$day" --end-datetime "2026-01-0$((day + 1))" || not_ok "sync --all failed"
done
expect "two integrations of one account keep its rate together ($(busiest) in the busiest second)" "40 yes" \
  "$(of_log 'len(d)') $([ "$(busiest)" -le 23 ] && echo yes)"
