#!/usr/bin/env bash
# Several processes, perhaps of several homes, work on one store.
. "$(dirname "$0")/lib.sh"

new_home first
start_server first --seed 3
"$TANDEM" sync helloworld --quiet

# ---- an import of a large file lets syncs through ----

python3 -c '
print("email,firstname,lastname")
for i in range(20000): print(f"a{i}@example.org,A{i},B{i}")' >"$scratch/many.csv"
"$TANDEM" object import contact "$scratch/many.csv" --quiet &
import=$!
sleep 0.5
sync_json helloworld --disable-push
expect "a sync while a file is imported ends well" 0 "$code"
expect "while the import goes on" "yes" "$(kill -0 $import 2>/dev/null && echo yes || echo no)"
kill -9 $import 2>/dev/null
wait $import 2>/dev/null

# ---- two homes of one store take turns ----

mkdir -p "$scratch/second/config/integrations" "$scratch/second/var"
cp -r "$TANDEM_HOME/lua" "$scratch/second/lua"
cp "$TANDEM_HOME/config/integrations/helloworld.lua" "$scratch/second/config/integrations/"
printf 'return { database = "%s/var/tandem.db" }\n' "$TANDEM_HOME" >"$scratch/second/config/tandem.lua"
exec 9>"$TANDEM_HOME/var/lock/helloworld.lock"
flock 9
refuse "a run from another home of the same store is one too many" 3 "another run of 'helloworld'" \
  "$TANDEM" --home "$scratch/second" sync helloworld --quiet
flock -u 9
TANDEM_HOME= "$TANDEM" --home "$scratch/second" sync helloworld --quiet --disable-push
expect "the other home's run starts when the first one has ended" 0 $?

# ---- what Tandem makes is its user's alone ----

expect "the store can be read by its user only" 600 "$(stat -c %a "$TANDEM_HOME/var/tandem.db")"
expect "only its user can read the folder of the store" 700 "$(stat -c %a "$TANDEM_HOME/var")"
expect "only its user can read the locks" 600 "$(stat -c %a "$TANDEM_HOME/var/lock/helloworld.lock")"
