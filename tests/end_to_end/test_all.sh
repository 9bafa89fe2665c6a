#!/usr/bin/env bash
# tandem sync --all: every enabled integration in a process of its own, on one store.
. "$(dirname "$0")/lib.sh"

new_home home
database=$TANDEM_HOME/var/tandem.db
lua=$TANDEM_HOME/lua/integrations config=$TANDEM_HOME/config/integrations
# Four integrations, each with a server of its own; all have the same citizens.
names=(helloworld hellotwo hellothree hellofour)
for name in "${names[@]}"; do
  upper=${name^^}
  if [ "$name" != helloworld ]; then
    cp -r "$lua/helloworld" "$lua/$name"
    sed -i "s/name = \"helloworld\"/name = \"$name\"/" "$lua/$name/integration.lua"
    sed "s/HELLOWORLD_URL/${upper}_URL/; /direction = \"to_internal\"/d" "$config/helloworld.lua" >"$config/$name.lua"
  fi
done
declare -A urls
for name in "${names[@]}"; do
  start_server "$name" --seed 200 --page-size 20 --latency-ms 5 --field-timestamps
  urls[$name]=$url
done
for name in "${names[@]}"; do export "${name^^}_URL=${urls[$name]}"; done

all() { # ARGUMENT...: the summaries are in $summary, what was said in $said, the exit code in $code
  summary=$("$TANDEM" sync --all --json "$@" 2>"$scratch/stderr")
  code=$?
  said=$(cat "$scratch/stderr")
}

# ---- wrong use ----
refuse "a name and --all" 2 "not both" "$TANDEM" sync helloworld --all
refuse "--jobs without --all" 2 "goes with --all" "$TANDEM" sync helloworld --jobs 2
refuse "no jobs at all" 2 "'0', which is no whole number from 1 to 64" "$TANDEM" sync --all --jobs 0
refuse "a dry run of all" 2 "does not go with --all" "$TANDEM" sync --all --dry-run
refuse "an object of one of them" 2 "does not go with --all" \
  "$TANDEM" sync --all --integration-object-id citizen:1
refuse "an empty window is refused once" 2 "the window is empty" \
  "$TANDEM" sync --all --start-datetime 2026-01-02 --end-datetime 2026-01-01
expect "nothing was asked for" 0 "$(wc -l <"$requests")"

# ---- four at once on one store ----
all --jobs 4
expect "all four end with 0" 0 "$code"
expect "one summary each, in order of their names" \
  '["hellofour", "hellothree", "hellotwo", "helloworld"]' "$(of_summary '[s["integration"] for s in d]')"
expect "each is done" '["done"]' "$(of_summary 'sorted({s["status"] for s in d})')"
expect "each has its exit code" '[0, 0, 0, 0]' "$(of_summary '[s["exit_code"] for s in d]')"
expect "each got all of its citizens" '[true, true, true, true]' \
  "$(of_summary '[s["pull"]["reported"] >= 200 for s in d]')"
expect_lacks "the store was never locked" "locked" "$said"
expect_lacks "in no summary either" "locked" "$summary"
expect "nobody is here twice" 0 \
  "$(sqlite3 "$database" 'select count(*) - count(distinct email) from contact where email is not null')"
expect "the store is sound" ok "$(sqlite3 "$database" 'pragma integrity_check')"
expect "four integrations ran at the same time" 1 \
  "$(sqlite3 "$database" 'select max(started) < min(finished) from run')"
for _ in 1 2 3 4; do
  all --jobs 4
  [ "$code" -eq 0 ] || not_ok "again, all four" "exit code $code" "$said"
done
expect_lacks "again and again: never locked" "locked" "$said$summary"

# ---- people's view ----
text=$("$TANDEM" sync --all -j 2 2>"$scratch/stderr")
expect "the table says how each went" "4" "$(grep -cE '^hello[a-z]+ +[0-9]+ +done ' <<<"$text")"
expect "the table has one row per integration and nothing else" 5 "$(wc -l <<<"$text")"
expect "quiet is quiet" "" "$("$TANDEM" sync --all --quiet 2>&1)"

