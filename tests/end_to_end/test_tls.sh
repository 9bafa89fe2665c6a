#!/usr/bin/env bash
# HTTPS with an authority of one's own, by HTTP/2: what a script sees of it, and what is not trusted.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/past.sh"

openssl req -x509 -newkey rsa:2048 -nodes -keyout "$scratch/k.pem" -out "$scratch/c.pem" -days 2 \
  -subj /CN=localhost -addext subjectAltName=DNS:localhost >/dev/null 2>&1
python3 "$root/tests/servers/http2.py" "$scratch/c.pem" "$scratch/k.pem" >"$scratch/http2.out" 2>&1 &
servers+=($!)
for _ in $(seq 500); do
  past=$(sed -n 's/^listening on //p' "$scratch/http2.out")
  [ -z "$past" ] || break
  sleep 0.02
done
[ -n "$past" ] || not_ok "the server starts" "$(cat "$scratch/http2.out")"

new_past tls 'ca_file = "config/authority.pem",'
cat >"$TANDEM_HOME/lua/integrations/past/report_builder.lua" <<'LUA'
local M = {}
function M.build(request, report)
  if request.cursor == "end" then return end
  local answer = http.get("/echo?a=b", { headers = { ["X-Asked"] = "Yes" } })
  local told = answer:json()
  local seen = {}
  for _, pair in ipairs(told.headers) do seen[pair[1]] = pair[2] end
  report:add_object {
    object = "person", id = 1,
    fields = {
      email = "told@example.com",
      name = table.concat({ answer.status, answer.headers["content-type"], answer.headers["Content-Type"] or "-",
        answer.headers["x-told"], seen[":method"], seen[":path"], seen["x-asked"] }, " "),
    },
  }
  report:set_cursor "end"
end
return M
LUA
refuse "a file of an authority that is not there" 2 "cannot read the 'ca_file' '$TANDEM_HOME/config/authority.pem'" \
  "$TANDEM" sync past
cp "$scratch/c.pem" "$TANDEM_HOME/config/authority.pem"
sync_json past --disable-push
expect "an authority of one's own is trusted" 0 "$code"
told=$(contact_field 1 lastname)
# the same page by HTTP/1.1 would say the same of its headers
expect_contains "the script sees the status and what it asked for" "200 application/json" "$told"
expect_contains "headers arrive over TLS" "GET /echo?a=b Yes" "$told"
sed -i '/ca_file/d' "$TANDEM_HOME/config/integrations/past.lua"
sed -i 's|return {|return { base_url = "'"$past"'", enabled = true,|' "$TANDEM_HOME/config/integrations/past.lua"
sync_json past --disable-push
expect "nobody else is" 1 "$code"
expect_contains "an untrusted certificate is reported" "no trusted TLS connection to 'localhost'" "$(cat "$scratch/stderr")"
