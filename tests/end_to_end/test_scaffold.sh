#!/usr/bin/env bash
# tandem new, test and dev: what is written passes at once, and the contract suite finds mistakes.
. "$(dirname "$0")/lib.sh"

new_home home
cd "$TANDEM_HOME" || exit 1
export ACME_TOKEN=t ACME_URL=https://acme.example.com

# ---- new ----
made=$("$TANDEM" new acme)
expect "new ends with 0" 0 $?
expect_contains "new says what comes next" "1. tandem test acme" "$made"
expect_contains "check finds nothing, and says that it asked nobody" "acme: fine; the API was not called" "$("$TANDEM" check acme 2>&1)"
refuse "new touches nothing that is there" 2 "'lua/integrations/acme' exists already" "$TANDEM" new acme
refuse "a name that is none" 2 "'a-b' cannot be the name" "$TANDEM" new a-b
refuse "an unknown authentication" 2 "'--auth' is 'magic'" "$TANDEM" new other --auth magic
refuse "an unknown pagination" 2 "'--pagination' is 'scroll'" "$TANDEM" new other --pagination scroll
refuse "an unknown object of ours" 2 "contact or company" "$TANDEM" new other --objects a=unicorn
expect "what is refused writes nothing" "" "$(ls -d lua/integrations/other config/integrations/other.lua 2>/dev/null)"

# ---- test ----
refuse "an integration that is not there" 2 "did you mean 'acme'" "$TANDEM" test acmee
passes() { # NAME: its specs pass
  local output
  output=$("$TANDEM" test "$1" 2>&1)
  if [ $? -eq 0 ]; then ok "the specs of $1 pass"; else not_ok "the specs of $1 pass" "$output"; fi
}
passes acme
passes helloworld
for kind in page offset cursor link header key; do
  "$TANDEM" new "by_$kind" --quiet --pagination "$kind" --objects person=contact --auth none
  passes "by_$kind"
done
for auth in basic api_key oauth2_client_credentials oauth2_password oauth2_authorization_code oauth1; do
  "$TANDEM" new "with_$auth" --quiet --auth "$auth" --objects account=company,person=contact
  passes "with_$auth"
done
for scheme in hmac_sha256 basic standard_webhooks hubspot_v3; do
  name=hooks_by_${scheme%%_*}
  "$TANDEM" new "$name" --quiet --auth none --webhooks "$scheme"
  passes "$name"
  export "${name^^}_WEBHOOK_SECRET=whsec_c2VjcmV0" "${name^^}_WEBHOOK_URL=https://example.com/hooks/$name"
  expect_contains "the webhooks of $scheme are configured" "$name: fine" "$("$TANDEM" check "$name" 2>&1)"
done
expect "a home tells editors of the API" "yes lua/meta" \
  "$(ls lua/meta/engine.lua lua/meta/lib/changes.lua >/dev/null && echo yes) $(json 'd["workspace.library"][0]' <.luarc.json)"
if luacheck -q --no-color --config .luacheckrc lua/integrations config >"$scratch/luacheck"; then
  ok "luacheck finds nothing in what was written"
else
  not_ok "luacheck finds nothing in what was written" "$(cat "$scratch/luacheck")"
fi

# ---- the contract finds mistakes: each is a change of the scaffold that many authors make ----
"$TANDEM" new wrong --quiet --pagination page --objects person=contact
cp -r lua/integrations/wrong "$scratch/right"
mistake() { # NAME FILE SED PART: the suite must fail and name the part
  local output
  rm -rf lua/integrations/wrong
  cp -r "$scratch/right" lua/integrations/wrong
  sed -i "$3" "lua/integrations/wrong/$2"
  if cmp -s "$scratch/right/$2" "lua/integrations/wrong/$2"; then
    not_ok "the contract finds $1" "the mistake could not be made"
    return
  fi
  output=$("$TANDEM" test wrong -- --output=TAP 2>&1)
  if [ $? -ne 1 ]; then
    not_ok "the contract finds $1" "the specs pass" "$output"
  else
    expect_contains "the contract finds $1" "$4" "$(grep '^not ok' <<<"$output")"
  fi
}
mistake "an error taken for an empty page" client.lua \
  's/if response.status ~= 200 then/if response.status ~= 200 then return {data = {}}, response end if false then/' \
  "does not take 500 for an empty page"
