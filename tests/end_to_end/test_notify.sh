#!/usr/bin/env bash
# tandem notify: what waits for people is sent on, nothing twice, nothing lost.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/service.sh"

new_home notify
export NOTIFY_SECRET=whsec_$(printf 'a secret of twenty-four b' | base64)
echo 200 >"$scratch/mode"
: >"$scratch/received"
: >"$scratch/mails"
start_receiver() { # PORT
  python3 "$root/tests/support/receiver.py" "$1" "$scratch/received" "$scratch/mode" >"$scratch/receiver.out" 2>/dev/null &
  receiver=$!
  servers+=("$receiver")
  for _ in $(seq 250); do
    [ ! -s "$scratch/receiver.out" ] || break
    sleep 0.02
  done
  receiver_port=$(cat "$scratch/receiver.out")
}
# received EXPRESSION: of the requests so far, called d; each has id, body (JSON), headers.
received() {
  python3 -c '
import json, sys
d = [json.loads(line) for line in open(sys.argv[1])]
for r in d: r.update(id=r["headers"]["webhook-id"], text=r["body"], body=json.loads(r["body"]))
print(eval(sys.argv[2]))' "$scratch/received" "$1"
}
configure() { # LINES
  printf 'return {\n  notify = { link = "https://tandem.example.com", every = "1s",\n%s },\n}\n' "$1" >"$TANDEM_HOME/config/tandem.lua"
}
# hold FIELD NUMBER...: a field of contacts that nobody won, as a run leaves it.
hold() {
  local field=$1
  shift
  for number in "$@"; do
    sqlite3 -cmd ".timeout 5000" "$TANDEM_HOME/var/tandem.db" "insert into open_matter(integration, reason, object, object_id, record, record_id, field, first_at, last_at)
      select i.id, 4, o.id, $number, n.id, '$number', f.id, 1000 * $number, 1000 * $number from integration i, object o, integration_object n, field f
      where i.name = 'helloworld' and o.name = 'contact' and n.name = 'citizen' and n.integration = i.id and f.name = '$field' and f.object = o.id"
  done
}

start_server world
"$TANDEM" sync helloworld --quiet
refuse "without a configuration it says what is missing" 2 "notify = { command" "$TANDEM" notify

# ---- a webhook ----
start_receiver 0
configure "    url = \"http://127.0.0.1:$receiver_port/here\", secret = env \"NOTIFY_SECRET\""
expect "nothing waits" "0 messages sent" "$("$TANDEM" notify)"
hold firstname 1 2 3 4 5 6 7
hold lastname 8
expect_contains "a preview tells what would be sent" "8 new, 8 in all: two values without a winner" "$("$TANDEM" notify --dry-run)"
expect "a preview sends nothing" 0 "$(received 'len(d)')"
expect "what waits is sent in one message" "1 message sent" "$("$TANDEM" notify)"
expect "with its numbers" "8 8" "$(received '"%d %d" % (d[0]["body"]["data"]["new"], d[0]["body"]["data"]["waiting"])')"
expect "the newest as examples" "['8', '7', '6', '5', '4']" "$(received '[e["id"] for e in d[0]["body"]["data"]["items"][0]["newest"]]')"
expect "a link" "https://tandem.example.com/#/open?integration=helloworld&reason=held" "$(received 'd[0]["body"]["data"]["items"][0]["url"]')"
expect "signed as Standard Webhooks has it" True "$(received '(lambda r: "v1," + __import__("base64").b64encode(__import__("hmac").digest(b"a secret of twenty-four b", (r["id"] + "." + r["headers"]["webhook-timestamp"] + "." + r["text"]).encode(), "sha256")).decode() == r["headers"]["webhook-signature"])(d[0])')"
expect "nothing is told twice" "0 messages sent" "$("$TANDEM" notify)"
hold lastname 9
"$TANDEM" notify --quiet
expect "what is new is told alone" "1 9" "$(received '"%d %d" % (d[1]["body"]["data"]["new"], d[1]["body"]["data"]["waiting"])')"
sqlite3 -cmd ".timeout 5000" "$TANDEM_HOME/var/tandem.db" "delete from open_matter where object_id = 9"
"$TANDEM" notify --quiet
hold lastname 9
"$TANDEM" notify --quiet
expect "what was settled and came back is told again" "3 1" "$(received '"%d %d" % (len(d), d[2]["body"]["data"]["new"])')"

# ---- a receiver that fails, hangs, is down ----
echo 500 >"$scratch/mode"
hold lastname 10
refuse "a receiver that fails is told" 1 "the receiver answered 500" "$TANDEM" notify --quiet
hold lastname 11
echo 200 >"$scratch/mode"
expect "what it did not take goes out before what came up since" "2 messages sent" "$("$TANDEM" notify)"
expect "under the same key" True "$(received 'd[3]["id"] == d[4]["id"] and d[3]["text"] == d[4]["text"] and d[5]["id"] != d[4]["id"]')"
echo hang >"$scratch/mode"
hold lastname 12
"$TANDEM" notify --quiet 2>/dev/null &
notifying=$!
until_true "a message has arrived and is not booked" bash -c "[ \$(wc -l <'$scratch/received') -eq 7 ]"
kill -9 $notifying
wait $notifying 2>/dev/null
echo 200 >"$scratch/mode"
"$TANDEM" notify --quiet
expect "killed between sending and booking, it is the same message again" True "$(received 'len(d) == 8 and d[6]["id"] == d[7]["id"]')"
"$TANDEM" notify --quiet
expect "after the repeated message no more are sent" 8 "$(received 'len(d)')"
kill "$receiver"
wait "$receiver" 2>/dev/null
hold lastname 13
refuse "a receiver that is down is told" 1 "the message is kept and sent again" "$TANDEM" notify --quiet
start_receiver "$receiver_port"

# ---- a command, beside it ----
configure "    url = \"http://127.0.0.1:$receiver_port/here\", secret = env \"NOTIFY_SECRET\", command = \"cat >>'$scratch/mails'; exit \$(cat '$scratch/end')\""
echo 1 >"$scratch/end"
refuse "a command that fails is told" 1 "'notify.command' failed" "$TANDEM" notify --quiet
expect "a failing command does not hold up the webhook" 9 "$(received 'len(d)')"
echo 0 >"$scratch/end"
"$TANDEM" notify --quiet
expect "a failed mail is sent again under the same id" 1 "$(grep '^Message-ID' "$scratch/mails" | sort -u | wc -l)"
expect "with a subject" 2 "$(grep -c '^Subject: Tandem: 13 new matters wait' "$scratch/mails")"

# ---- by the service ----
configure "    url = \"http://127.0.0.1:$receiver_port/here\", secret = env \"NOTIFY_SECRET\""
start_service
hold lastname 14
until_true "the service sends by itself" bash -c "[ \$(wc -l <'$scratch/received') -eq 10 ]"
expect "the API shows the channels of notifications" 0 "$(token=$("$TANDEM" token add me --scope read) && curl -sS -H "Authorization: Bearer $token" "$api/system" | json 'd["notifications"]["waiting"]')"
kill "$service"
wait "$service" 2>/dev/null
for _ in 1 2; do HELLOWORLD_URL=http://127.0.0.1:1 "$TANDEM" sync helloworld --quiet 2>/dev/null; done
"$TANDEM" notify --quiet
expect "an integration that fails again and again is told" failing "$(received 'd[-1]["body"]["data"]["items"][0]["reason"]')"
