#!/usr/bin/env bash
# A stranger's script hurts nobody but its own run: what it does at load, to the memory, to the disk,
# to secrets and files is seen here from outside. The sandbox itself is tested in tests/sandbox.
. "$(dirname "$0")/lib.sh"

export EV_TOKEN=SUPERSECRETTOKEN0123
python3 "$root/tests/servers/hostile.py" >"$scratch/hostile.out" &
servers+=($!)
for _ in $(seq 500); do
  hostile=$(sed -n 's/^listening on //p' "$scratch/hostile.out")
  [ -z "$hostile" ] || break
  sleep 0.02
done
good=$TANDEM_DATA/lua/integrations/helloworld

# evil_home NAME: a home with the integration "evil", which bears a token, and the sample one.
evil_home() {
  new_home "$1"
  evil=$TANDEM_HOME/lua/integrations/evil
  mkdir -p "$evil"
  cat >"$TANDEM_HOME/config/integrations/evil.lua" <<LUA
return { enabled = true, base_url = "$hostile", auth = { type = "bearer", token = env "EV_TOKEN" },
  ${2:-}
  mapping = { thing = { email = { "email" }, name = "lastname" } } }
LUA
  cat >"$evil/integration.lua" <<'LUA'
return { name = "evil", display_name = "E", version = "1", api = 1,
  objects = { { name = "thing", internal = "contact" } } }
LUA
  cat >"$evil/fields.lua" <<'LUA'
return { list = function() return { { name = "email", type = "email" }, { name = "name", type = "string" } } end }
LUA
}
builder() { printf 'local M = {}\nfunction M.build(request, report)\n%s\nend\nreturn M\n' "$1" >"$evil/report_builder.lua"; }
# took COMMAND...: in hundredths of a second; output in $said, code in $code.
took() {
  local begin
  begin=$(date +%s%N)
  said=$("$@" 2>&1 </dev/null)
  code=$?
  hundredths=$((($(date +%s%N) - begin) / 10000000))
}
quick() { [ "$hundredths" -lt 1500 ] && echo quick || echo "$hundredths hundredths of a second"; }

# ---- what a script does at load, it does to its own commands only ----
# shellcheck disable=SC2016 # Lua
hog='local hold, n = {}, 0
for i = 1, 2000000 do hold[i] = false end
local function grab(s) n = n + 1 hold[n] = ("x"):rep(s) end
local function small() n = n + 1 hold[n] = {} end
local size = 32 * 1024 * 1024
while size >= 64 do if not pcall(grab, size) then size = size // 2 end end
while pcall(small) do end
error({})'
start_server good --seed 2
for kind in loop hog error; do
  evil_home "load_$kind"
  case $kind in
    loop) echo 'while true do end' >"$evil/report_builder.lua" ;;
    hog) echo "$hog" >"$evil/report_builder.lua" ;;
    error) echo 'error("boom")' >"$evil/report_builder.lua" ;;
  esac
  took "$TANDEM" sync helloworld --first-time-sync
  expect "$kind at load: another integration syncs as if it was not there" "0 quick" "$code $(quick)"
  took "$TANDEM" object add contact email=q@x.test
  expect "$kind at load: an object is added" "0 quick" "$code $(quick)"
  took "$TANDEM" list
  expect "$kind at load: list" "0 quick" "$code $(quick)"
  expect_contains "$kind at load: which says that nobody has loaded it" "evil: the script has not been loaded yet" "$said"
  took "$TANDEM" status
  expect "$kind at load: status" "0 quick" "$code $(quick)"
  sed -i 's/^return { enabled = true,/& limits = { cpu_seconds = 1, memory_mib = 16 },/' "$TANDEM_HOME/config/integrations/evil.lua"
  took "$TANDEM" check evil --offline
  expect "$kind at load: check says what is wrong" "2 quick" "$code $(quick)"
  took "$TANDEM" list
  expect_contains "$kind at load: and list does from then on" "broken" "$said"
  expect_contains "$kind at load: status as well" "evil: " "$("$TANDEM" status)"
done
expect_contains "an error at load has its place" "report_builder.lua:1: boom" "$said"
expect_contains "status --json has the script's error" "boom" "$("$TANDEM" status evil --json | json 'd["script"]')"

evil_home never
echo 'error("boom")' >"$evil/report_builder.lua"
"$TANDEM" check evil --offline --quiet 2>/dev/null
expect_contains "one that never ran: status says what is wrong, and where" "report_builder.lua:1: boom" "$("$TANDEM" status evil)"
# shellcheck disable=SC2016 # Lua
echo 'local o = {} for i = 1, 30000 do o[i] = { name = "thing" .. i, internal = "contact" } end
return { name = "evil", display_name = "E", version = "1", api = 1, objects = o }' >"$evil/integration.lua"
refuse "a manifest that would slow everybody down" 2 "at most 1000" "$TANDEM" sync evil

