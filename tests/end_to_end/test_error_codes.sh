#!/usr/bin/env bash
# Errors that people meet have a code of their own, and the code has a page.
. "$(dirname "$0")/lib.sh"
new_home home
start_server codes --seed 2 --auth oauth2
# says NAME CODE COMMAND...: the error ends with this code, and the page of the code begins with it.
says() {
  local name=$1 code=$2 said
  shift 2
  said=$("$@" 2>&1 >/dev/null </dev/null | grep '^tandem: ' | tail -n 1)
  expect_contains "$name" "($code)" "$said"
  expect_contains "$name: the page" "# $code: " "$("$TANDEM" help "$code")"
}
script() { echo "$1" >"$TANDEM_HOME/lua/integrations/helloworld/report_builder.lua"; }

says "an unknown command" TND0101 "$TANDEM" synk
says "an unknown option" TND0102 "$TANDEM" sync helloworld --dry
says "an option without a value" TND0103 "$TANDEM" sync helloworld --option
says "too many arguments" TND0104 "$TANDEM" list a b
says "another mistake on the command line" TND0100 "$TANDEM" sync helloworld --option novalue
says "an object that is not there" TND0110 "$TANDEM" object get contact 99
says "a value that is none" TND0111 "$TANDEM" object add contact points=many
says "no home" TND0201 "$TANDEM" --home "$scratch/none" status
says "an unknown integration" TND0206 "$TANDEM" sync nothing
says "a variable that is not set" TND0202 env -u HELLOWORLD_CLIENT_ID "$TANDEM" sync helloworld
touch "$TANDEM_HOME/config/environment" && chmod 644 "$TANDEM_HOME/config/environment"
says "credentials that others can read" TND0203 "$TANDEM" sync helloworld
chmod 600 "$TANDEM_HOME/config/environment" && echo 'no variable' >"$TANDEM_HOME/config/environment"
says "a line that is none" TND0204 "$TANDEM" sync helloworld
rm "$TANDEM_HOME/config/environment"
cp "$TANDEM_HOME/config/tandem.lua" "$scratch/kept.lua"
echo 'return { judges = {} }' >"$TANDEM_HOME/config/tandem.lua"
says "an unknown setting" TND0205 "$TANDEM" status
echo 'return { judge = 7 }' >"$TANDEM_HOME/config/tandem.lua"
says "another mistake in a configuration" TND0200 "$TANDEM" status
cp "$scratch/kept.lua" "$TANDEM_HOME/config/tandem.lua"
says "wrong credentials" TND0301 env HELLOWORLD_CLIENT_SECRET=wrong "$TANDEM" sync helloworld
says "nobody listens" TND0402 env HELLOWORLD_URL=http://127.0.0.1:1 "$TANDEM" sync helloworld
says "a host that is not known" TND0401 env HELLOWORLD_URL=http://nobody.invalid "$TANDEM" sync helloworld
sed -i 's/enabled = true/enabled = false/' "$TANDEM_HOME/config/integrations/helloworld.lua"
says "a disabled integration" TND0207 "$TANDEM" sync helloworld
sed -i 's/enabled = false/enabled = true/' "$TANDEM_HOME/config/integrations/helloworld.lua"
cp "$TANDEM_HOME/lua/integrations/helloworld/report_builder.lua" "$scratch/builder.lua"
script 'local M = {} function M.build() error("broken") end return M'
says "a script that fails" TND0500 "$TANDEM" sync helloworld
# ---- the same for programs ----
sync_json helloworld
expect "a summary has the code" '["TND0500", true]' "$(of_summary '[d["error_code"], "broken" in d["error"]]')"
expect "the JSON of match and plan has the error code" "TND0500 TND0500" "$("$TANDEM" match helloworld --json 2>/dev/null | json 'd["error_code"]') $("$TANDEM" plan helloworld --json 2>/dev/null | json 'd["summary"]["error_code"]')"
expect_contains "status tells it of a run" "(TND0500)" "$("$TANDEM" status helloworld)"
expect "all at once" '["TND0500"]' "$("$TANDEM" sync --all --json 2>/dev/null | json '[s["error_code"] for s in d]')"
env -u HELLOWORLD_CLIENT_ID "$TANDEM" sync --all --json >"$scratch/all" 2>/dev/null
expect "what never began has it too" '[["TND0202", false]]' "$(json '[[s["error_code"], "TND" in s["error"]] for s in d]' <"$scratch/all")"
expect "the JSON of list has the error code" '["TND0202"]' "$(env -u HELLOWORLD_CLIENT_ID "$TANDEM" list --json | json '[i["error_code"] for i in d if i["name"] == "helloworld"]')"
expect_contains "the JSON of check has the error code" "(TND0202)" "$(env -u HELLOWORLD_CLIENT_ID "$TANDEM" check helloworld --json 2>&1)"
expect_contains "doctor shows the error code" "(TND0202)" "$(env -u HELLOWORLD_CLIENT_ID "$TANDEM" doctor)"
script 'local M = {} function M.build() http.get("https://elsewhere.example.com/") end return M'
says "a host that is not allowed" TND0405 "$TANDEM" sync helloworld
cp "$scratch/builder.lua" "$TANDEM_HOME/lua/integrations/helloworld/report_builder.lua"
control '{"latency_ms": 400}'
"$TANDEM" sync helloworld --quiet &
sleep 0.3
says "another run" TND0700 "$TANDEM" sync helloworld
wait $!
cp "$TANDEM_HOME/var/tandem.db" "$scratch/kept.db"
sqlite3 "$TANDEM_HOME/var/tandem.db" 'PRAGMA user_version = 999'
says "a store of a newer version" TND0605 "$TANDEM" status
printf 'no database at all, but long enough to be looked at %0500d' 1 >"$TANDEM_HOME/var/tandem.db"
rm -f "$TANDEM_HOME"/var/tandem.db-*
says "a damaged store" TND0603 "$TANDEM" status
cp "$scratch/kept.db" "$TANDEM_HOME/var/tandem.db"
expect_contains "a page by its number alone" "# TND0202: " "$("$TANDEM" help 0202)"
expect "what is no code is a command" "$("$TANDEM" sync --help)" "$("$TANDEM" help sync)"
refuse "a code that there is not" 2 "'TND0999'" "$TANDEM" help TND0999
