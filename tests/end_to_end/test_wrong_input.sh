#!/usr/bin/env bash
# Wrong input of every kind ends with exit code 2 or 3 and one sentence that names the place.
. "$(dirname "$0")/lib.sh"

new_home home
start_server hello --seed 5
config=$TANDEM_HOME/config/integrations/helloworld.lua
scripts=$TANDEM_HOME/lua/integrations/helloworld
cp "$config" "$scratch/config.lua"
restore() {
  cp "$scratch/config.lua" "$config"
  cp "$root"/lua/integrations/helloworld/*.lua "$scripts/"
}
# change FILE SED: one mistake in a file
change() {
  sed -i -E "$2" "$1"
}
runs() { sqlite3 "$TANDEM_HOME/var/tandem.db" 'select count(*) from run' 2>/dev/null || echo 0; }

# ---- options ----
refuse "no command" 2 "tandem --help" "$TANDEM"
refuse "unknown command" 2 "did you mean 'sync'" "$TANDEM" snyc helloworld
refuse "unknown option" 2 "did you mean '--start-datetime'" "$TANDEM" sync helloworld --start-date=now
refuse "no name" 2 "'tandem sync' needs more arguments" "$TANDEM" sync
refuse "unknown integration" 2 "did you mean 'helloworld'" "$TANDEM" sync helloword
refuse "integration nobody has" 2 "config/integrations/salesforce.lua" "$TANDEM" sync salesforce
refuse "a path as a name" 2 "there is no integration" "$TANDEM" sync ../integrations/helloworld
refuse "an id without colon" 2 "12" "$TANDEM" sync helloworld --internal-object-id 12
refuse "an id without type" 2 "--integration-object-id" "$TANDEM" sync helloworld --integration-object-id :12
refuse "an id without id" 2 "citizen:" "$TANDEM" sync helloworld --integration-object-id citizen:
refuse "an option without colon" 2 "KEY:VALUE" "$TANDEM" sync helloworld --option fast
refuse "an option without key" 2 "KEY:VALUE" "$TANDEM" sync helloworld --option :fast
refuse "an end before the start" 2 "2020-01-02" "$TANDEM" sync helloworld \
  --start-datetime='2020-01-02 00:00:00' --end-datetime='2020-01-01 00:00:00'
refuse "an empty window" 2 "empty" "$TANDEM" sync helloworld \
  --start-datetime='2020-01-01' --end-datetime='2020-01-01'
refuse "a start in the future" 2 "empty" "$TANDEM" sync helloworld -t '+10 minutes'
refuse "a date that is none" 2 "2026-02-30" "$TANDEM" sync helloworld -t 2026-02-30
refuse "yesterday" 2 "yesterday" "$TANDEM" sync helloworld -t yesterday
refuse "a clock that is none" 2 "TANDEM_NOW" env TANDEM_NOW=noon "$TANDEM" sync helloworld
refuse "no home" 2 "tandem init" "$TANDEM" --home "$scratch" sync helloworld
refuse "a home that is not there" 2 "$scratch/nowhere" "$TANDEM" --home "$scratch/nowhere" list
expect "nothing was asked of the server" 0 "$(asked 'len(d)')"

# ---- configuration ----
refuse "missing environment variable" 2 "HELLOWORLD_CLIENT_SECRET" \
  env -u HELLOWORLD_CLIENT_SECRET "$TANDEM" sync helloworld
change "$config" 's/^  mapping = \{/  mapping = {{/'
refuse "syntax error in the configuration" 2 "config/integrations/helloworld.lua:" "$TANDEM" sync helloworld
restore
change "$config" 's/direction = "to_internal"/direction = "inwards"/'
refuse "an unknown direction" 2 "inwards" "$TANDEM" sync helloworld
restore
change "$config" 's/first_name = "firstname"/first_name = "email"/'
refuse "a field mapped twice" 2 "email" "$TANDEM" sync helloworld
restore
change "$config" 's/^    world = \{/    wrold = {/'
refuse "a mapping of an object that the manifest lacks" 2 "wrold" "$TANDEM" sync helloworld
restore
change "$config" 's/enabled = true/enabled = false/'
refuse "a disabled integration" 2 "disabled" "$TANDEM" sync helloworld
restore
change "$config" 's/"oauth2_client_credentials"/"oauth9"/'
refuse "an unknown kind of authentication" 2 "oauth9" "$TANDEM" sync helloworld
restore
change "$config" '0,/first_name = "firstname"/s//first_name = "frstname"/'
refuse "a field of ours that does not exist" 2 "frstname" "$TANDEM" check helloworld --quiet
restore
change "$config" '0,/first_name = /s//frist_name = /'
refuse "a field of theirs that does not exist" 2 "frist_name" "$TANDEM" check helloworld --quiet
restore

# ---- scripts ----
change "$scripts/report_builder.lua" 's/^function M.build\(.*/function M.build(/'
refuse "syntax error in a script" 2 "report_builder.lua:" "$TANDEM" sync helloworld
restore
change "$scripts/report_builder.lua" 's/^return M//'
refuse "a script that returns nothing" 2 "report_builder" "$TANDEM" sync helloworld
restore
cat >"$scripts/integration.lua" <<'LUA'
return { name = "helloworld", display_name = "Hello World", version = "1.0.0", api = 1 }
LUA
refuse "a manifest without objects" 2 "objects" "$TANDEM" sync helloworld
restore
change "$scripts/integration.lua" 's/api = 1/api = 99/'
refuse "a manifest for another engine" 2 "api" "$TANDEM" sync helloworld
restore
rm "$scripts/integration.lua"
refuse "no manifest" 2 "integration.lua" "$TANDEM" sync helloworld
restore
expect "no run was recorded for any of them" 0 "$(runs)"
expect "nothing but fields was asked of the server" '[]' \
  "$(asked '[r["path"] for r in d if not r["path"].startswith("/api/fields") and r["path"] != "/token"]')"

# ---- objects and fields ----
refuse "an unknown object" 2 "did you mean 'contact'" "$TANDEM" object list contcat
refuse "an unknown field" 2 "did you mean 'firstname'" "$TANDEM" object add contact fristname=Kim
refuse "an assignment that is none" 2 "FIELD=VALUE" "$TANDEM" object add contact Kim
refuse "JSON that is none" 2 "has invalid JSON" "$TANDEM" object add contact 'phone:={'
refuse "an object that is not there" 2 "'999'" "$TANDEM" object get contact 999
refuse "a value that is none" 2 "points" "$TANDEM" object add contact email=a@b.c points=many
refuse "a file that is not there" 2 "nowhere.csv" "$TANDEM" object import contact "$scratch/nowhere.csv"
refuse "a file of unknown format" 2 "--format" "$TANDEM" object import contact "$scratch/nowhere.xls"
refuse "an unknown type" 2 "did you mean 'boolean'" "$TANDEM" field add contact vip --type bolean
refuse "a field that exists" 2 "email" "$TANDEM" field add contact email --type text

# ---- a locked run ----
control '{"latency_ms": 400}'
"$TANDEM" sync helloworld --quiet &
running=$!
for _ in $(seq 100); do
  [ -s "$TANDEM_HOME/var/lock/helloworld.lock" ] && break
  sleep 0.02
done
refuse "a locked run" 3 "process $running" "$TANDEM" sync helloworld
wait "$running"
expect "the run that holds the lock goes on" 0 $?
control '{"latency_ms": 0}'
"$TANDEM" sync helloworld --quiet
expect "the lock is free after the run" 0 $?