# ---- and it costs the others nothing: measured against a home without it ----
# cost COMMAND...: the least CPU time of five runs, children included, in milliseconds. A machine that is busy
# makes every command wait, but does not make it work more.
cost() {
  python3 - "$@" <<'PY'
import resource, subprocess, sys
used = lambda: (lambda r: r.ru_utime + r.ru_stime)(resource.getrusage(resource.RUSAGE_CHILDREN))
best = 1e9
for _ in range(5):
    before = used()
    subprocess.run(sys.argv[1:], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    best = min(best, used() - before)
print(int(best * 1000))
PY
}
# costs: of the commands of everybody, one a line.
costs() {
  cost "$TANDEM" sync helloworld
  cost "$TANDEM" object add contact firstname=Q
  cost "$TANDEM" list
  cost "$TANDEM" status
}
commands=("sync of another" "object add" list status)
evil_home without
rm -r "$evil" "$TANDEM_HOME/config/integrations/evil.lua"
"$TANDEM" sync helloworld --first-time-sync --quiet
mapfile -t without < <(costs)
for kind in loop hog disk error; do
  evil_home "cost_$kind" 'limits = { cpu_seconds = 1, memory_mib = 64 },'
  case $kind in
    loop) builder 'while true do end' ;;
    hog) builder "$hog" ;;
    disk) builder 'local big = ("x"):rep(1000000) for i = 1, 200 do cache.set("k" .. i, big .. i) end' ;;
    error) echo 'error("boom")' >"$evil/report_builder.lua" ;;
  esac
  "$TANDEM" sync helloworld --first-time-sync --quiet
  "$TANDEM" sync evil --quiet 2>/dev/null && not_ok "$kind: the script ends well"
  mapfile -t with < <(costs)
  for i in 0 1 2 3; do
    expect "$kind: ${commands[i]} works as much as without it" yes \
      "$([ "${with[i]}" -le $((${without[i]} * 13 / 10 + 15)) ] && echo yes || echo "${with[i]} ms, without ${without[i]} ms")"
  done
done

# ---- an integration that nobody has loaded is tracked from its first moment, by its mapping ----
tracked() {
  sqlite3 "$TANDEM_HOME/var/tandem.db" "select f.name from tracked_field t join integration i on i.id = t.integration
    join field f on f.id = t.field join object o on o.id = t.object
    where i.name = 'evil' and o.name = 'contact' order by 1" | tr '\n' ' '
}
evil_home tracked
builder ''
"$TANDEM" object add contact email=a@x.test >/dev/null
expect "new: by the mapping alone" "email lastname " "$(tracked)"
"$TANDEM" check evil --offline --quiet
sed -i 's/name = "lastname"/name = "firstname"/' "$TANDEM_HOME/config/integrations/evil.lua"
echo 'error("never executed")' >"$evil/hooks.lua"
"$TANDEM" object add contact email=b@x.test >/dev/null
expect "a changed line: by the new mapping and the last manifest" "email firstname " "$(tracked)"
sed -i 's/enabled = true/enabled = false/' "$TANDEM_HOME/config/integrations/evil.lua"
"$TANDEM" object add contact email=c@x.test >/dev/null
expect "disabled: no more" "" "$(tracked)"

# ---- memory: everything that a script causes counts ----
# peak COMMAND...: its exit code and the most memory that it had, in MiB.
peak() {
  python3 - "$@" <<'PY'
import os, resource, subprocess, sys
with open(os.environ["scratch"] + "/peak.err", "wb") as err:
    code = subprocess.call(sys.argv[1:], stdout=subprocess.DEVNULL, stderr=err)
print(code, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024)
PY
}
export scratch
evil_home answers
builder 'local list = {} for i = 1, 100 do list[i] = { url = "/bomb" } end http.all(list)'
read -r code mib < <(peak "$TANDEM" sync evil --disable-push)
expect "answers of http.all count" 1 "$code"
expect_contains "with a clear end" "needs more memory" "$(cat "$scratch/peak.err")"
expect "long before the machine has none" yes "$([ "$mib" -lt 900 ] && echo yes || echo "$mib MiB")"

# ---- what the kernel holds against it ----
evil_home fence
builder ''
expect_contains "check -v tells of the kernel's part" "behind the sandbox: limits of memory and CPU time, no core dumps" \
  "$("$TANDEM" check evil --offline -v 2>/dev/null)"

