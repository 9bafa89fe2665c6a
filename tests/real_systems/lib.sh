# What the tests against real servers share. Sourced after tests/end_to_end/lib.sh.
#
# The servers run on free loopback ports, with all their state in the scratch folder, behind a proxy
# that writes down every request: "sends no write request" is proven by what was sent.

systems=$root/tests/real_systems
chmod 755 "$scratch" # servers drop their rights
started=()

stop_real() {
  local code=$? name
  for name in "${started[@]}"; do
    "$systems/$name" "$scratch" stop 2>/dev/null
    for _ in $(seq 100); do
      kill -0 "$(cat "$scratch/$name/"{run/,}pid 2>/dev/null)" 2>/dev/null || break
      sleep 0.1
    done
  done
  (exit $code)
  finish
}
trap stop_real EXIT

free_port() {
  python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'
}

wait_for() { # URL
  for _ in $(seq 200); do
    curl -s -o /dev/null "$1" && return
    sleep 0.1
  done
  not_ok "the server answers at $1" "$(tail -n 5 "$scratch"/*.log 2>/dev/null)"
  exit 1
}

# start_real NAME PORT PATH: the server itself is at $direct, the way to it that $recorded tells of at $url.
start_real() {
  started+=("$1")
  direct=http://127.0.0.1:$2
  if ! "$systems/$1" "$scratch" start >"$scratch/$1.start.log" 2>&1 </dev/null; then
    not_ok "$1 starts" "$(tail -n 5 "$scratch/$1.start.log")" "install it: scripts/deps real"
    exit 1
  fi
  wait_for "$direct$3"
  local port
  port=$(free_port)
  recorded=$scratch/$1.requests
  : >"$recorded"
  python3 "$systems/recording_proxy.py" "$port" "$direct" "$recorded" 2>"$scratch/proxy.log" &
  servers+=($!)
  url=http://127.0.0.1:$port
  wait_for "$url$3"
}

# sent REGULAR_EXPRESSION: how many requests had it in their body.
sent() {
  python3 -c '
import json, re, sys
print(sum(bool(re.search(sys.argv[2], json.loads(line)["body"])) for line in open(sys.argv[1])))
' "$recorded" "$1"
}

# before REGULAR_EXPRESSION COMMAND: runs once, before the next such request goes out, with all functions of the test.
before() { write_hook before "$@"; }
# after REGULAR_EXPRESSION COMMAND: runs once, when the server has answered the next such request, which nobody knows yet.
after() { write_hook after "$@"; }
write_hook() {
  {
    echo "$2"
    declare -p direct
    declare -f
    echo "$3"
  } >"$recorded.$1"
}

use_integration() { # NAME: in the present home, with its sample configuration
  mkdir -p "$TANDEM_HOME/lua/integrations"
  cp -R "$root/lua/integrations/$1" "$TANDEM_HOME/lua/integrations/"
  cp "$root/config/integrations/$1.lua.example" "$TANDEM_HOME/config/integrations/$1.lua"
}

moved='[d["pull"]["created"], d["pull"]["updated"], d["push"]["created"], d["push"]["updated"], d["push"]["deleted"]]'
# quiet NAME INTEGRATION WRITES: a second run changes nothing and sends no request that matches WRITES.
quiet() {
  local before
  before=$(sent "$3")
  sync_json "$2"
  expect "$1: the next run ends with 0" 0 "$code"
  expect "$1: the next run moves nothing" "[0, 0, 0, 0, 0]" "$(of_summary "$moved")"
  expect "$1: the next run sends no write request" "$before" "$(sent "$3")"
}
