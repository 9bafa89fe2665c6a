# What the tests of the CRMs share. Sourced by test_crm_*.sh after lib.sh: a home with one integration
# and a test server of tests/servers for it.

# start_crm NAME VARIABLE: the server of this name; its address is in $url and in VARIABLE.
start_crm() {
  requests=${TANDEM_TEST_LOGS:-$scratch}/$1.requests
  "$root/tests/servers/$1" --port 0 --log "$requests" >"$scratch/$1.out" 2>"$scratch/$1.err" &
  servers+=($!)
  url=
  for _ in $(seq 500); do
    url=$(sed -n 's/^listening on //p' "$scratch/$1.out" 2>/dev/null)
    [ -z "$url" ] || break
    sleep 0.02
  done
  [ -n "$url" ] || {
    echo "the server did not start: $(cat "$scratch/$1.err")"
    exit 1
  }
  export "$2=$url"
}

# crm_home NAME: a home that has this integration only, configured as its sample says.
crm_home() {
  new_home home
  rm -rf "$TANDEM_HOME"/lua/integrations/* "$TANDEM_HOME"/config/integrations/*
  cp -r "$root/lua/integrations/$1" "$TANDEM_HOME/lua/integrations/"
  cp "$root/config/integrations/$1.lua.example" "$TANDEM_HOME/config/integrations/$1.lua"
}

# How many requests wanted to change something over there since `clear_writes`.
crm_writes() { curl -sS "$url/_writes"; }
clear_writes() { curl -sS -X POST "$url/_clear" >/dev/null; }

# sync_quietly NAME: a run that must end well.
sync_quietly() {
  sync_json "$@"
  [ $code -eq 0 ] || not_ok "sync $*" "exit code $code: $(cat "$scratch/stderr")"
}

# expect_no_echo NAME INTEGRATION: a second run right after the first sends nothing and changes nothing.
expect_no_echo() {
  clear_writes
  sync_quietly "$2"
  expect "$1: nothing is sent" 0 "$(crm_writes)"
  expect "$1: nothing is changed" "0 0" "$(of_summary '"%d %d" % (d["pull"]["created"], d["pull"]["updated"])')"
}

# ours OBJECT EXPRESSION: of d, the list of the fields of all our objects.
ours() {
  "$TANDEM" object list "$1" --limit 0 --json | json "(lambda d: $2)([r['fields'] for r in d])"
}
