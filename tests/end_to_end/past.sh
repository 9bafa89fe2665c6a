# A third party with a long past (tests/servers/past.py) and an integration of it, for tests of
# backfills. Sourced after lib.sh.

# start_past OPTION...: its address is in $past.
start_past() {
  rm -f "$scratch/past.out"
  python3 "$root/tests/servers/past.py" "$@" >"$scratch/past.out" 2>"$scratch/past.err" &
  servers+=($!)
  for _ in $(seq 500); do
    past=$(sed -n 's/^listening on //p' "$scratch/past.out" 2>/dev/null)
    [ -z "$past" ] || return 0
    sleep 0.02
  done
  echo "the server did not start: $(cat "$scratch/past.err")"
  exit 1
}

# new_past NAME [LIMITS]: a home with the integration "past".
new_past() {
  new_home "$1"
  database=$TANDEM_HOME/var/tandem.db
  add_past past "${2:-}"
}
add_past() { # NAME [LIMITS]
  local folder=$TANDEM_HOME/lua/integrations/$1
  mkdir -p "$folder"
  cat >"$folder/integration.lua" <<LUA
return {
  name = "$1", display_name = "Past", version = "1.0.0", api = 1, stable_cursors = true,
  objects = { { name = "person", internal = "contact" } },
}
LUA
  cat >"$folder/fields.lua" <<'LUA'
local M = {}
function M.list()
  return {
    { name = "email", label = "E-mail", type = "email", writable = true },
    { name = "name", label = "Name", type = "string", writable = true },
  }
end
return M
LUA
  cat >"$folder/report_builder.lua" <<'LUA'
local M = {}
function M.build(request, report)
  local person = request.objects[1]
  if request.cursor == "end" then return end
  local page = http.get("/records", {
    query = { from = person.from, to = person.to, page = request.cursor or 1 },
  }):json()
  for _, item in ipairs(page.records) do
    report:add_object {
      object = "person", id = item.id, changed_at = item.at,
      fields = { email = item.email, name = item.name },
    }
  end
  report:set_cursor(page.next)
end
return M
LUA
  cat >"$folder/order_executioner.lua" <<'LUA'
local M = {}
function M.execute() error "nothing is to be sent" end
return M
LUA
  cat >"$TANDEM_HOME/config/integrations/$1.lua" <<LUA
return {
  enabled = true, base_url = "$past", ${2:-}
  mapping = { person = { email = "email", name = "lastname" } },
}
LUA
}

backfill() { # ARGUMENT...
  summary=$("$TANDEM" backfill past --json "$@" 2>"$scratch/stderr")
  code=$?
}
# of_log EXPRESSION: of the server's log, a list of [second, day, page] called d.
of_log() { curl -sS "$past/_log" | json "$1"; }
past_control() { curl -sS -X POST "$past/_control" -d "$1" >/dev/null; }
sql() { sqlite3 -cmd '.timeout 5000' "$database" "$1"; }
