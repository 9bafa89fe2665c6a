#!/usr/bin/env bash
# tandem serve: schedule, edits, webhooks, the API and who may use it, kills.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/service.sh"

runs_done() { [ "$(ask "$api/runs?status=done" | json 'len(d["items"])')" -ge "$1" ]; }
counted() { [ "$(ask "$api/deliveries?status=$1" | json 'len(d["items"])')" -ge "$2" ]; }

start_server world
new_home service
take_webhooks
start_service
token=$("$TANDEM" token add test --scope admin)

# ---- the first run, edits here, edits there ----
until_true "an integration is synced by its schedule" runs_done 1
"$TANDEM" object add contact email=edit@example.com lastname=Edit >/dev/null
until_true "an edit by the command line goes out by itself" is_there email edit@example.com
sqlite3 -cmd '.timeout 5000' "$TANDEM_HOME/var/tandem.db" "update contact set lastname = 'Sql' where email = 'edit@example.com'"
until_true "an edit by plain SQL goes out by itself" is_there last_name Sql
# its log is written long before the disk has it and others can see it
printf '#include <unistd.h>\nint fsync(int);\nint fdatasync(int f) { usleep(400000); return fsync(f); }\n' >"$scratch/slow.c"
gcc -shared -fPIC -o "$scratch/slow.so" "$scratch/slow.c"
LD_PRELOAD=$scratch/slow.so sqlite3 -cmd '.timeout 5000' "$TANDEM_HOME/var/tandem.db" "update contact set lastname = 'Slow' where email = 'edit@example.com'"
until_true "an edit whose disk is slow goes out by itself" is_there last_name Slow
id=$(curl -sS -X POST "$url/_edit" -d '{"action": "create", "object": "citizen", "fields": {"email": "there@example.com", "last_name": "There"}}' |
  json '(d[0] if isinstance(d, list) else d)["id"]')
expect "a delivery is accepted" 200 "$(deliver "{\"events\": [{\"object\": \"citizen\", \"id\": $id}]}")"
until_true "what a delivery names is here" is_here email there@example.com
until_true "and the delivery is done" counted done 1

# ---- deliveries that are forged, doubled, huge, broken ----
expect "a forged delivery is refused" 401 "$(deliver '{"events": []}' wrong-secret)"
expect "one without a signature is refused" 401 "$(status_of -X POST "http://127.0.0.1:$hooks/hooks/helloworld" -d '{}')"
expect "one for nobody is refused" 404 "$(status_of -X POST "http://127.0.0.1:$hooks/hooks/nobody" -d '{}')"
expect "one that is not POSTed is refused" 405 "$(status_of "http://127.0.0.1:$hooks/hooks/helloworld")"
head -c 2000000 /dev/zero >"$scratch/huge"
expect "a huge one is refused" 413 "$(status_of -X POST "http://127.0.0.1:$hooks/hooks/helloworld" --data-binary "@$scratch/huge")"
expect "a broken one is accepted" 200 "$(deliver 'no JSON')"
until_true "and marked as failed" counted failed 1
expect "one that names nothing is accepted" 200 "$(deliver '{"events": []}')"
until_true "and marked as ignored" counted ignored 1
failed=$(ask "$api/deliveries?status=failed" | json 'd["items"][0]["id"]')
expect_contains "a failed delivery has its reason" "webhook_reader" "$(ask "$api/deliveries/$failed" | json 'd["message"]')"
expect "a delivery can be acted on again" 1 "$(ask -X POST "$api/deliveries/redeliver" -d "{\"ids\": [$failed]}" | json 'd["count"]')"