# ---- brakes: links that a merge or a remap undoes count as those of deletions do ----
for undoing in 'report:merge("thing", tostring(i), "1")' 'report:remap_object("thing", tostring(i), "thing", "1")'; do
  evil_home "undoing_${undoing:7:5}"
  builder 'if request.iteration == 1 and request.first_time_sync then
    for i = 1, 100 do report:add_object { object = "thing", id = i, fields = { email = "a" .. i .. "@x.test" } } end
  elseif request.iteration == 1 then for i = 2, 100 do '"$undoing"' end end'
  "$TANDEM" sync evil --disable-push --first-time-sync --quiet
  refuse "${undoing:7:5}: a log that is wrong does not undo all links" 1 "would lose more than" "$TANDEM" sync evil --disable-push --quiet
  expect "${undoing:7:5}: they are all there" 100 "$(sqlite3 "$TANDEM_HOME/var/tandem.db" 'select count(*) from object_mapping where not deleted')"
done

# ---- a run ends ----
evil_home endless
builder 'report:add_object { object = "thing", id = "1", fields = { email = "a@x.test", name = request.iteration } }'
took "$TANDEM" sync evil --disable-push
expect "a pull that repeats the same records is ended" "1 quick" "$code $(quick)"
expect_contains "named as what it is" "reported nothing new for 20 pages" "$said"

# ---- what servers tell is believed for as long as the operator waits ----
evil_home told 'limits = { requests_per_second = 50, account = "acme", retry_after_seconds = 1 },'
builder 'if request.iteration == 1 then http.get("/reset") end'
"$TANDEM" sync evil --disable-push --quiet
took "$TANDEM" sync evil --disable-push --quiet
expect "a limit that ends in 28 years is asked about again" "0 quick" "$code $(quick)"

# ---- the disk ----
evil_home full
builder 'local big = ("x"):rep(1000000) for i = 1, 200 do cache.set("k" .. i, big .. i) end'
took "$TANDEM" sync evil --disable-push
expect_contains "the cache has a quota" "the cache of 'evil' is full" "$said"

evil_home told_much
builder 'local line = ("x"):rep(4000) for i = 1, 20000 do log.error(line) end'
expect "a run writes 64 MiB to the log, no more" 64 \
  "$(("$TANDEM" sync evil --disable-push --quiet 2>&1 >/dev/null | wc -c) | awk '{ print int($1 / 1048576) }')"

