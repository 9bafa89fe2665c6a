# What the end-to-end tests share. Sourced by tests/end_to_end/test_*.sh, which print one line
# "ok NAME" or "not ok NAME" for each test and exit 1 if one failed.
#
# Every test file has a scratch folder, and gets homes and hello.world servers of its own.
set -uo pipefail
PATH=/usr/bin:/bin:$PATH # python3 starts some hundred times: a shim of pyenv takes longer than a test

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
export TANDEM=${TANDEM:-$root/build/release/tandem}
export HELLO_WORLD=${HELLO_WORLD:-$root/build/release/hello_world}
export TANDEM_DATA=$root HELLOWORLD_CLIENT_ID=hello HELLOWORLD_CLIENT_SECRET=secret-of-tests
unset TANDEM_HOME TANDEM_NOW TANDEM_KEY
suite=$(basename "$0" .sh)
suite=${suite#test_}
scratch=$(mktemp -d "${TMPDIR:-/tmp}/tandem-test.XXXXXX")
servers=()
failures=0

finish() {
  local code=$?
  for server in "${servers[@]}"; do
    kill "$server" 2>/dev/null && wait "$server" 2>/dev/null
  done
  rm -rf "$scratch"
  [ $code -ne 0 ] || [ $failures -eq 0 ] || code=1
  exit $code
}
trap finish EXIT

# ---- assertions ----

ok() { echo "ok $suite: $1"; }
not_ok() { # NAME DETAILS...
  echo "not ok $suite: $1"
  shift
  printf '  %s\n' "$@"
  failures=$((failures + 1))
}
expect() { # NAME EXPECTED ACTUAL
  if [ "$2" = "$3" ]; then ok "$1"; else not_ok "$1" "expected: $2" "actual:   $3"; fi
}
expect_contains() { # NAME PART TEXT
  case $3 in
    *"$2"*) ok "$1" ;;
    *) not_ok "$1" "should contain: $2" "actual:         $3" ;;
  esac
}
expect_lacks() { # NAME PART TEXT
  case $3 in
    *"$2"*) not_ok "$1" "should not contain: $2" "actual:             $3" ;;
    *) ok "$1" ;;
  esac
}
# skipped NAME WHY: this machine cannot say; counted in the closing line of scripts/test.
skipped() { printf 'skipped %s: %s\n  %s\n' "$suite" "$1" "$2"; }
# refuse NAME CODE PART COMMAND...: it must end with CODE, say one sentence on standard error that
# contains PART, and print nothing else.
refuse() {
  local name=$1 code=$2 part=$3 actual errors output
  shift 3
  output=$("$@" 2>"$scratch/stderr" </dev/null)
  actual=$?
  errors=$(cat "$scratch/stderr")
  if [ $actual -ne "$code" ]; then
    not_ok "$name" "expected exit code $code, actual $actual" "$errors"
  elif [ "$(wc -l <"$scratch/stderr")" -ne 1 ]; then
    not_ok "$name" "one sentence on standard error expected" "$errors"
  elif [ -n "$output" ]; then
    not_ok "$name" "nothing expected on standard output" "$output"
  else
    case $errors in
      "tandem: "*"$part"*) ok "$name" ;;
      *) not_ok "$name" "should contain: $part" "actual:         $errors" ;;
    esac
  fi
}

# ---- terminals ----

has_terminals() { python3 -c 'import os; os.openpty()' 2>/dev/null; }
# needs_terminal: the rest of the suite makes no sense without one.
needs_terminal() {
  has_terminals && return
  skipped "what a terminal shows" "this machine gives no pseudo-terminals (is /dev/pts mounted?)"
  exit 0
}
# on_terminal SECONDS COMMAND...: what a terminal 100 columns wide shows; killed (-9) after SECONDS if
# it has not ended by then (0: never).
on_terminal() { python3 "$root/tests/support/terminal.py" "$1" 100 "${@:2}"; }

# ---- homes and servers ----

new_home() { # NAME: makes it the home of all following commands
  export TANDEM_HOME=$scratch/$1
  "$TANDEM" init --quiet "$TANDEM_HOME" || exit 1
}