mistake "pages that never end" client.lua 's/math.tointeger(place) or 1/1/' "reads every page"
mistake "only the first page" client.lua 's/#items > 0 and query.page + 1 or nil/nil/' "reads every page"
mistake "the window ignored" client.lua 's/updated_since = requested.from, //; s/updated_before = requested.to, //' \
  "far future"
mistake "null taken for absent" report_builder.lua \
  's/fields = item,/fields = (function() local f = {} for k, v in pairs(item) do if v ~= json.null then f[k] = v end end return f end)(),/' \
  "keeps null and absent apart"
mistake "the time of reading for the time of change" report_builder.lua \
  's/changed_at = item.updated_at/changed_at = "2026-03-10T12:00:00Z"/' "keeps the instant"
mistake "ids made numbers" report_builder.lua 's/id = item.id,/id = tonumber(item.id) or item.id,/' "keeps ids"
mistake "a change without an answer" order_executioner.lua 's/order:delete_object(change)/local _ = change/' \
  "answers every change"
mistake "every answer taken for success" order_executioner.lua 's/status == 200 then/status then/' "takes no change"
mistake "a create that may be sent twice" client.lua 's/{ json = fields }))$/{ json = fields, idempotency_key = "x" }))/' \
  "makes no double"
mistake "silence about what is gone" report_builder.lua 's/report:add_deleted(requested.name, id)/local _ = id/' \
  "asked for by its id is gone"
mistake "empty texts left out" order_executioner.lua \
  's/local fields = orders.fields(change)/&\n  for k, v in pairs(fields) do if v == "" then fields[k] = nil end end/' "clears a field"

mistake "a busy server taken for a refusal" order_executioner.lua \
  's/order:retry_sync_later(change)/order:note_object_sync_issue(change, "busy")/' "in a later run if the server was busy"
mistake "what is not known emptied" order_executioner.lua \
  's/local fields = orders.fields(change)/&\n  for _, name in ipairs { "first_name", "last_name" } do fields[name] = fields[name] or "" end/' \
  "can't be taken here as it is there"
# the same with an API that names the fields it refuses, and tells merges
rm -rf lua/integrations/wrong "$scratch/right"
cp -r "$root/lua/integrations/kontor" "$scratch/right"
sed -i 's/"kontor"/"wrong"/' "$scratch/right/integration.lua" "$scratch/right/spec/contract_spec.lua"
cp "$root/config/integrations/kontor.lua.example" config/integrations/wrong.lua
mistake "a partial refusal taken for a whole one" client.lua 's/^function M.refused/function M.unused/' \
  "sends the other fields of a 'people' if one is refused"
mistake "a merge taken for a deletion" client.lua 's/, into = event.into//' "reports a merge of two 'people' that are linked"
rm -rf lua/integrations/wrong config/integrations/wrong.lua

# ---- dev ----
refuse "dev of an integration that is not there" 2 "did you mean 'acme'" "$TANDEM" dev acmee
expect_contains "dev shows the specs" "specs: " "$("$TANDEM" dev acme --once)"
"$TANDEM" dev acme >"$scratch/dev" 2>&1 &
servers+=($!)
wait_for() { # PART
  for _ in $(seq 300); do
    grep -q "$1" "$scratch/dev" && return
    sleep 0.05
  done
}
wait_for "specs: .* 0 failed"
sed -i 's/changed_at = item.updated_at/changed_at = item.updated/' lua/integrations/acme/report_builder.lua
wait_for "specs: .* [1-9][0-9]* failed"
expect_contains "dev names what was saved" "report_builder.lua was saved" "$(cat "$scratch/dev")"
expect_contains "dev shows what fails" "fails: the contract of 'acme' keeps the instant" "$(cat "$scratch/dev")"
sed -i 's/changed_at = item.updated/changed_at = item.updated_at/' lua/integrations/acme/report_builder.lua
wait_for "passes now"
expect_contains "dev shows what passes now" "passes now: the contract of 'acme' keeps the instant" "$(cat "$scratch/dev")"
