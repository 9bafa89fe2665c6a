# What the tests of tandem serve share. Sourced after lib.sh.

# start_service OPTION...: its port is in $port, that of webhooks in $hooks, its process in $service.
start_service() {
  : >"$scratch/serve.err" # of another one before it
  "$TANDEM" serve --listen 127.0.0.1:0 --hooks 127.0.0.1:0 "$@" 2>"$scratch/serve.err" &
  service=$!
  servers+=("$service")
  port=
  for _ in $(seq 500); do
    port=$(sed -n 's/.*serving on port \([0-9]*\).*/\1/p' "$scratch/serve.err")
    [ -z "$port" ] || break
    sleep 0.02
  done
  hooks=$(sed -n 's/.*webhooks on port \([0-9]*\).*/\1/p' "$scratch/serve.err")
  api=http://127.0.0.1:$port/api/v1
}
ask() { curl -sS -H "Authorization: Bearer $token" -H 'Content-Type: application/json' "$@"; }
status_of() { curl -sS -o /dev/null -w '%{http_code}' "$@"; }
# until_true NAME COMMAND...: ok as soon as the command succeeds, within 20 seconds.
until_true() {
  local name=$1
  shift
  local end=$((SECONDS + 20))
  while [ $SECONDS -lt $end ]; do
    if "$@" >/dev/null 2>&1; then
      ok "$name"
      return
    fi
    sleep 0.05
  done
  not_ok "$name" "$(tail -5 "$scratch/serve.err")"
}
# deliver BODY [SECRET] [CURL OPTION...]: the status of a delivery to helloworld.
deliver() {
  local body=$1 secret=${2:-hook-secret} signature
  shift $(($# < 2 ? $# : 2))
  signature=$(printf %s "$body" | openssl dgst -sha256 -hmac "$secret" -r | cut -d' ' -f1)
  status_of -X POST "http://127.0.0.1:$hooks/hooks/helloworld" -H "X-Signature: sha256=$signature" "$@" -d "$body"
}
is_there() { curl -sS "$url/_state" | grep -q "\"$1\":\"$2\""; }
is_here() { [ -n "$(contact_with "$1" "$2")" ]; }
# take_webhooks: helloworld's file says how its deliveries are signed.
take_webhooks() {
  export HOOK_SECRET=hook-secret
  sed -i 's|^  mapping = {|  webhooks = { scheme = "hmac_sha256", secret = env "HOOK_SECRET", header = "X-Signature", prefix = "sha256=", id_header = "X-Delivery" },\n&|' \
    "$TANDEM_HOME/config/integrations/helloworld.lua"
}