# ---- one fails, one is disabled, one is locked: the others go on ----
url=${urls[hellotwo]} control '{"fail_next": {"count": 99, "path": "/api/citizen", "status": 400}}'
sed -i 's/enabled = true/enabled = false/' "$config/hellofour.lua"
mkdir -p "$TANDEM_HOME/var/lock"
exec 9>"$TANDEM_HOME/var/lock/hellothree.lock"
flock 9
all
expect "the worst is the exit code" 1 "$code"
expect "the disabled one is left out, each other says how it was" \
  '[["hellothree", "locked", 3], ["hellotwo", "failed", 1], ["helloworld", "done", 0]]' \
  "$(of_summary '[[s["integration"], s["status"], s["exit_code"]] for s in d]')"
expect_contains "lines have the name before them" "hellothree: tandem: another run of 'hellothree' is in progress" "$said"
expect_contains "the summary has the sentence, too" "another run of 'hellothree'" "$(of_summary 'd[0]["error"]')"
url=${urls[hellotwo]} control '{"fail_next": 0}'
all
expect "locked alone is 3" 3 "$code"
exec 9>&-
echo 'return {' >"$config/hellothree.lua"
all
expect "a broken configuration is 2, and told" "2 refused" "$code $(of_summary 'd[0]["status"]')"
expect_contains "by its own sentence" "hellothree.lua" "$(of_summary 'd[0]["error"]')"
for name in "${names[@]}"; do sed -i 's/enabled = true/enabled = false/' "$config/$name.lua"; done
rm "$config/hellothree.lua"
refuse "nothing is enabled" 2 "no integration is enabled" "$TANDEM" sync --all

# ---- signals ----
for name in helloworld hellotwo; do sed -i 's/enabled = false/enabled = true/' "$config/$name.lua"; done
for name in helloworld hellotwo; do
  start_server "slow-$name" --seed 2000 --page-size 50 --latency-ms 50
  export "${name^^}_URL=$url"
  urls[$name]=$url
done
for name in helloworld hellotwo; do export "${name^^}_URL=${urls[$name]}"; done
interrupt() { # SIGNAL JOBS
  "$TANDEM" sync --all --json --jobs "$2" --disable-push -t 2000-01-01 >"$scratch/summary" 2>"$scratch/stderr" &
  local running=$!
  sleep 0.6
  kill -"$1" "$running"
  wait "$running"
  code=$?
}
interrupt TERM 2
expect "SIGTERM ends with 1" 1 "$code"
expect "both runs report that they failed" '["failed", "failed"]' "$(json '[s["status"] for s in d]' <"$scratch/summary")"
expect_contains "each integration's lines begin with its name" "helloworld: tandem: " "$(cat "$scratch/stderr")"
expect_contains "the other, too" "hellotwo: tandem: " "$(cat "$scratch/stderr")"
interrupt INT 1
expect "after a signal none begins" '["failed", "not_started"]' \
  "$(json '[s["status"] for s in d]' <"$scratch/summary")"
expect "Ctrl-C ends with 1" 1 "$code"
"$TANDEM" sync --all --json --disable-push -t 2000-01-01 >/dev/null 2>&1 &
running=$!
sleep 0.6
kill -KILL "$running"
wait "$running" 2>/dev/null
for _ in $(seq 100); do
  flock -n "$TANDEM_HOME/var/lock/helloworld.lock" true && flock -n "$TANDEM_HOME/var/lock/hellotwo.lock" true && break
  sleep 0.05
done
expect "kill -9 leaves no run behind" yes \
  "$(flock -n "$TANDEM_HOME/var/lock/helloworld.lock" flock -n "$TANDEM_HOME/var/lock/hellotwo.lock" echo yes)"
