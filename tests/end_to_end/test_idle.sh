#!/usr/bin/env bash
# The service with a thousand integrations that have nothing to do, and fifty listeners: what it takes.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/service.sh"
many=1000 listeners=50

new_home idle
export HELLOWORLD_URL=http://127.0.0.1:1
sed -i 's|^  mapping = {|  schedule = { every = "12h" },\n&|' "$TANDEM_HOME/config/integrations/helloworld.lua"
for i in $(seq $((many - 1))); do
  cp "$TANDEM_HOME/config/integrations/helloworld.lua" "$TANDEM_HOME/config/integrations/idle$i.lua"
done
"$TANDEM" status >/dev/null # makes the store
# as if each had run a moment ago
sqlite3 "$TANDEM_HOME/var/tandem.db" "insert or ignore into integration(name, enabled) values('helloworld', 1);
  with recursive n(i) as (select 1 union all select i + 1 from n where i < $((many - 1)))
    insert or ignore into integration(name, enabled) select 'idle' || i, 1 from n;
  insert into run(integration, sync_at, started, finished, status)
    select id, unixepoch() * 1000, unixepoch() * 1000, unixepoch() * 1000, 'done' from integration"
start_service
token=$("$TANDEM" token add test --scope run)
ticks() { awk '{print $14 + $15}' "/proc/$service/stat"; }       # of a hundredth of a second
resident() { awk '/^VmRSS/ {print $2}' "/proc/$service/status"; } # KiB
# at_most NAME LIMIT NUMBER
at_most() { if [ "$3" -le "$2" ]; then ok "$1"; else not_ok "$1" "at most: $2" "actual:  $3"; fi; }

expect "all are looked after" "$many" "$(ask "$api/system" | json 'd["integrations"]["enabled"]')"
sleep 1
before=$(ticks)
sleep 5
at_most "a thousand idle integrations take less than 1 % of a core" 5 $(($(ticks) - before))
at_most "and 64 MiB" 65536 "$(resident)"

# ---- listeners ----
for _ in $(seq $listeners); do
  curl -sS -N -H "Authorization: Bearer $token" "$api/events" >/dev/null 2>&1 &
  servers+=($!)
done
until_true "all of them listen" bash -c "[ \$(curl -sS -H 'Authorization: Bearer $token' $api/system | sed 's/.*\"listeners\":\([0-9]*\).*/\1/') -eq $listeners ]"
# one connection, as many events as pauses
tell() {
  local urls=()
  for _ in $(seq "$1"); do
    urls+=("$api/integrations/idle1/pause" "$api/integrations/idle1/resume")
  done
  curl -sS -X POST -H "Authorization: Bearer $token" -H 'Content-Type: application/json' -d '{}' "${urls[@]}" >/dev/null 2>&1
}
tell 300 # more than the ring holds
warm=$(resident)
tell 400
at_most "fifty listeners of 800 events: memory stays flat" 1024 $(($(resident) - warm))
