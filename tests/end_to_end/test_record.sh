#!/usr/bin/env bash
# tandem record: what a real API answers goes into a cassette without secrets, and specs play it strictly.
. "$(dirname "$0")/lib.sh"

new_home home
cd "$TANDEM_HOME" || exit 1
start_server api --seed 30 --auth oauth2
cassettes=lua/integrations/helloworld/spec/cassettes

refuse "another command" 2 "'list' cannot be recorded" "$TANDEM" record helloworld -- list
refuse "an unknown integration" 2 "no integration 'nobody'" "$TANDEM" record nobody --output x.jsonl -- sync
refuse "a name that is nearly right" 2 "did you mean 'helloworld'" "$TANDEM" record heloworld -- sync
expect "what is refused writes nothing" "" "$(ls -d lua/integrations/heloworld x.jsonl 2>/dev/null)"
said=$("$TANDEM" record helloworld -- sync --disable-push --quiet 2>&1)
expect "recording ends as the command does" 0 $?
expect_contains "record says where the cassette is" "$cassettes/sync.jsonl" "$said"
expect "each request but that for the token is recorded" "$(asked 'sum(r["path"] != "/token" for r in d)')" \
  "$(($(wc -l <$cassettes/sync.jsonl) - 1))"
expect "no secret is in it" 0 "$(grep -c -i -e secret-of-tests -e bearer -e access_token $cassettes/sync.jsonl)"
count=$("$TANDEM" object list contact --json | json 'len(d)')
expect "the run was a real one" yes "$([ "$count" -gt 0 ] && echo yes)"

cat >lua/integrations/helloworld/spec/replay_spec.lua <<LUA
local tandem = require "tandem"
local CASSETTE = "$cassettes/sync.jsonl"

describe("a cassette", function()
  it("is played to its end by the same run", function()
    local hello = tandem.integration("helloworld", { cassette = CASSETTE })
    local summary = hello:sync { no_push = true }
    assert.equal("done", summary.status)
    assert.equal($count, #hello.store:find("contact"))
    assert.equal(0, hello.http.cassette:left())
  end)

  it("refuses another request", function()
    local hello = tandem.integration("helloworld", { cassette = CASSETTE })
    assert.error_matches(function()
      hello:sync { no_push = true, from = "2020-01-01T00:00:00Z" }
    end, "unexpected request GET .*does not occur")
  end)

  it("plays a request once", function()
    local hello = tandem.integration("helloworld", { cassette = CASSETTE })
    hello:sync { no_push = true }
    assert.error_matches(function()
      hello:report { objects = { "citizen" } }
    end, "was played already")
  end)
end)
LUA
output=$(TZ=Asia/Tokyo "$TANDEM" test helloworld -- --output=TAP --filter=cassette 2>&1)
for name in "is played to its end by the same run" "refuses another request" "plays a request once"; do
  if grep -q "^ok .* $name" <<<"$output"; then ok "a cassette $name"; else not_ok "a cassette $name" "$output"; fi
done

# ---- faults are recorded as well ----
control '{"fail_next": {"count": 1, "status": 503, "path": "/api/citizen"}, "drop_next": {"count": 2, "path": "/api/world"}}'
"$TANDEM" record helloworld --output faults.jsonl -- sync --disable-push --quiet 2>/dev/null
expect "a run with faults ends well" 0 $?
expect "a refused request and its retry" yes "$(grep -q '"status":503' faults.jsonl && echo yes)"
expect "a lost connection" yes "$(grep -q '"fault":"receive"' faults.jsonl && echo yes)"

# ---- keys in addresses ----
cat >config/integrations/helloworld.lua <<LUA
return {
  enabled = true, base_url = env "HELLOWORLD_URL" .. "/api",
  auth = { type = "api_key", ["in"] = "query", name = "key", value = "very-secret-key" },
  mapping = { citizen = { email = "email" } },
}
LUA
start_server keys --seed 3 --auth none
"$TANDEM" record helloworld --output keys.jsonl -- sync --disable-push --quiet 2>/dev/null
expect "a key in the address is not recorded" "0 0" \
  "$(grep -c 'very-secret-key' keys.jsonl) $(grep -c 'key=' keys.jsonl)"
