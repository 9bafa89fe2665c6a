#!/usr/bin/env bash
# A deletion that the other system refuses is not its end (spec 13.3): it is open, is not sent by ordinary runs, and
# is carried out when it is tried again.
. "$(dirname "$0")/lib.sh"

# script PART SED: changes the integration's script
script() { sed -i "$2" "$TANDEM_HOME/lua/integrations/helloworld/$1.lua"; }
# a script that says that all deletions are refused, until it is changed
refuses() {
  sed -i 's/citizen = {/citizen = { on_deleted_here = "delete",/' "$TANDEM_HOME/config/integrations/helloworld.lua"
  script client 's|^return M$|function M.delete(object, id)\n  local answer = http.post(config.base_url:gsub("/api$", "/_edit"), { json = { action = "delete", object = object, id = id } })\n  assert(answer.ok, answer.body)\nend\n&|'
  script order_executioner 's|^  for object in order:objects() do|&\n    for change in order:deletions(object) do\n      if log then order:note_object_sync_issue(change, "has open invoices") else\n      client.delete(object, change.object_id)\n      order:delete_object(change) end\n    end|'
}
allows() { script order_executioner 's|if log then order:note|if not log then order:note|'; }
there() { state 'sorted(int(c["id"]) for c in d["citizen"] if not c.get("gone"))'; }
refused() { "$TANDEM" status helloworld --json | json '[[m["reason"], m["object"], m["id"], m["integration_id"]] for m in d["open"]]'; }

start_server deletions --seed 4
new_home deletions
refuses
"$TANDEM" sync helloworld --first-time-sync --quiet
"$TANDEM" object delete contact 1 --quiet
"$TANDEM" object delete contact 2 --quiet
sync_json helloworld
expect "a refused deletion is told" "4 2" "$code $(of_summary 'd["open"]["refused"]')"
expect "it is an open matter" '[["refused", "contact", "1", "1"], ["refused", "contact", "2", "2"]]' "$(refused)"
expect_contains "status says why" "has open invoices" "$("$TANDEM" status helloworld)"
sync_json helloworld
expect "an ordinary run does not send it again" "0 0" "$code $(of_summary 'd["push"]["issues"]')"
expect "it stays open" '[["refused", "contact", "1", "1"], ["refused", "contact", "2", "2"]]' "$(refused)"
expect_contains "retry finds it by the record" "1" "$("$TANDEM" retry helloworld citizen:1 2>&1)"
sync_json helloworld
expect "tried again and refused again: told again" "4 1" "$code $(of_summary 'd["open"]["refused"]')"
sync_json helloworld --first-time-sync
expect "a full push sends all of them again" "4 2" "$code $(of_summary 'd["open"]["refused"]')"
expect "nothing was deleted there" '[1, 2, 3, 4]' "$(there)"
expect "the store is sound" 0 "$("$TANDEM" check --store >/dev/null; echo $?)"

# ---- put back here: it lives, nothing is open ----
sqlite3 "$TANDEM_HOME/var/tandem.db" "INSERT INTO contact(id, email, firstname) VALUES(2, 'citizen2@hello.world', 'Back')"
sync_json helloworld
expect "an object that is put back is in sync again, and its deletion is forgotten" '[["refused", "contact", "1", "1"]]' "$(refused)"
expect "its edit went there" Back "$(state '[c["fields"]["first_name"] for c in d["citizen"] if str(c["id"]) == "2"][0]')"

# ---- deleted there by hand: it is over ----
"$TANDEM" object delete contact 3 --quiet
sync_json helloworld
expect "another one is refused" '["1", "3"]' "$(refused | json '[m[2] for m in d]')"
script report_builder 's/^    if requested.name == "tourist"/    if requested.name == "citizen" and request.iteration == 1 and not requested.ids then\n      for _, gone in ipairs(client.gone(requested.from, requested.to)) do report:add_deleted(gone.object, gone.id) end\n    end\n&/'
script client 's|^return M$|function M.gone(from, to) return (get("/deleted", { since = from, before = to, page = 1 })) end\n&|'
edit '{"action": "delete", "object": "citizen", "id": "3"}'
sync_json helloworld
expect "a record that was deleted there by hand waits no more" '["1"]' "$(refused | json '[m[2] for m in d]')"

# ---- carried out once they allow it: the script has changed, so it is tried again ----
allows
sync_json helloworld
expect "once it is allowed it is carried out" "0 1 [2, 4]" "$code $(of_summary 'd["push"]["deleted"]') $(there)"
expect "nothing is open" "[]" "$(refused)"
