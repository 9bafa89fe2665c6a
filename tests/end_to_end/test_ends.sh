#!/usr/bin/env bash
# How runs end that cannot go on: signals wherever they are waiting, a full disk, a store that cannot be
# written or is locked, scripts that are deleted under them. Each says so in one sentence, leaves whole
# iterations, and the next run goes on from there.
. "$(dirname "$0")/lib.sh"

script() { echo "$TANDEM_HOME/lua/integrations/helloworld/$1.lua"; }
contacts() { sqlite3 "$TANDEM_HOME/var/tandem.db" 'select count(*) from contact'; }
sound() { sqlite3 "$TANDEM_HOME/var/tandem.db" 'pragma integrity_check'; }
create_citizens() { # COUNT
  local i list=
  for i in $(seq "$1"); do
    list="$list,{\"action\":\"create\",\"object\":\"citizen\",\"fields\":{\"email\":\"c$i@t.test\"}}"
  done
  edit "[${list#,}]"
}

# ends NAME SIGNAL: a sync gets the signal after a while; it must end with 1 within 5 seconds, and say so.
ends() {
  "$TANDEM" sync helloworld --quiet >"$scratch/stdout" 2>"$scratch/stderr" </dev/null &
  local running=$! started elapsed
  sleep 1.5
  kill -0 $running 2>/dev/null || { not_ok "$1: it was still running" "$(cat "$scratch/stderr")"; return; }
  started=$(date +%s%N)
  kill -"$2" $running
  wait $running
  code=$?
  elapsed=$((($(date +%s%N) - started) / 1000000))
  expect "$1, SIG$2: ends with 1 within 5 seconds" "1 yes" "$code $([ $elapsed -lt 5000 ] && echo yes || echo "$elapsed ms")"
  expect_contains "$1, SIG$2: says so" "interrupted" "$(cat "$scratch/stderr")"
  expect "$1, SIG$2: in one sentence" 1 "$(wc -l <"$scratch/stderr")"
}

# ---- signals ----
start_server hello
new_home home
create_citizens 5
for signal in INT TERM; do
  control '{"latency_ms": 30000}'
  ends "a slow answer is awaited" $signal
  control '{"latency_ms": 0}'
  control '{"fail_next": {"count": 9, "status": 503, "retry_after": 60}}'
  ends "a Retry-After is waited for" $signal
  control '{"fail_next": 0}'
done
cp "$(script report_builder)" "$scratch/report_builder.lua"
sed -i 's/^function M.build(.*/&\n  while true do end/' "$(script report_builder)"
for signal in INT TERM; do ends "a script loops" $signal; done
sed -i 's/  while true do end/  while true do pcall(error, {}) end/' "$(script report_builder)"
ends "a script loops and catches all errors" TERM
sed -i 's/  while true do pcall(error, {}) end/  string.rep("a", 1e5):find(("a*"):rep(50) .. "b")/' "$(script report_builder)"
ends "a script is lost in a pattern" TERM
cp "$scratch/report_builder.lua" "$(script report_builder)"
cp "$(script order_executioner)" "$scratch/order_executioner.lua"
"$TANDEM" object add contact email=ours@h.test >/dev/null
sed -i 's/^function M.execute(.*/&\n  while true do end/' "$(script order_executioner)"
ends "a script loops before it sends" TERM
cp "$scratch/order_executioner.lua" "$(script order_executioner)"
expect "what was to be sent is in doubt, not lost" 1 "$("$TANDEM" quarantine list --json | json 'len(d)')"
control '{"latency_ms": 30000}'
ends "the answer to a push is awaited" INT
control '{"latency_ms": 0}'
sync_json helloworld
expect "the next run does everything" "0 6 6" "$code $(contacts) $(state 'len(d["citizen"])')"

