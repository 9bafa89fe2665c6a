#!/usr/bin/env bash
# The service and its runs are killed at random while both sides are edited and deliveries come late, twice,
# reordered, broken and huge: in the end nothing is lost, and nothing is there twice.
# STORM_SECONDS: how long (10; the nightly run takes longer).
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/service.sh"
seconds=${STORM_SECONDS:-10}

new_home storm
take_webhooks
sed -i 's|^  mapping = {|  schedule = { every = "2s" },\n&|' "$TANDEM_HOME/config/integrations/helloworld.lua"
# The service gets other ports each time: hello.world tells a port that stays, and what stands there passes on.
cat >"$scratch/relay.py" <<'PY'
import http.server, random, sys, threading, time, urllib.request
random.seed(7)
class Relay(http.server.BaseHTTPRequestHandler):
    """Passes deliveries on to where the file says the service is; some twice, some late (answered before)."""
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        headers = {n: self.headers[n] for n in ("X-Signature", "X-Delivery", "Content-Type")}
        def send(wait=0):
            time.sleep(wait)
            try:
                port = open(sys.argv[1]).read().strip()
                urllib.request.urlopen(urllib.request.Request(f"http://127.0.0.1:{port}/hooks/helloworld", body, headers), timeout=5)
                return 200
            except Exception:
                return 503
        kind = random.random()
        if kind < 0.2:  # late, reordered, perhaps lost: polling finds what it named
            threading.Thread(target=send, args=(random.random(),), daemon=True).start()
            status = 200
        else:
            status = send()
            if kind < 0.4:
                send()
        self.send_response(status)
        self.send_header("Content-Length", "0")
        self.end_headers()
    def log_message(self, *_):
        pass
server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Relay)
print(server.server_port, flush=True)
server.serve_forever()
PY
: >"$scratch/hooks.port"
python3 "$scratch/relay.py" "$scratch/hooks.port" >"$scratch/relay.out" 2>/dev/null &
servers+=($!)
for _ in $(seq 250); do
  [ ! -s "$scratch/relay.out" ] || break
  sleep 0.02
done
start_server world --seed 40 --webhook "http://127.0.0.1:$(cat "$scratch/relay.out")/hooks/helloworld"
"$TANDEM" sync helloworld --first-time-sync --quiet
start_service
echo "$hooks" >"$scratch/hooks.port"

# ---- the storm: edits on both sides, each value written down; kills in between ----
RANDOM=11
end=$((SECONDS + seconds))
kills=0 made=0
while [ $SECONDS -lt $end ]; do
  for _ in 1 2 3; do
    made=$((made + 1))
    # the number says whose: an object is edited on one side only, so that the last value must win
    sqlite3 -cmd '.timeout 5000' "$TANDEM_HOME/var/tandem.db" "update contact set firstname = 'Ours $made' where email = 'citizen$((RANDOM % 20 + 1))@hello.world';
      insert into contact(email, lastname) values('ours$made@example.com', 'Ours$made')" &&
      echo "ours$made@example.com" >>"$scratch/ours"
    edit "[{\"object\": \"citizen\", \"id\": $((RANDOM % 20 + 21)), \"fields\": {\"phone\": \"$made\"}},
      {\"action\": \"create\", \"object\": \"citizen\", \"fields\": {\"email\": \"theirs$made@example.com\", \"last_name\": \"Theirs$made\"}}]" &&
      echo "theirs$made@example.com" >>"$scratch/theirs"
  done
  deliver 'broken' >/dev/null 2>&1
  deliver '{"events": [{"object": "citizen", "id": 999999}, {"object": "nothing", "id": 1}]}' >/dev/null 2>&1
  sleep 0.$((RANDOM % 5))
  case $((RANDOM % 3)) in
    0) # a run of it
      child=$(pgrep -P "$service" | head -1)
      [ -z "$child" ] || { kill -9 "$child" 2>/dev/null && kills=$((kills + 1)); }
      ;;
    1) # the service; its runs end by themselves, or go on for a moment
      kill -9 "$service"
      wait "$service" 2>/dev/null
      kills=$((kills + 1))
      start_service
      echo "$hooks" >"$scratch/hooks.port"
      ;;
  esac
done
ok "a storm of $made rounds and $kills kills"
[ "$kills" -gt 0 ] || not_ok "something was killed"

# ---- afterwards: both sides are the same, each object once ----
compare() {
  curl -sS "$url/_state" >"$scratch/state.json" && sqlite3 -json "$TANDEM_HOME/var/tandem.db" "select email, firstname, phone from contact" >"$scratch/here.json" &&
    python3 - "$scratch" <<'PY'
import collections, json, sys
folder = sys.argv[1]
there = [c["fields"] for c in json.load(open(f"{folder}/state.json"))["citizen"] if not c.get("gone")]
here = json.load(open(f"{folder}/here.json"))
wrong = []
for name, mails in (("there", [c["email"] for c in there]), ("here", [c["email"] for c in here])):
    wrong += [f"{m} is {name} {n} times" for m, n in collections.Counter(mails).items() if n > 1]
theirs, ours = {c["email"]: c for c in there}, {c["email"]: c for c in here}
wrong += [f"{m} is not here" for m in theirs.keys() - ours.keys()] + [f"{m} is not there" for m in ours.keys() - theirs.keys()]
for line in open(f"{folder}/ours").read().split() + open(f"{folder}/theirs").read().split():
    wrong += [f"{line} is lost"] * (line not in theirs or line not in ours)
for mail in theirs.keys() & ours.keys():
    for a, b in (("phone", "phone"), ("first_name", "firstname")):
        if (theirs[mail].get(a) or "") != (ours[mail].get(b) or ""):
            wrong.append(f"{mail}: {a} is {theirs[mail].get(a)} there and {ours[mail].get(b)} here")
print("\n".join(wrong[:20]))
sys.exit(1 if wrong else 0)
PY
}
for _ in $(seq 60); do
  compare >"$scratch/wrong" 2>&1 && break
  sleep 0.5
done
expect "nothing is lost, nothing is there twice, and both sides are the same" "" "$(cat "$scratch/wrong")"
expect "nothing waits for anybody" "0" "$("$TANDEM" quarantine list --json | json 'len(d)')"
kill "$service"
wait "$service" 2>/dev/null
"$TANDEM" check --store --quiet >"$scratch/check" 2>&1
expect "the store is sound" 0 $?
