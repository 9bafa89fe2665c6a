#!/usr/bin/env bash
# Tests of the hello.world server, by curl: test_hello_world.sh PATH-OF-HELLO_WORLD
# Ends with "N passed, N failed".
set -uo pipefail

program=${1:?usage: test_hello_world.sh PATH-OF-HELLO_WORLD}
scratch=$(mktemp -d)
server=
passed=0
failed=0

stop() {
    [ -z "$server" ] || { kill "$server" && wait "$server"; } 2>/dev/null
    server=
}
trap 'stop; rm -rf "$scratch"' EXIT

# start OPTION...: a server of its own; its address is in $base.
start() {
    stop
    : >"$scratch/out"
    "$program" --port 0 "$@" >"$scratch/out" 2>"$scratch/err" &
    server=$!
    for _ in $(seq 200); do
        base=$(sed -n 's/^listening on //p' "$scratch/out")
        [ -z "$base" ] || return 0
        sleep 0.02
    done
    echo "the server did not start: $(cat "$scratch/err")"
    exit 1
}

# expect NAME EXPECTED ACTUAL
expect() {
    if [ "$2" = "$3" ]; then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
        printf 'FAILED %s\n  expected: %s\n  actual:   %s\n' "$1" "$2" "$3"
    fi
}

get() { curl -sS -g "$base$1"; }
post() { curl -sS "$base$1" -H 'Content-Type: application/json' "${@:3}" -d "$2"; }
status() { curl -s -o /dev/null -w '%{http_code}' "$@"; }
# pick EXPRESSION: a Python expression over `d`, the JSON on standard input.
pick() {
    python3 -c 'import json,sys
d = json.load(sys.stdin)
value = eval(sys.argv[1])
print(value if isinstance(value, str) else json.dumps(value, separators=(",", ":")))' "$1"
}

# ---- Reading ----
start --seed 500 --log "$scratch/log"
expect "a page has 200 objects" 200 "$(get /api/citizen | pick 'len(d)')"
expect "the last page has the rest" 100 "$(get '/api/citizen?page=3' | pick 'len(d)')"
expect "beyond the last page there is nothing" '[]' "$(get '/api/citizen?page=4')"
expect "pages follow each other" '[201,400]' \
    "$(get '/api/citizen?page=2' | pick '[d[0]["id"], d[-1]["id"]]')"
expect "worlds are a tenth" 50 "$(get /api/world | pick 'len(d)')"
expect "ids choose objects" '[1,3]' "$(get '/api/citizen?ids=3,1,99999' | pick '[i["id"] for i in d]')"
window='createdOrModifiedSince=2020-01-01T00:01:00Z&createdOrModifiedBefore=2020-01-01T00:05:00Z'
expect "since is inclusive, before exclusive, modified ones count by their modification" '[1,2,4]' \
    "$(get "/api/citizen?$window" | pick '[i["id"] for i in d]')"
expect "blanks and offsets in instants" '[1]' \
    "$(get '/api/citizen?createdOrModifiedSince=2020-01-01%2001:01:00%2B01:00&createdOrModifiedBefore=2020-01-01T00:02' |
        pick '[i["id"] for i in d]')"
expect "a wrong instant is refused" 400 "$(status "$base/api/citizen?createdOrModifiedSince=yesterday")"
expect "page 0 is refused" 400 "$(status "$base/api/citizen?page=0")"
expect "never modified has no such member" 'false' \
    "$(get '/api/citizen?ids=1' | pick '"last_modified_timestamp" in d[0]')"
expect "fields have types" boolean \
    "$(get /api/fields/citizen | pick '[f["data_type"] for f in d if f["name"] == "opt_in"][0]')"
expect "unknown objects" 404 "$(status "$base/api/robot")"
expect "unknown methods" 405 "$(status -X DELETE "$base/api/citizen")"

# ---- Writing ----
answers=$(post /api/citizen '[
  {"fields": {"email": "new@hello.world", "opt_in": true}, "metadata": {"mapped_id": "7", "deep": [1, null]}},
  {"id": 1, "fields": {"home_planet": "Pluto"}, "metadata": 2},
  {"id": "2", "fields": {"email": "not an address"}},
  {"fields": {"first_name": "No address"}},
  {"id": 99999, "fields": {"home_planet": "Pluto"}},
  {"id": "007", "fields": {}},
  {"id": 4, "fields": {"opt_in": 1}},
  {"id": 5, "fields": {"wings": 2}}]')
expect "codes of a batch" '[201,200,400,400,404,404,400,400]' "$(pick '[a["code"] for a in d]' <<<"$answers")"
expect "metadata comes back" '[{"mapped_id":"7","deep":[1,null]},2]' \
    "$(pick '[d[0]["metadata"], d[1]["metadata"]]' <<<"$answers")"