# ---- who may do what ----
expect "without a token there is nothing" 401 "$(status_of "$api/runs")"
expect "a wrong token is none" 401 "$(status_of -H 'Authorization: Bearer tnd_wrong' "$api/runs")"
expect "a foreign Host is refused" 421 "$(status_of -H 'Host: evil.example.com' "$api/runs")"
expect "anybody may ask whether it lives" 200 "$(status_of "http://127.0.0.1:$port/livez")"
link=$("$TANDEM" web --quiet)
code=${link##*login=}
curl -sS -c "$scratch/cookies" -o "$scratch/login" -H 'Content-Type: application/json' "$api/session" -d "{\"code\": \"$code\"}"
expect "a link logs in" admin "$(json 'd["role"]' <"$scratch/login")"
expect "with a cookie one may read" 200 "$(status_of -b "$scratch/cookies" "$api/runs")"
expect "a link counts once" 401 "$(status_of -H 'Content-Type: application/json' "$api/session" -d "{\"code\": \"$code\"}")"
post=(-X POST -b "$scratch/cookies" -H 'Content-Type: application/json' "$api/integrations/helloworld/pause" -d '{}')
expect "a cookie alone changes nothing" 403 "$(status_of "${post[@]}")"
expect "a page of somebody else changes nothing" 403 "$(status_of -H 'Sec-Fetch-Site: cross-site' "${post[@]}")"
expect "a page of ours does" 200 "$(status_of -H 'Sec-Fetch-Site: same-origin' "${post[@]}")"
ask -X POST "$api/integrations/helloworld/resume" -d '{}' >/dev/null
echo "a good password" | "$TANDEM" web --user kim --role viewer
expect "a password logs in" viewer "$(curl -sS -H 'Content-Type: application/json' "$api/session" -d '{"name": "kim", "password": "a good password"}' | json 'd["role"]')"
curl -sS -c "$scratch/kim" -o /dev/null -H 'Content-Type: application/json' "$api/session" -d '{"name": "kim", "password": "a good password"}'
expect "a person who logged in may read" 200 "$(status_of -b "$scratch/kim" "$api/runs")"
echo "a new password" | "$TANDEM" web --user kim --role viewer
expect "a new password ends the sessions of the old one" 401 "$(status_of -b "$scratch/kim" "$api/runs")"
expect_contains "the audit log tells who did it" "link" "$(ask "$api/audit" | json '[e["actor"] for e in d["items"] if e["action"] == "pause"]')"

# ---- ETags, events, metrics ----
etag=$(curl -sS -D - -o /dev/null -H "Authorization: Bearer $token" "$api/objects" | sed -n 's/^ETag: \(.*\)\r/\1/p')
expect "what is known is not sent again" 304 "$(status_of -H "Authorization: Bearer $token" -H "If-None-Match: $etag" "$api/objects")"
curl -sS -N -m 5 -H "Authorization: Bearer $token" "$api/events" >"$scratch/events" 2>/dev/null &
listener=$!
sleep 0.3
ask -X POST "$api/integrations/helloworld/sync" -d '{}' >/dev/null
until_true "events tell of a run" grep -q '^event: run' "$scratch/events"
kill $listener 2>/dev/null
wait $listener 2>/dev/null
last=$(sed -n 's/^id: //p' "$scratch/events" | head -1)
expect_contains "what was missed is told" "event: run" "$(curl -sS -N -m 1 -H "Authorization: Bearer $token" -H "Last-Event-ID: $last" "$api/events" 2>/dev/null)"
expect_contains "a listener that was away too long gets a reset event" "event: reset" "$(curl -sS -N -m 1 -H "Authorization: Bearer $token" -H 'Last-Event-ID: abc-1' "$api/events" 2>/dev/null)"
metrics=$(curl -sS -H "Authorization: Bearer $token" "http://127.0.0.1:$port/metrics")
expect_contains "metrics count runs" 'tandem_run_total{integration="helloworld",status="done"}' "$metrics"
expect_contains "metrics count requests by answer" 'tandem_http_requests_total{integration="helloworld",method="POST",code="200"}' "$metrics"
expect "the histogram of their durations holds all of them" yes "$(python3 -c '
import re, sys
value = lambda pattern: sum(int(n) for n in re.findall(pattern + r"\S* (\d+)", sys.stdin_text, re.M))
sys.stdin_text = sys.stdin.read()
sent = value(r"^tandem_http_requests_total\{")
print("yes" if 0 < sent == value(r"^tandem_http_request_duration_seconds_count") == value(r"^tandem_http_request_duration_seconds_bucket\{.*\+Inf") else "no")' <<<"$metrics")"
expect_lacks "and what scripts took" 'tandem_script_cpu_seconds_total{integration="helloworld"} 0.000' "$metrics"
expect_contains "metrics count records by side, object and outcome" 'tandem_records_total{integration="helloworld",side="integration",object="contact",outcome="created"} ' "$metrics"
expect_contains "metrics tell what the service took" "process_cpu_seconds_total" "$metrics"
expect_contains "metrics count deliveries" 'tandem_webhook_deliveries_total{integration="helloworld",result="refused"} 2' "$metrics"

# ---- reloading ----
cp "$TANDEM_HOME/config/integrations/helloworld.lua" "$scratch/good.lua"
echo 'return {' >"$TANDEM_HOME/config/integrations/helloworld.lua"
kill -HUP "$service"
until_true "a broken configuration is refused whole" bash -c "curl -sS -H 'Authorization: Bearer $token' $api/system | grep -q 'configuration_error\":\"config'"
cp "$scratch/good.lua" "$TANDEM_HOME/config/integrations/helloworld.lua"
kill -HUP "$service"
until_true "a mended one counts" bash -c "curl -sS -H 'Authorization: Bearer $token' $api/system | grep -q 'configuration_error\":null'"

# ---- daily limits ----
sed -i 's|^  mapping = {|  limits = { requests_per_day = 40 },\n&|' "$TANDEM_HOME/config/integrations/helloworld.lua"
kill -HUP "$service"
until_true "a daily limit is told" bash -c "curl -sS -H 'Authorization: Bearer $token' $api/system | grep -q '\"rates\":\[{\"name\":\"helloworld\"'"
ask -X POST "$api/integrations/helloworld/sync" -d '{}' >/dev/null
until_true "what is left of it, too" bash -c "curl -sS -H 'Authorization: Bearer $token' http://127.0.0.1:$port/metrics | grep -q 'tandem_rate_budget_remaining_ratio{integration=\"helloworld\",bucket=\"helloworld\"} 0'"
until_true "runs are put off so that it lasts until midnight" bash -c "curl -sS -H 'Authorization: Bearer $token' $api/integrations/helloworld |
  python3 -c 'import json, sys, datetime as d; n = json.load(sys.stdin)[\"next_run\"]; now = d.datetime.now(d.timezone.utc); left = (24 - now.hour) * 60 - now.minute; sys.exit((d.datetime.fromisoformat(n.replace(\"Z\", \"+00:00\")) - now).total_seconds() / 60 < min(11, left - 45))'"
cp "$scratch/good.lua" "$TANDEM_HOME/config/integrations/helloworld.lua"
kill -HUP "$service"

# ---- the description ----
if python3 -c 'import jsonschema, yaml' 2>/dev/null; then
  "$root/tests/api/walk" "http://127.0.0.1:$port" "$token" || failures=$((failures + 1))
  "$root/tests/api/fuzz" "http://127.0.0.1:$port" "$token" 400 || failures=$((failures + 1))
  expect "the service survives the walk and random requests" 200 "$(status_of "http://127.0.0.1:$port/readyz")"
fi

# ---- guesses ----
for _ in 1 2 3 4 5 6; do last=$(status_of -H 'Content-Type: application/json' "$api/session" -d '{"name": "kim", "password": "wrong"}'); done
expect "repeated guesses have to wait" 429 "$last"

# ---- killed ----
# whatever the fuzzer left paused goes on: a pause outlives the service
curl -s -o /dev/null -X POST -H "Authorization: Bearer $token" -H 'Content-Type: application/json' -d '{}' "$api/integrations/helloworld/resume"
"$TANDEM" object add contact email=killed@example.com lastname=Killed >/dev/null
kill -9 "$service"
wait "$service" 2>/dev/null
start_service
until_true "what waited when it was killed goes out" is_there email killed@example.com
started=$SECONDS
kill -TERM "$service"
wait "$service"
expect "SIGTERM ends it well" 0 $?
expect "within five seconds" yes "$([ $((SECONDS - started)) -le 5 ] && echo yes)"

# ---- the link of a service that listens everywhere ----
new_home everywhere
echo 'return { service = { listen = "0.0.0.0:8399" } }' >"$TANDEM_HOME/config/tandem.lua"
expect "it leads to the machine itself" "http://127.0.0.1:8399" "$("$TANDEM" web --quiet | sed 's|/#login=.*||')"
echo 'return { service = { listen = "127.0.0.1:8399" } }' >"$TANDEM_HOME/config/tandem.lua"
expect "one of an address leads to it" "http://127.0.0.1:8399" "$("$TANDEM" web --quiet | sed 's|/#login=.*||')"
