#!/usr/bin/env bash
# The first hour: init asks, connect leads to a first sync, doctor says what is wrong.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/service.sh"

start_server hello --seed 5 --auth oauth2
secret=$HELLOWORLD_CLIENT_SECRET
unset HELLOWORLD_URL HELLOWORLD_CLIENT_ID HELLOWORLD_CLIENT_SECRET
export TANDEM_HOME=$scratch/home

# ---- init ----
if has_terminals; then
  shown=$(TERMINAL_ANSWERS=$'\nnothing\nhelloworld\nservice' on_terminal 20 "$TANDEM" init)
  expect "init on a terminal asks three questions" 3 "$(grep -cE '^(Where|Which|How)' <<<"$(awk '!seen[substr($0, 1, 5)]++' <<<"$shown")")"
  expect_contains "init prints the next command" "tandem --home $TANDEM_HOME connect helloworld" "$shown"
  expect "init --yes asks none" "" "$(on_terminal 20 "$TANDEM" init --yes "$scratch/other" | grep '?')"
else
  skipped "questions" "this machine gives no pseudo-terminals"
  "$TANDEM" init --quiet
fi
expect "init makes the home" yes "$([ -s "$TANDEM_HOME/var/tandem.db" ] && echo yes)"

"$TANDEM" init --quiet --no-sample "$scratch/bare"
"$TANDEM" init --quiet "$scratch/bare"
expect "without the sample nothing waits for credentials" "no integration is configured no" "$("$TANDEM" --home "$scratch/bare" doctor --json | json '", ".join(f["found"] for f in d)') $([ -e "$scratch/bare/config/integrations/helloworld.lua" ] && echo yes || echo no)"

# ---- connect ----
refuse "no such system" 2 "there is no integration 'nothing'" "$TANDEM" connect nothing
refuse "no such step" 2 "'eat', which is not a step" "$TANDEM" connect helloworld --only eat
"$TANDEM" connect helloworld --yes >"$scratch/said" 2>"$scratch/stderr"
expect "credentials that are missing end it" 2 $?
expect_contains "missing credentials are named" "'HELLOWORLD_CLIENT_ID' is not set" "$(cat "$scratch/stderr")"
rm "$TANDEM_HOME/config/integrations/helloworld.lua"
sed -E '/first_name|^      phone/d' "$root/config/integrations/helloworld.lua" >"$TANDEM_HOME/config/integrations/helloworld.lua.example"
connect() { # ANSWERS...: on a terminal, else with what is in config/environment
  TERMINAL_ANSWERS=$(printf '%s\n' "$@") on_terminal 60 "$TANDEM" connect helloworld
}
if has_terminals; then
  for system in hubspot pipedrive; do
    TERMINAL_ANSWERS=$'\ntyped\ntyped' on_terminal 20 "$TANDEM" --home "$scratch/bare" connect "$system" --only address --only credentials
  done >"$scratch/said"
  expect "an address that is no example is offered" "[https://api.hubapi.com]" "$(grep -o '\[.*\]' "$scratch/said" | head -n 2)"
  shown=$(connect "$url" hello wrong yes '' '' "$secret" yes no)
  expect_contains "what was mistyped is typed again" "type the address and the credentials again" "$shown"
  expect "fields that fit are added if somebody says so" "companyphone|firstname|phone" "$(sed -n 's/^      \(first_name\|phone\) = "\(.*\)",/\2/p' "$TANDEM_HOME/config/integrations/helloworld.lua" | sort -u | paste -sd '|')"
else
  printf 'HELLOWORLD_URL=%s\nHELLOWORLD_CLIENT_ID=hello\nHELLOWORLD_CLIENT_SECRET="%s"\n' "$url" "$secret" >"$TANDEM_HOME/config/environment"
  chmod 600 "$TANDEM_HOME/config/environment"
  shown=$("$TANDEM" connect helloworld --yes)