expect "a created one has an id" 501 "$(pick 'd[0]["id"]' <<<"$answers")"
expect "an update changes what it names" '["Pluto","citizen1@hello.world"]' \
    "$(get '/api/citizen?ids=1' | pick '[d[0]["fields"]["home_planet"], d[0]["fields"]["email"]]')"
expect "a message says what is wrong" "'email' is not a valid e-mail address" \
    "$(pick 'd[2]["message"]' <<<"$answers")"
many=$(python3 -c 'import json; print(json.dumps([{"fields": {}}] * 101))')
expect "101 items are too many" 413 "$(status "$base/api/citizen" -d "$many")"
expect "a body that is no list" 400 "$(status "$base/api/citizen" -d '{}')"
expect "writes are logged" '["POST","/api/citizen",{},8,200]' \
    "$(grep POST "$scratch/log" | head -1 | pick '[d["method"], d["path"], d["query"], d["items"], d["status"]]')"
expect "reads are logged with their query" '{"page":"3"}' \
    "$(grep '"3"' "$scratch/log" | head -1 | pick 'd["query"]')"

# ---- Doing it once ----
item='[{"fields": {"email": "once@hello.world"}, "idempotency_key": "k1", "metadata": 1}]'
first=$(post /api/citizen "$item" | pick 'd[0]["id"]')
expect "an item's key creates once" "$first" "$(post /api/citizen "$item" | pick 'd[0]["id"]')"
batch='[{"fields": {"email": "batch@hello.world"}}]'
first=$(post /api/citizen "$batch" -H 'Idempotency-Key: b1')
expect "a batch's key gives the same answer" "$first" "$(post /api/citizen "$batch" -H 'Idempotency-Key: b1')"
expect "and says so" 'Idempotent-Replayed: true' \
    "$(curl -s -D - -o /dev/null "$base/api/citizen" -H 'Idempotency-Key: b1' -d "$batch" |
        grep -i replayed | tr -d '\r')"

# ---- Edits of its users ----
post /_edit '[{"action": "set", "object": "citizen", "id": 7, "fields": {"phone": "1"}, "at": "2030-01-01T00:00:00.500Z"},
  {"action": "create", "object": "tourist", "fields": {"email": "t@hello.world", "first_name": "Tim"}, "at": "2030-01-02"},
  {"action": "delete", "object": "citizen", "id": 8},
  {"action": "convert", "object": "tourist", "id": 1, "to": "citizen", "at": "2030-01-03"}]' >/dev/null
expect "an edit has its instant" '2030-01-01T00:00:00.500Z' \
    "$(get '/api/citizen?ids=7' | pick 'd[0]["last_modified_timestamp"]')"
expect "a deleted one is gone" '[]' "$(get '/api/citizen?ids=8')"
expect "and not there to write to" 404 \
    "$(post /api/citizen '[{"id": 8, "fields": {"phone": "1"}}]' | pick 'd[0]["code"]')"
expect "deletions are listed" '["citizen",8]' "$(get /api/deleted | pick '[d[0]["object"], d[0]["id"]]')"
expect "a converted tourist is gone" '[]' "$(get /api/tourist)"
new_id=$(get '/api/converted?since=2030-01-03T00:00:00Z' | pick 'd[0]["new_id"]')
expect "and became a citizen" '["Tim","2030-01-03T00:00:00Z"]' \
    "$(get "/api/citizen?ids=$new_id" | pick '[d[0]["fields"]["first_name"], d[0]["created_timestamp"]]')"
expect "conversions have their window" '[]' "$(get '/api/converted?since=2030-01-03T00:00:01Z')"
expect "a wrong edit says so" 400 "$(status "$base/_edit" -d '{"object": "citizen", "id": 99999}')"

# ---- Switches ----
post /_control '{"field_timestamps": true, "now": "2031-01-01T00:00:00Z", "page_size": 3}' >/dev/null
post /api/citizen '[{"id": 7, "fields": {"phone": "2", "email": "citizen7@hello.world"}}]' >/dev/null
expect "a field's instant moves with its value only" \
    '["2031-01-01T00:00:00Z","2020-01-01T00:07:00Z","2031-01-01T00:00:00Z"]' \
    "$(get '/api/citizen?ids=7' | pick '[d[0]["field_timestamps"]["phone"], d[0]["field_timestamps"]["email"],
        d[0]["last_modified_timestamp"]]')"
expect "the size of pages" 3 "$(get /api/citizen | pick 'len(d)')"
post /_control '{"fail_next": {"count": 2, "status": 429, "retry_after": 7, "after": 1}}' >/dev/null
expect "a failure after one, twice" '200 429 429 200' \
    "$(for _ in 1 2 3 4; do status "$base/api/world"; echo -n ' '; done | sed 's/ $//')"
