#!/usr/bin/env bash
# A large pull runs through with flat memory. TANDEM_LARGE=100000 for the size of the issue.
. "$(dirname "$0")/lib.sh"

large=${TANDEM_LARGE:-20000}
small=$((large / 10))

# pull COUNT: sync that many citizens; its peak of memory in KiB is in $peak.
pull() {
  new_home "home$1"
  start_server "hello$1" --seed "$1"
  peak=$(python3 - "$TANDEM" "$scratch/summary" <<'PY'
import resource, subprocess, sys
with open(sys.argv[2], "w") as out:
    ended = subprocess.run([sys.argv[1], "sync", "helloworld", "--json", "--quiet", "--disable-push"], stdout=out)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss if ended.returncode == 0 else 0)
PY
)
  kill "$server"
}

pull "$small"
small_peak=$peak
pull "$large"
expect "$large citizens are here" "$large" "$(sqlite3 "$TANDEM_HOME/var/tandem.db" 'select count(*) from contact')"
expect "in pages of 200" $((large / 200 + 1)) "$(json 'd["pull"]["iterations"]' <"$scratch/summary")"
echo "# peak memory: $small citizens $small_peak KiB, $large citizens $peak KiB, $(json 'd["seconds"]' <"$scratch/summary") s"
# SQLite's page cache fills up to 16 MB while the file grows; nothing else may grow with the objects.
cache=16384
expect "memory does not grow with them (at most 8 MiB beyond the page cache)" yes \
  "$([ "$small_peak" -gt 0 ] && [ $((peak - small_peak - cache)) -le 8192 ] && echo yes)"
expect "memory stays below 48 MiB" yes "$([ "$peak" -gt 0 ] && [ "$peak" -lt 49152 ] && echo yes)"