# start_server NAME OPTION...: its address is in $url, its log in $requests.
start_server() {
  local name=$1
  shift
  requests=$scratch/$name.requests
  "$HELLO_WORLD" --port 0 --log "$requests" --client-secret "$HELLOWORLD_CLIENT_SECRET" "$@" >"$scratch/$name.out" 2>"$scratch/$name.err" &
  servers+=($!)
  server=$!
  for _ in $(seq 500); do
    url=$(sed -n 's/^listening on //p' "$scratch/$name.out" 2>/dev/null)
    [ -z "$url" ] || break
    sleep 0.02
  done
  [ -n "$url" ] || {
    echo "the server did not start: $(cat "$scratch/$name.err")"
    exit 1
  }
  export HELLOWORLD_URL=$url
}

control() { curl -sS -X POST "$url/_control" -d "$1" >/dev/null; }
# after_answers: until no edit can be taken for what they made of our last push, which it is within a second of the
# answer (13.2); at once if that is over, or nothing was pushed.
after_answers() {
  [ -s "${TANDEM_HOME:-/none}/var/tandem.db" ] || return 0
  sleep "$(sqlite3 -cmd '.timeout 5000' "$TANDEM_HOME/var/tandem.db" "
    SELECT max(0, min(1.1, (max(finished) + 1100) / 1000.0 - (julianday('now') - 2440587.5) * 86400.0)) FROM run
    WHERE counts ->> '\$.push.created' + counts ->> '\$.push.updated' > 0" 2>/dev/null)" 2>/dev/null || true
}
edit() {
  after_answers
  curl -sS -X POST "$url/_edit" -d "$1" >/dev/null
}

# The home that the guides speak of: helloworld is synced once, contact 3 was edited on both sides since, which is a
# conflict for the next sync, and `tandem` is found in $scratch/bin.
guide_home() {
  start_server world --seed 20
  new_home guide
  "$TANDEM" sync helloworld --first-time-sync --quiet
  "$TANDEM" object set contact 3 firstname=Ours >/dev/null
  edit '{"object": "citizen", "id": 3, "fields": {"first_name": "Theirs"}}'
  sed -i 's|^  mapping = {|  judge = { "base", "hard" },\n&|' "$TANDEM_HOME/config/integrations/helloworld.lua"
  mkdir "$scratch/bin"
  ln -s "$TANDEM" "$scratch/bin/tandem"
}

# ---- JSON ----

# json EXPRESSION: of the JSON on standard input, called d; lists and objects are printed as JSON.
json() {
  python3 -c '
import json, sys
d = json.load(sys.stdin)
value = eval(sys.argv[1])
print(json.dumps(value, sort_keys=True) if isinstance(value, (dict, list, bool)) or value is None else value)
' "$1"
}
# state EXPRESSION: of what the server has, called d.
state() { curl -sS "$url/_state" | json "$1"; }
# asked EXPRESSION: of the server's log; each line is r in a list called d.
asked() {
  python3 -c '
import json, sys
d = [json.loads(line) for line in open(sys.argv[1])]
value = eval(sys.argv[2])
print(json.dumps(value, sort_keys=True) if isinstance(value, (dict, list, bool)) or value is None else value)
' "$requests" "$1"
}
# How many requests have changed something over there so far.
writes() { asked 'sum(r["method"] != "GET" and r["path"] != "/token" for r in d)'; }
# sync_json ARGUMENT...: a run; its summary is in $summary, its exit code in $code.
sync_json() {
  summary=$("$TANDEM" sync --json --quiet "$@" 2>"$scratch/stderr")
  code=$?
}
of_summary() { json "$1" <<<"$summary"; }
# value ID FIELD: of a contact of ours.
contact_field() { "$TANDEM" object get contact "$1" "$2"; }
# contact_with FIELD VALUE: the id of our contact.
contact_with() { "$TANDEM" object list contact --filter "$1=$2" --json | json 'd[0]["id"] if d else ""'; }