# ---- another program holds the store ----
edit '{"object": "citizen", "id": "1", "fields": {"phone": "+49 30 1"}}'
mkfifo "$scratch/shell"
sqlite3 "$TANDEM_HOME/var/tandem.db" <"$scratch/shell" >/dev/null &
shell=$!
exec 9>"$scratch/shell"
echo "begin immediate; update contact set city = 'X' where id = 1;" >&9
sleep 0.5
started=$SECONDS
refuse "locked by another writer" 1 "another process is writing" "$TANDEM" sync helloworld
expect "not for ever" yes "$([ $((SECONDS - started)) -lt 60 ] && echo yes)"
expect "reading goes on" 0 "$("$TANDEM" status helloworld >/dev/null; echo $?)"
ends "the lock is waited for" TERM
echo "rollback;" >&9
exec 9>&-
wait $shell
sync_json helloworld
expect "let go, the run goes through" "0 +49 30 1" "$code $(contact_field "$(contact_with email c1@t.test)" phone)"

# ---- a disk that is full ----
if mkdir "$scratch/disk" && mount -t tmpfs -o size=3m tmpfs "$scratch/disk" 2>/dev/null; then
  small=$scratch/disk
  finish_disk() { umount -l "$small"; finish; }
  trap finish_disk EXIT
  start_server many --seed 4000 --page-size 100
  TANDEM_HOME=$small/home
  export TANDEM_HOME
  "$TANDEM" init --quiet "$TANDEM_HOME"
  refuse "a full disk" 1 "make room on the disk" "$TANDEM" sync helloworld --quiet
  expect "whole iterations stay" "ok 0" "$(sound) $(($(contacts) % 100))"
  mount -o remount,size=64m "$small"
  before=$(contacts)
  sync_json helloworld
  expect "with room again it goes on and finishes" "0 4000" "$code $(contacts)"
  expect "from where it was" yes "$([ "$before" -lt 4000 ] && [ "$(of_summary 'd["pull"]["created"]')" -le 4200 ] && echo yes)"
fi

# ---- a store that may only be read ----
start_server readonly
new_home readonly
create_citizens 3
sync_json helloworld
if [ "$(id -u)" = 0 ]; then
  chmod 755 "$scratch"
  # a user who may read everything and write nothing
  as_reader() { setpriv --reuid=65534 --regid=65534 --clear-groups env "$@"; }
  chmod -R a+rX "$TANDEM_HOME"
  if as_reader test -x "$TANDEM"; then
    refuse "the store may only be read" 1 "tandem.db': the store cannot" as_reader "$TANDEM" sync helloworld
    expect "a read-only store is not changed" "3 ok" "$(contacts) $(sound)"
  fi
else
  chmod a-w "$TANDEM_HOME/var/tandem.db" "$TANDEM_HOME/var"
  refuse "the store may only be read" 1 "tandem.db': the store cannot" "$TANDEM" sync helloworld
  chmod u+w "$TANDEM_HOME/var" "$TANDEM_HOME/var/tandem.db"
fi

# ---- scripts that are deleted while they run ----
start_server deleted --seed 60 --page-size 10 --latency-ms 150
new_home deleted
"$TANDEM" object add contact email=ours@h.test >/dev/null
"$TANDEM" sync helloworld --json >"$scratch/summary" 2>"$scratch/stderr" &
running=$!
sleep 1
mv "$TANDEM_HOME/lua/integrations/helloworld" "$scratch/away"
wait $running
code=$?
expect "deleted under a run: it ends with what it has loaded, or says so" yes \
  "$({ [ $code = 0 ] && [ "$(contacts)" = 61 ]; } || { [ $code = 1 ] && grep -q helloworld "$scratch/stderr"; } && echo yes || echo "$code $(contacts) $(cat "$scratch/stderr")")"
refuse "the next run names it" 2 "helloworld" "$TANDEM" sync helloworld
mv "$scratch/away" "$TANDEM_HOME/lua/integrations/helloworld"
sync_json helloworld
expect "put back, nothing is missing" "0 61 ok" "$code $(contacts) $(sound)"
