#!/usr/bin/env bash
# What authors get wrong fails in 'tandem test': the awkward integration with one mistake at a time, each of which
# an author has made.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/crm.sh"

export KONTOR_URL=http://127.0.0.1:9
crm_home kontor
cp "$root/config/integrations/kontor.lua.example" "$TANDEM_HOME/config/integrations/" # of which the world has its mapping
script=$TANDEM_HOME/lua/integrations/kontor

# verify FILTER: what the contract suite says in the tests of this name.
verify() { "$TANDEM" test --trust kontor -- --output=TAP --filter="${1// /.}" 2>&1; }
# mistake NAME FILTER FILE EXPRESSION: sed's expression makes it; tests of this name must find it.
mistake() {
  local file=$script/$3 before said
  before=$(verify "$2")
  cp "$file" "$scratch/right"
  sed -i "$4" "$file"
  said=$(verify "$2")
  if cmp -s "$file" "$scratch/right"; then
    not_ok "$1" "the file is as it was"
  elif ! grep -q '^ok' <<<"$before" || grep -q '^not ok' <<<"$before"; then
    not_ok "$1" "without the mistake: $before"
  else
    expect_contains "$1" "not ok" "$said"
  fi
  cp "$scratch/right" "$file"
}

mistake "a record that is gone, asked for by its id, ends the run" "asked for by its id is gone" \
  client.lua 's/ or response.status == 410 then/ then/'
mistake "false is not sent" "sends false and 0" \
  client.lua 's/^function M.update.*/&\nfor name, value in pairs(fields) do if value == "N" then fields[name] = nil end end/'
mistake "null is not sent" "clears a field" client.lua 's/null = json.null, after/after/'
mistake "the empty text is not sent" "clears a field" \
  client.lua 's/^function M.update.*/&\nfor name, value in pairs(fields) do if value == "" then fields[name] = nil end end/'
mistake "a create is sent again though the API ignores its key" "no double" \
  client.lua 's/headers = { \["Request-Key"\] = key }/idempotency_key = key/'
mistake "one refused field takes the others along" "other fields .* if one is refused" \
  client.lua 's/^function M.refused.*/&\nif true then return {} end/'
mistake "a merge is told as a deletion" "reports a merge" client.lua 's/id = event.ref, into = event.into/id = event.ref/'
mistake "a record is written anew, with what is known here" "can.t be taken here" \
  client.lua 's/local record = read:json()/local record = { rev = read:json().rev }/'
mistake "a busy server is taken for a refusal" "if the server was busy" \
  client.lua 's/return response.status == 410 and/return response.status == 503 and 422 or response.status == 410 and/'
mistake "an outage is taken for an empty page" "for an empty page" \
  client.lua 's/^function M.page.*/&\nif true then local asked = http.get(http.path("", requested.name)) if not asked.ok then return {} end end/'
mistake "two records with one e-mail address are one" "with one e.mail address" \
  client.lua 's/id = record.ref, version/id = (values.at(record, "channels.1.address") or record.ref), version/'
mistake "a change has no answer" "answers every change" \
  order_executioner.lua 's/^  changes.execute(order.*/  order = order/'
