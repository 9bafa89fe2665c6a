#!/usr/bin/env bash
# What systemd sees of the service: the sockets that it hands over are served, and it is told when the service is ready,
# alive, reloading and ending. tests/support/service_manager.py stands for systemd.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/service.sh"

new_home systemd
take_webhooks
start_server world --seed 3
"$TANDEM" sync helloworld --first-time-sync --quiet
manager=$scratch/manager
mkdir "$manager"
python3 "$root/tests/support/service_manager.py" "$manager" "$TANDEM" serve 2>"$scratch/serve.err" &
service=$!
servers+=($service)
told() { grep -q "$1" "$manager/notes"; }
until_true "it says when it is ready" told 'READY=1'
read -r hooks port <"$manager/ports"
expect "the API answers at the socket of its name" 200 "$(status_of "http://127.0.0.1:$port/readyz")"
expect "and webhooks come in at the other" 200 "$(deliver '{"events": [{"object": "citizen", "id": 1}]}')"
expect "not the other way round" 404 "$(status_of "http://127.0.0.1:$hooks/api/v1/integrations")"
until_true "it says what it is doing" told 'STATUS='
until_true "it says that it lives" told 'WATCHDOG=1'
sleep 3
expect "often enough for the watchdog" "" "$(awk '/WATCHDOG=1/ { if (last && $1 - last >= 2) print $1 - last; last = $1 }' "$manager/notes")"
kill -HUP "$service"
until_true "it says that it reads its configuration anew" told 'RELOADING=1 MONOTONIC_USEC=[0-9]'
ready_again() { sed '1,/RELOADING=1/d' "$manager/notes" | grep -q 'READY=1'; }
until_true "and when it has" ready_again
begun=$SECONDS
kill "$service"
wait "$service"
expect "it ends well" 0 $?
expect "within its seconds" yes "$([ $((SECONDS - begun)) -le 6 ] && echo yes)"
expect_contains "and says that it does" "STOPPING=1" "$(cat "$manager/notes")"

# ---- sockets that are not ours ----
start_service_as() { "$@" >/dev/null 2>"$scratch/serve.err" & service=$!; servers+=($service); }
LISTEN_FDS=2 LISTEN_PID=1 start_service_as "$TANDEM" serve --listen 127.0.0.1:0
until_true "sockets of another process are left alone" grep -q 'serving on port' "$scratch/serve.err"
