#!/usr/bin/env bash
# A third party that misbehaves: no success is reported that did not happen, nothing is lost or doubled.
. "$(dirname "$0")/lib.sh"

new_home home
start_server hello --seed 20 --auth oauth2 --field-timestamps
cat >>"$TANDEM_HOME/config/integrations/helloworld.lua" <<'LUA'
LUA
moved='[d["pull"]["created"], d["pull"]["updated"], d["push"]["created"], d["push"]["updated"]]'
"$TANDEM" sync helloworld --quiet
expect "a first run" 0 $?

# ---- pulls ----
for fault in fail_next drop_next html_next broken_json_next; do
  control "{\"$fault\": {\"count\": 99, \"method\": \"GET\", \"path\": \"/api/citizen\", \"status\": 404}}"
  sync_json helloworld
  expect "$fault: the run has failed" "1 failed" "$code $(of_summary 'd["status"]')"
  expect "$fault: one sentence says why" 1 "$(wc -l <"$scratch/stderr")"
  expect "$fault: nothing was pushed" 0 "$(of_summary 'd["push"]["iterations"]')"
  control "{\"$fault\": 0}"
done
control '{"fail_next": {"count": 1, "status": 503, "retry_after": 1}}'
sync_json helloworld
expect "a 503 that passes is retried" "0 1" "$code $(of_summary 'd["http"]["retries"]')"
control '{"expire_tokens": true}'
sync_json helloworld
expect "an expired token is renewed" 0 "$code"

# ---- pushes ----
"$TANDEM" object add contact email=busy@example.com firstname=Busy >/dev/null
control '{"busy": ["citizen:0"]}'
sync_json helloworld
expect "what is busy there is retried with the next run" 1 "$(of_summary 'd["push"]["retried"]')"
control '{"busy": []}'
sync_json helloworld
expect "a record that was busy is created in the next run" "[0, 0, 1, 0]" "$(of_summary "$moved")"
"$TANDEM" object add contact email=lost@example.com firstname=Lost >/dev/null
control '{"drop_answer_next": {"count": 1, "method": "POST", "path": "/api/citizen"}}'
sync_json helloworld
"$TANDEM" sync helloworld --quiet
expect "a lost answer doubles nobody" 1 \
  "$(state 'sum(c["fields"]["email"] == "lost@example.com" for c in d["citizen"])')"
edit '{"action": "delete", "object": "citizen", "id": "7"}'
gone=$(contact_with email citizen7@hello.world)
"$TANDEM" object set contact "$gone" phone=gone
sync_json helloworld
expect "what is gone there is marked deleted" 1 "$(of_summary 'd["push"]["deleted"]')"
"$TANDEM" object set contact "$gone" phone=gone2
before=$(writes)
sync_json helloworld
expect "a record that is gone there is not pushed again" "0 $before" "$code $(writes)"

# ---- the server is not there, credentials are wrong ----
kill "$server"; wait "$server" 2>/dev/null
sync_json helloworld
expect "no server: exit code 1" 1 "$code"
expect_contains "an unreachable server is named" "127.0.0.1" "$(cat "$scratch/stderr")"
start_server again --seed 1 --auth oauth2
HELLOWORLD_CLIENT_SECRET=wrong-secret-text "$TANDEM" sync helloworld -vv >"$scratch/stdout" 2>"$scratch/log"
expect "wrong credentials: exit code 1" 1 $?
expect "no secret in output or log" 0 "$(cat "$scratch/stdout" "$scratch/log" | grep -c wrong-secret-text)"
"$TANDEM" sync helloworld --quiet
HELLOWORLD_CLIENT_SECRET=wrong-secret-text "$TANDEM" check helloworld >/dev/null 2>&1
expect "check finds a wrong secret, though there is a token still" 2 $?
"$TANDEM" sync helloworld --quiet 2>/dev/null
expect "a wrong secret does not remove the kept token" 0 $?
