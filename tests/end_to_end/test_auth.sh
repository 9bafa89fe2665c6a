#!/usr/bin/env bash
# tandem auth: an operator authorizes an integration in a browser (here: curl), the tokens live on in
# the store and are refreshed, and when they are refused everybody is told what to do.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/crm.sh"

start_crm oauth2 SERVICE_URL
export SERVICE_SECRET='client/secret+of&tests'
new_home home
rm -rf "$TANDEM_HOME"/lua/integrations/* "$TANDEM_HOME"/config/integrations/*
mkdir "$TANDEM_HOME/lua/integrations/people"
cat >"$TANDEM_HOME/lua/integrations/people/integration.lua" <<'LUA'
return { name = "people", display_name = "People", version = "1.0.0", api = 1,
  objects = { { name = "person", internal = "contact" } } }
LUA
cat >"$TANDEM_HOME/lua/integrations/people/report_builder.lua" <<'LUA'
local M = {}
function M.build(request, report)
  if request.iteration > 1 then
    return
  end
  local response = http.get("/people")
  if response.status ~= 200 then
    error("the service answered " .. response.status, 0)
  end
  for _, person in ipairs(response:json()) do
    report:add_object { object = "person", id = person.id, changed_at = person.at,
      fields = { email = person.email, name = person.name } }
  end
end
return M
LUA
cat >"$TANDEM_HOME/lua/integrations/people/order_executioner.lua" <<'LUA'
local M = {}
function M.execute(order)
  for object in order:objects() do
    for change in order:changes(object) do
      order:update_last_sync_date(change)
    end
  end
end
return M
LUA
cat >"$TANDEM_HOME/lua/integrations/people/fields.lua" <<'LUA'
local M = {}
function M.list()
  return { { name = "email", label = "email", type = "email" }, { name = "name", label = "name", type = "string" } }
end
return M
LUA
cat >"$TANDEM_HOME/config/integrations/people.lua" <<'LUA'
return {
  enabled = true,
  base_url = env "SERVICE_URL" .. "/api",
  auth = {
    type = "oauth2_authorization_code",
    authorize_url = env "SERVICE_URL" .. "/authorize?tenant=t%201",
    token_url = env "SERVICE_URL" .. "/token",
    client_id = "tandem-test",
    client_secret = env "SERVICE_SECRET",
    scope = "people offline",
  },
  mapping = { person = { email = { "email", required = true }, name = "firstname" } },
}
LUA
config=$TANDEM_HOME/config/integrations/people.lua
said=$scratch/said # all that tandem ever said, for the end
: >"$said"
control() { curl -sS -X POST "$url/_control" -d "$1" >/dev/null; }
counts() { curl -sS "$url/_counts" | json "$1"; }
says() { # COMMAND...: remembers what it says, in $output and $code
  output=$("$@" 2>&1 </dev/null)
  code=$?
  printf '%s\n' "$output" >>"$said"
}

# begin OPTION...: tandem auth in the background; the address to open is in $address.
begin() {
  : >"$scratch/address" # or the last one would be read
  "$TANDEM" auth people -vv "$@" >"$scratch/address" 2>"$scratch/log" </dev/null &
  waiting=$!
  address=
  for _ in $(seq 500); do
    address=$(cat "$scratch/address")
    [ -z "$address" ] || break
    sleep 0.02
  done
}
# ended: how it ended, in $code and $log.
ended() {
  wait $waiting
  code=$?
  log=$(cat "$scratch/log")
  cat "$scratch/log" "$scratch/address" >>"$said"
}
browser() { curl -sS -L "$1"; } # follows the redirect to us
# authorize: from the beginning to the end.
authorize() {
  begin
  browser "$address" >"$scratch/page"
  ended
}

# ---- before ----
says "$TANDEM" sync people
expect "never authorized: the run has failed" 1 $code
expect_contains "an expired authorization names the command to run" "run 'tandem auth people'" "$output"
says "$TANDEM" status people
expect_contains "status says needs_reauth" "run 'tandem auth people'" "$output"
says "$TANDEM" list --json
expect "list says it, too" "needs_reauth True" "$(json '"%s %s" % (d[0]["state"], d[0]["needs_reauth"])' <<<"$output")"

# ---- mistakes ----
refuse "no such integration" 2 "did you mean 'people'" "$TANDEM" auth peple
refuse "a timeout that is none" 2 "--timeout" "$TANDEM" auth people --timeout soon
refuse "a port that is none" 2 "--port" "$TANDEM" auth people --port 65536
cp "$config" "$scratch/config"
sed -i 's/oauth2_authorization_code/oauth2_client_credentials/; /authorize_url/d' "$config"
refuse "another type" 2 "oauth2_authorization_code" "$TANDEM" auth people
cp "$scratch/config" "$config"
sed -i '/authorize_url/d' "$config"
refuse "no authorize_url" 2 "'authorize_url'" "$TANDEM" auth people
sed -i '/auth = {/,/^  },/d' "$config"
refuse "no auth at all" 2 "config/integrations/people.lua: there is no 'auth'" "$TANDEM" auth people
cp "$scratch/config" "$config"

# ---- refusals ----
begin --timeout 1
ended
expect "nobody comes: exit code 1" 1 $code
expect_contains "nobody comes back: the error says that" "the browser did not return in time" "$log"
control '{"deny": true}'
authorize
expect "denied: exit code 1" 1 $code
expect_contains "denied: the error names the reason" "the authorization was refused: access_denied" "$log"
expect_contains "denied: the browser shows it" "refused" "$(cat "$scratch/page")"
control '{"deny": false, "wrong_state": true}'
begin --timeout 2
page=$(browser "$address")
expect_contains "another state is sent away" "not the answer" "$page"
ended
expect "without a valid answer the exit code is 1" 1 $code
expect "no code was traded" 0 "$(counts 'd["authorization_code"] + d["refused"]')"
control '{"wrong_state": false}'
begin
redirect=$(python3 -c 'import sys, urllib.parse as u; print(dict(u.parse_qsl(u.urlsplit(sys.argv[1]).query))["redirect_uri"])' "$address")
state=$(python3 -c 'import sys, urllib.parse as u; print(dict(u.parse_qsl(u.urlsplit(sys.argv[1]).query))["state"])' "$address")
browser "$redirect?state=$state&code=guessed" >/dev/null
ended
expect "a code that is none: exit code 1" 1 $code
expect_contains "a code that is refused is an error" "the authorization code was refused" "$log"
begin
kill -INT $waiting
ended
expect "Ctrl-C ends it" 1 $code
expect_contains "a signal ends the wait with 'interrupted'" "interrupted" "$log"
says "$TANDEM" sync people
expect_contains "still not authorized" "run 'tandem auth people'" "$output"

# ---- authorized ----
authorize
expect "authorized" 0 $code
expect_contains "the command ends with 'is authorized'" "'people' is authorized" "$log"
expect_contains "the browser shows that it worked" "Tandem is authorized" "$(cat "$scratch/page")"
says "$TANDEM" sync people -vv
expect "a run" 0 $code
expect "has pulled" Kim "$(contact_field 1 firstname)"
says "$TANDEM" status people --json
expect "needs_reauth is gone" "false" "$(json 'd["needs_reauth"]' <<<"$output")"
control '{"expire": true}'
says "$TANDEM" sync people -vv
expect "refused once, refreshed, done" "0 1" "$code $(counts 'd["refresh_token"]')"
control '{"expire": true}'
says "$TANDEM" sync people -vv
expect "the rotated refresh token was kept" "0 2 0" "$code $(counts 'd["refresh_token"]') $(counts 'd["refused"] - 1')"
begin --port 18765 --timeout 1
expect_contains "a port of one's own" "redirect_uri=http%3A%2F%2F127.0.0.1%3A18765%2Fcallback" "$address"
ended
says "$TANDEM" sync people
expect "a failed authorization costs nothing" 0 $code

# ---- several processes, one refresh token that is good for one use ----
sed -i 's|^function M.list()|&\n  http.get("/people")|' "$TANDEM_HOME/lua/integrations/people/fields.lua"
refused=$(counts 'd["refused"]')
refreshed=$(counts 'd["refresh_token"]')
control '{"expire": true, "slow": 1}'
"$TANDEM" sync people -vv >"$scratch/one" 2>&1 &
one=$!
"$TANDEM" fields people --fresh -vv >"$scratch/two" 2>&1 &
two=$!
"$TANDEM" plan people -vv >"$scratch/three" 2>&1 &
three=$!
wait $one; one=$?
wait $two; two=$?
wait $three; three=$?
cat "$scratch/one" "$scratch/two" "$scratch/three" >>"$said"
control '{"slow": 0}'
expect "three at once: all go through" "0 0 0" "$one $two $three"
expect "one of them has asked, none was refused" "1 0" "$(($(counts 'd["refresh_token"]') - refreshed)) $(($(counts 'd["refused"]') - refused))"
says "$TANDEM" status people --json
expect "nobody has to authorize again" "false" "$(json 'd["needs_reauth"]' <<<"$output")"
control '{"expire": true}'
says "$TANDEM" sync people
expect "the refresh token that was kept is valid" 0 $code
control '{"expire": true, "slow": 20}'
"$TANDEM" fields people --fresh >/dev/null 2>&1 &
one=$!
sleep 1
"$TANDEM" sync people >/dev/null 2>"$scratch/log" &
two=$!
sleep 1
started=$SECONDS
kill -TERM $two
wait $two
expect "a process that waits for another's token can be interrupted" "1 yes" "$? $([ $((SECONDS - started)) -lt 5 ] && echo yes)"
kill -KILL $one
wait $one 2>/dev/null
control '{"slow": 0}'
# The one that was killed had used the token up and kept nothing: that can't be mended here.
authorize

# ---- the service takes it back ----
control '{"revoke": true}'
says "$TANDEM" sync people -vv
expect "revoked: the run has failed" 1 $code
expect_contains "revoked: it says what to do" "run 'tandem auth people'" "$output"
refused=$(counts 'd["refused"]')
says "$TANDEM" sync people
expect "a revoked token is not requested again" "1 $refused" "$code $(counts 'd["refused"]')"
says "$TANDEM" status
expect_contains "the overview says it" "run 'tandem auth people'" "$output"
says "$TANDEM" status people --json
expect "status says it" "true" "$(json 'd["needs_reauth"]' <<<"$output")"
says "$TANDEM" list
expect_contains "list says it" "needs_reauth" "$output"
says "$TANDEM" check people
expect_contains "check says it" "run 'tandem auth people'" "$output"
authorize
says "$TANDEM" sync people
expect "authorized again" 0 $code

# ---- another key, another process ----
says env TANDEM_KEY=another-key-than-before "$TANDEM" sync people
expect "sealed with another key: as if there were none" 1 $code
says "$TANDEM" sync people
expect "nothing was lost" 0 $code

# ---- secrets ----
curl -sS "$url/_secrets" | json '"\n".join(s for s in d if s)' >"$scratch/secrets"
echo "$SERVICE_SECRET" >>"$scratch/secrets"
expect "the test knows more than ten secrets" 1 "$(($(wc -l <"$scratch/secrets") > 10))"
expect "no secret was ever said" "" "$(grep -F -f "$scratch/secrets" "$said")"
expect "no secret is readable in the home" "" "$(grep -r -l -a -F -f "$scratch/secrets" "$TANDEM_HOME")"
