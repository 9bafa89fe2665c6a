#!/usr/bin/env bash
# Deleted on one side and edited on the other: lists name it, the API settles it as the command line does.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/service.sh"

# script PART SED: changes the integration's script
script() { sed -i "$2" "$TANDEM_HOME/lua/integrations/helloworld/$1.lua"; }
# a script that reports deletions, and deletes by the server's own door
takes_deletions() {
  sed -i 's/citizen = {/citizen = { on_deleted_here = "delete", on_deleted_there = "delete",/' "$TANDEM_HOME/config/integrations/helloworld.lua"
  script report_builder 's/^    if requested.name == "tourist"/    if requested.name == "citizen" and request.iteration == 1 and not requested.ids then\n      for _, gone in ipairs(client.gone(requested.from, requested.to)) do report:add_deleted(gone.object, gone.id) end\n    end\n&/'
  script client 's|^return M$|function M.gone(from, to) return (get("/deleted", { since = from, before = to, page = 1 })) end\nfunction M.delete(object, id)\n  http.post(config.base_url:gsub("/api$", "/_edit"), { json = { action = "delete", object = object, id = id } })\nend\n&|'
  script order_executioner 's|^  for object in order:objects() do|&\n    for change in order:deletions(object) do\n      client.delete(object, change.object_id)\n      order:delete_object(change)\n    end|'
}
start_server deletions --seed 8
new_home deletions
takes_deletions
"$TANDEM" sync helloworld --quiet
for number in 1 2; do # deleted there, edited here
  edit "{\"action\": \"delete\", \"object\": \"citizen\", \"id\": \"$number\"}"
  "$TANDEM" object set contact "$number" lastname="Edited$number" --quiet >/dev/null
done
for number in 3 4; do # deleted here, edited there
  "$TANDEM" object delete contact "$number" --quiet
  edit "{\"object\": \"citizen\", \"id\": \"$number\", \"fields\": {\"last_name\": \"Edited$number\"}}"
done
sync_json helloworld
expect "all four wait for a decision" "4 4" "$code $(of_summary 'd["open"]["deleted_and_edited"]')"

listed=$("$TANDEM" status helloworld --json)
expect "each is named by our object, the deleted ones, too" '["1", "2", "3", "4"]' \
  "$(json 'sorted(m["id"] for m in d["open"])' <<<"$listed")"
expect "and by what people call it" '["Alan Edited2, citizen2@hello.world", "Barbara Edited4, citizen4@hello.world", "Edsger Edited3, citizen3@hello.world", "Grace Edited1, citizen1@hello.world"]' \
  "$(json 'sorted(m["message"] for m in d["open"])' <<<"$listed")"
expect_lacks "nobody is a question mark" 'contact:?' "$("$TANDEM" status helloworld)"
expect_contains "explain of the object tells it" "deleted on one side, edited on the other" "$("$TANDEM" explain helloworld contact:3)"

start_service
token=$("$TANDEM" token add me --scope run)
id_of() { ask "$api/matters" | json "[m['id'] for m in d['items'] if m['integration_id'] == '$1'][0]"; }
expect "the API names them as well, and says what can be done" '[["1", ["restore", "delete", "forget"]], ["2", ["restore", "delete", "forget"]], ["3", ["restore", "delete", "forget"]], ["4", ["restore", "delete", "forget"]]]' \
  "$(ask "$api/matters" | json 'sorted([m["object_id"], m["actions"]] for m in d["items"])')"
# How many are decided; while the run that follows the last decision is under way, the answer is 409, or
# 503 where that run holds the store.
settle() {
  local answer
  for _ in {1..200}; do
    answer=$(ask -X POST "$api/matters/$1" -d "{\"ids\": [\"$(id_of "$2")\"]}")
    [ "$(json '"yes" if d.get("status") in (409, 503) else "no"' <<<"$answer")" = yes ] || break
    sleep 0.1
  done
  json 'd["count"]' <<<"$answer"
}
expect "counted first: nothing is done" '{"count": 4, "dry_run": true}' \
  "$(ask -X POST "$api/matters/delete" -d '{"integration": "helloworld", "reason": "deleted_and_edited", "dry_run": true}' | json d)"
expect "restore what was deleted there" 1 "$(settle restore 1)"
made_there() { state '"yes" if any(c["fields"]["last_name"] == "Edited1" and not c.get("gone") for c in d["citizen"]) else "no"' | grep -q yes; }
until_true "the run that follows makes it anew there" made_there
expect "delete what was edited here" 1 "$(settle delete 2)"
expect "it is gone at once" "" "$(contact_with email citizen2@hello.world)"
expect "restore what was deleted here" 1 "$(settle restore 3)"
made_here() { [ "$(contact_field "$(contact_with email citizen3@hello.world)" lastname)" = Edited3 ]; }
until_true "it comes back, as it was edited there" made_here
expect "delete what was edited there" 1 "$(settle delete 4)"
gone_there() { state '"yes" if [c for c in d["citizen"] if c["id"] == 4][0].get("gone") else "no"' | grep -q yes; }
until_true "it goes with the run that follows" gone_there
expect "then nothing is open" '[]' "$(ask "$api/matters" | json 'd["items"]')"
expect "who may only read decides nothing" 403 \
  "$(token=$("$TANDEM" token add reader --scope read); curl -sS -o /dev/null -w '%{http_code}' -X POST -H "Authorization: Bearer $token" -H 'Content-Type: application/json' "$api/matters/delete" -d '{"integration": "helloworld"}')"