fi
expect "the configuration is made from its example" yes "$([ -s "$TANDEM_HOME/config/integrations/helloworld.lua" ] && echo yes)"
expect "answers are the operator's alone" 600 "$(stat -c %a "$TANDEM_HOME/config/environment")"
expect_lacks "what is typed is not shown" "$secret" "$shown"
expect "no secret stands in the configuration" "" "$(grep -r "$secret" "$TANDEM_HOME/config/integrations")"
expect_contains "a field is suggested, with a value" "citizen.first_name firstname Grace" "$(tr -s ' ' <<<"$shown")"
expect "looking at records leaves no run" 0 "$(sqlite3 "$TANDEM_HOME/var/tandem.db" 'select count(*) from run')"
expect_contains "the match is shown" "created here" "$shown"
expect_contains "connect shows the plan" "create" "$shown"
expect "nothing was synced without a yes" 0 "$("$TANDEM" object list contact --json | json 'len(d)')"
expect "what is known is not asked again" 0 "$("$TANDEM" connect helloworld --yes --skip match --skip plan >"$scratch/said"; echo $?)"
expect_contains "connect says where a known value comes from" "HELLOWORLD_CLIENT_SECRET is set by config/environment" "$(cat "$scratch/said")"
sed -i '/first_name/d' "$TANDEM_HOME/config/integrations/helloworld.lua"
expect "programs get the same suggestions" "first_name firstname True" "$("$TANDEM" fields helloworld citizen --suggest --json | json '" ".join(map(str, next((f["name"], f["suggestion"], len(f["samples"]) > 0) for f in d if f["suggestion"])))')"
expect_contains "and people, too, with a value" "firstname" "$("$TANDEM" fields helloworld citizen --suggest | grep first_name)"
proposed=$TANDEM_HOME/config/integrations/helloworld.lua.proposed
"$TANDEM" connect helloworld --yes --only mapping >/dev/null
expect "with nobody to ask it is a proposal" "first_name = \"firstname\"," "$(diff "$TANDEM_HOME/config/integrations/helloworld.lua" "$proposed" | sed -n 's/^> *//p' | sort -u)"
expect_contains "a proposal that exists stays as it is" "exists already" "$(echo '-- mine' >>"$proposed"; "$TANDEM" connect helloworld --yes --only mapping)"
mv "$proposed" "$TANDEM_HOME/config/integrations/helloworld.lua"
"$TANDEM" connect helloworld --only sync >/dev/null 2>&1
expect "a step that is named is taken" 5 "$("$TANDEM" object list contact --json | json 'sum(1 for c in d)')"
expect "the environment comes before the file" 1 "$(HELLOWORLD_URL=http://127.0.0.1:1 "$TANDEM" sync helloworld --quiet >/dev/null 2>&1; echo $?)"
chmod 644 "$TANDEM_HOME/config/environment"
refuse "a file that others can read is refused" 2 "others can read the credentials" "$TANDEM" sync helloworld
chmod 600 "$TANDEM_HOME/config/environment"
printf 'A B\n' >>"$TANDEM_HOME/config/environment"
refuse "a line that is none is named" 2 "config/environment:4: must be NAME=value" "$TANDEM" sync helloworld
sed -i '$d' "$TANDEM_HOME/config/environment"

start_service
token=$("$TANDEM" token add me --scope admin)
mapped=$api/integrations/helloworld/mapping
objects=$(ask "$mapped" | json '{"objects": d["objects"]}')
expect "a proposal knows the variables of config/environment" "[]" "$(ask -X PUT -d "$objects" "$mapped/proposal" | json 'd["problems"]')"
ask -X DELETE "$mapped/proposal"
kill "$service" && wait "$service"

"$TANDEM" sync helloworld --quiet