post /_control '{"fail_next": {"status": 503, "retry_after": 7, "method": "POST"}}' >/dev/null
expect "a failure of a method" '200' "$(status "$base/api/world")"
expect "Retry-After" 'Retry-After: 7' \
    "$(curl -s -D - -o /dev/null "$base/api/citizen" -d '[]' | grep -i retry | tr -d '\r')"
post /_control '{"drop_next": 1}' >/dev/null
expect "a dropped connection" 52 "$(curl -s "$base/api/world" >/dev/null; echo $?)"
post /_control '{"truncate_next": 1}' >/dev/null
expect "a connection that breaks in the middle" 18 "$(curl -s "$base/api/world" >/dev/null; echo $?)"
post /_control '{"broken_json_next": 1}' >/dev/null
expect "half a document" '[{"id":1' "$(get /api/world | head -c 8)"
post /_control '{"broken_json_next": 1}' >/dev/null
expect "is not JSON" 1 "$(get /api/world | python3 -m json.tool >/dev/null 2>&1; echo $?)"
post /_control '{"html_next": 1}' >/dev/null
expect "HTML instead of JSON" '502 text/html; charset=utf-8' \
    "$(curl -s -o /dev/null -w '%{http_code} %{content_type}' "$base/api/world")"
post /_control '{"drop_answer_next": {"count": 1, "method": "POST"}}' >/dev/null
lost='[{"fields": {"email": "lost@hello.world"}, "idempotency_key": "lost"}]'
expect "an answer that is lost" 52 "$(post /api/citizen "$lost" >/dev/null 2>&1; echo $?)"
expect "after the work was done" 1 \
    "$(get /_state | pick 'len([c for c in d["citizen"] if c["fields"]["email"] == "lost@hello.world"])')"
post /_control '{"busy": ["citizen:1", "world"]}' >/dev/null
expect "busy objects" '[503,200]' \
    "$(post /api/citizen '[{"id": 1, "fields": {}}, {"id": 2, "fields": {}}]' | pick '[a["code"] for a in d]')"
expect "busy kinds" '[503]' "$(post /api/world '[{"fields": {"name": "X"}}]' | pick '[a["code"] for a in d]')"
expect "unknown switches are refused" 400 "$(status "$base/_control" -d '{"explode": true}')"
post /_reset '{"seed": 10}' >/dev/null
expect "a reset" '[10,1,0]' \
    "$(get /_state | pick '[len(d["citizen"]), len(d["world"]), d["requests"]["writes"]]')"
post /_control '{"latency_ms": 300}' >/dev/null
expect "latency" True "$(curl -s -o /dev/null -w '%{time_total}' "$base/api/world" |
    python3 -c 'import sys; print(float(sys.stdin.read()) >= 0.3)')"

# ---- Data in a file ----
start --data "$scratch/data.json" --seed 20 --page-size 5
post /api/world '[{"fields": {"name": "Kept"}, "idempotency_key": "w"}]' >/dev/null
before=$(get /_state | pick '[d["citizen"], d["world"]]')
start --data "$scratch/data.json" --seed 20
expect "data survive a restart" "$before" "$(get /_state | pick '[d["citizen"], d["world"]]')"
expect "and keys do" 3 \
    "$(post /api/world '[{"fields": {"name": "Kept"}, "idempotency_key": "w"}]' | pick 'd[0]["id"]')"

# ---- Tokens ----
start --auth oauth2 --token-seconds 60
form='grant_type=client_credentials&client_id=hello'
expect "no token, no entry" 401 "$(status "$base/api/citizen")"
expect "a wrong secret" 401 "$(status "$base/token" -d "$form&client_secret=no")"
expect "a wrong grant" 400 "$(status "$base/token" -d 'grant_type=password')"
token=$(curl -s "$base/token" -d "$form&client_secret=worl%64" | pick 'd["access_token"]')
expect "a token opens" 200 "$(status -H "Authorization: Bearer $token" "$base/api/citizen")"
expect "credentials as Basic" 200 \
    "$(status -u hello:world "$base/token" -d 'grant_type=client_credentials')"
post /_control '{"expire_tokens": true}' >/dev/null
expect "an expired token does not" 401 "$(status -H "Authorization: Bearer $token" "$base/api/citizen")"
post /_control '{"token_seconds": 0}' >/dev/null
token=$(curl -s "$base/token" -d "$form&client_secret=world" | pick 'd["access_token"]')
expect "nor does one that lasts no time" 401 "$(status -H "Authorization: Bearer $token" "$base/api/citizen")"

# ---- Wrong use ----
"$program" --port x >/dev/null 2>"$scratch/err"
expect "a wrong option ends with 2" 2 $?
echo 'no JSON' >"$scratch/broken.json"
"$program" --data "$scratch/broken.json" >/dev/null 2>"$scratch/err"
expect "a broken file ends with 1" 1 $?
expect "and says where" 1 "$(grep -c "cannot read '$scratch/broken.json'" "$scratch/err")"

echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