# ---- notes are what operators read: no secrets, and no books ----
evil_home notes
cat >"$evil/order_executioner.lua" <<'LUA'
return { execute = function(order)
  local answer = http.get("/echo"):json().headers.Authorization
  for change in order:changes("thing") do
    order:note_object_sync_issue(change, "they say SUPERSECRET" .. "TOKEN0123 " .. ("x"):rep(1000000))
  end
end }
LUA
builder ''
"$TANDEM" object add contact email=n@x.test >/dev/null
"$TANDEM" sync evil --first-time-sync --quiet
notes=$(sqlite3 "$TANDEM_HOME/var/tandem.db" "select message from note where message like 'they say%'")
expect_contains "a note shows no secret" "they say *** xxx" "$notes"
expect "a long note is cut" yes "$([ ${#notes} -le 2000 ] && echo yes || echo "${#notes} bytes")"

# ---- specs are not in the sandbox ----
# Lua's interpreter is not built with sanitizers: the module that is needs their library loaded first.
if ldd "$TANDEM" | grep -q libasan; then
  mkdir "$scratch/bin"
  cat >"$scratch/bin/busted" <<BUSTED
#!/bin/sh
LD_PRELOAD=$(gcc -print-file-name=libasan.so) ASAN_OPTIONS=detect_leaks=0 exec lua5.4 "$(command -v busted)" --ignore-lua "\$@"
BUSTED
  chmod +x "$scratch/bin/busted"
  PATH=$scratch/bin:$PATH
fi
evil_home specs
builder ''
mkdir "$evil/spec"
echo 'describe("x", function() it("y", function() os.execute("env >'"$scratch"'/spec.env") end) end)' >"$evil/spec/a_spec.lua"
"$TANDEM" test evil >/dev/null 2>&1
expect "specs see no secret in their environment" "0 yes" "$(grep -c "$EV_TOKEN" "$scratch/spec.env") $(grep -q '^PATH=' "$scratch/spec.env" && echo yes)"
rm -f "$scratch/spec.env"
if chown -R 65534 "$evil" 2>/dev/null; then
  said=$("$TANDEM" test evil 2>&1 </dev/null)
  expect_contains "those of somebody else are not run" "its specs would run as you" "$said"
  expect "not even begun" no "$([ -e "$scratch/spec.env" ] && echo yes || echo no)"
  "$TANDEM" test evil --trust >/dev/null 2>&1
  expect "but for who trusts them" yes "$([ -e "$scratch/spec.env" ] && echo yes || echo no)"
else
  skipped "specs of somebody else" "only root can make a folder somebody else's"
fi

# ---- files are the operator's ----
evil_home files
builder 'http.get("/echo")'
(umask 022 && "$TANDEM" sync evil --disable-push --quiet)
expect "nobody else can open what is below var" "" "$(find "$TANDEM_HOME/var" -perm /077)"
chmod 755 "$TANDEM_HOME/var"
chmod 644 "$TANDEM_HOME/var/tandem.db"
expect_contains "an older home is found" "other users can open" "$("$TANDEM" check --store)"
expect_contains "--mend restricts the files of an older home" "now only the operator can" "$("$TANDEM" check --store --mend)"
expect "all of it" "" "$(find "$TANDEM_HOME/var" -perm /077)"

# ---- recordings hold no secrets and follow no links ----
evil_home record 'hosts = {},'
builder 'if request.iteration == 1 then http.get("/echo") http.get("/link?a=1") http.get("/latin") http.get("/nul") end'
"$TANDEM" record evil -- sync --disable-push --quiet 2>/dev/null
tape=$evil/spec/cassettes/sync.jsonl
expect "a recording of four answers" 5 "$(wc -l <"$tape")"
expect "without the token, in any coding" 0 \
  "$(grep -ciE "$EV_TOKEN|$(printf %s "$EV_TOKEN" | xxd -p)" "$tape")"
expect "with a NUL it is whole" true "$(sed -n 5p "$tape" | json '"rest" in d["body"]')"
sed -i "s|auth = {.*|auth = { type = \"client_credentials\", token_url = \"$hostile/x/../login\", client_id = \"me\", client_secret = env \"EV_TOKEN\" },|" \
  "$TANDEM_HOME/config/integrations/evil.lua"
"$TANDEM" record evil -- sync --disable-push --quiet 2>/dev/null
expect "requests for tokens are no part of it" "0 5" "$(grep -cE 'FROMLOGIN' "$tape") $(wc -l <"$tape")"
echo untouched >"$scratch/victim"
ln -sf "$scratch/victim" "$tape"
"$TANDEM" record evil -- sync --disable-push --quiet >/dev/null 2>&1
expect "a link is not written through" untouched "$(cat "$scratch/victim")"

# ---- what a script reads and says ----
evil_home echo
builder 'local r = http.get("/echo"):json() if request.iteration == 1 then
  report:add_object { object = "thing", id = "1", fields = { email = "e@x.test", name = r.headers.Authorization } } end
  log.error("http://x/%25lo", 1)'
took "$TANDEM" sync evil --disable-push
expect "an echo of the token, and a foreign text as a format" 0 "$code"
expect_contains "the token is taken out" 'Bearer ***' "$("$TANDEM" object list contact)"
sed -i 's|auth = {.*|auth = { type = env "EV_TOKEN" },|' "$TANDEM_HOME/config/integrations/evil.lua"
expect_lacks "mistakes do not show values of the environment" "$EV_TOKEN" "$("$TANDEM" sync evil 2>&1)"
sed -i 's|auth = {.*|auth = { type = "bearer", token = env "EV_TOKEN" },|; s|name = "lastname"|name = env "EV_TOKEN", [env "EV_TOKEN"] = "lastname"|' \
  "$TANDEM_HOME/config/integrations/evil.lua"
expect_lacks "nor do they where it was taken for a name" "$EV_TOKEN" "$("$TANDEM" check evil 2>&1) $("$TANDEM" sync evil --disable-push 2>&1)"
sed -i "s|base_url = \"[^\"]*\"|base_url = \"http://u:PASSWORDINURL@127.0.0.1:1\"|; s|auth = {.*||" "$TANDEM_HOME/config/integrations/evil.lua"
expect_lacks "nor what stands before the host" PASSWORDINURL "$("$TANDEM" sync evil 2>&1)"

# ---- terminals and spreadsheets ----
evil_home shown
builder 'if request.iteration == 1 then
  report:add_object { object = "thing", id = "1", fields = { email = "f@x.test", name = "\u{9b}31m\u{202e}=" } }
  report:add_object { object = "thing", id = "2", fields = { email = "g@x.test", name = "=cmd()" } } end'
"$TANDEM" sync evil --disable-push --quiet
expect_contains "controls are shown, not obeyed" '\u{9b}31m\u{202e}=' "$("$TANDEM" object list contact)"
expect_contains "no formula in a table" ",'=cmd()" "$("$TANDEM" object export contact)"
expect_contains "an export for programs keeps formulas" ",=cmd()" "$("$TANDEM" object export contact --raw)"