# ---- doctor ----
"$TANDEM" doctor >"$scratch/said"
expect "doctor of a sound home" 0 $?
expect "every part is named" 6 "$(grep -c ': fine' "$scratch/said")"
finds() { # NAME PART-OF-WHAT-IS-FOUND
  "$TANDEM" doctor --json >"$scratch/found"
  expect "doctor ends with 4: $1" 4 $?
  expect_contains "doctor finds $1" "$2" "$(json '[f["found"] for f in d]' <"$scratch/found")"
  expect "doctor gives advice when it finds $1" "" "$(json '[f for f in d if not f["advice"]]' <"$scratch/found" | tr -d '[]')"
}
chmod 644 "$TANDEM_HOME/var/tandem.db"
finds "an open store" "other users can open 1 files"
chmod 600 "$TANDEM_HOME/var/tandem.db"
echo "-- of an earlier version" >>"$TANDEM_HOME/lua/lib/names.lua"
finds "an older library" "1 shared files in lua/"
cp "$root/lua/lib/names.lua" "$TANDEM_HOME/lua/lib/names.lua"
cp "$TANDEM_HOME/config/tandem.lua" "$scratch/kept.lua"
echo 'return { judge = 7 }' >"$TANDEM_HOME/config/tandem.lua"
finds "a mistake in tandem.lua" "config/tandem.lua:1: judge"
expect_contains "parts that could not be checked are not reported as fine" "runs: not checked" "$("$TANDEM" doctor)"
cp "$scratch/kept.lua" "$TANDEM_HOME/config/tandem.lua"
active=$TANDEM_HOME/config/integrations/helloworld.lua
builder=$TANDEM_HOME/lua/integrations/helloworld/report_builder.lua
cp "$active" "$scratch/active.lua" && cp "$builder" "$scratch/builder.lua"
echo 'local x = = 1' >>"$builder"
finds "a mistake in a script" "report_builder.lua:"
cp "$scratch/builder.lua" "$builder"
HELLOWORLD_URL=htp:/nothing finds "an address that is none" "is neither http nor https"
sed 's/enabled = true/enabled = true, overlap_second = 3/' "$scratch/active.lua" >"$active"
finds "a key that is nearly one" "did you mean 'overlap_seconds'"
head -c 100 /dev/urandom >"$TANDEM_HOME/authority.pem"
sed 's/enabled = true/enabled = true, ca_file = "authority.pem"/' "$scratch/active.lua" >"$active"
finds "certificates that are none" "holds no certificate"
sed 's/enabled = true/enabled = false/' "$scratch/active.lua" >"$active"
finds "that no integration is enabled" "every integration is disabled"
cp "$scratch/active.lua" "$active"
cp "$root/config/integrations/espocrm.lua.example" "$TANDEM_HOME/config/integrations/espocrm.lua"
finds "a variable that is not set" "ESPOCRM_API_KEY"
ESPOCRM_API_KEY=x finds "the address of the example" "still that of the example"
rm "$TANDEM_HOME/config/integrations/espocrm.lua"
mv "$TANDEM_HOME/lua/integrations/helloworld" "$scratch/scripts"
finds "scripts that are missing" "its scripts are missing"
mv "$scratch/scripts" "$TANDEM_HOME/lua/integrations/helloworld"
HELLOWORLD_URL=http://127.0.0.1:1 "$TANDEM" sync helloworld --quiet 2>/dev/null
finds "a run that failed" "the last run of 'helloworld' failed"
"$TANDEM" sync helloworld --quiet
TANDEM_NOW=2030-01-01T00:00:00Z finds "an integration that nothing syncs" "has not been synced for"
sqlite3 "$TANDEM_HOME/var/tandem.db" 'DROP TRIGGER contact_updated'
finds "a store that lacks something" "edits are not tracked"
mv "$TANDEM_HOME/var/tandem.db" "$scratch/kept.db"
finds "a store that is not there" "tandem.db"
refuse "no home" 2 "cannot open the home" "$TANDEM" --home "$scratch/none" doctor
