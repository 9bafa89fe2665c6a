#!/usr/bin/env bash
# What operators decide: which record is which object, which are not, and from where a sync asks.
. "$(dirname "$0")/lib.sh"

sql() { python3 -c 'import sqlite3, sys
d = sqlite3.connect(sys.argv[1]); r = d.execute(sys.argv[2]).fetchall(); d.commit()
print("\n".join("|".join(map(str, row)) for row in r))' "$TANDEM_HOME/var/tandem.db" "$1"; }
linked() { echo $(sql 'SELECT object_id, integration_id FROM object_mapping WHERE deleted = 0 ORDER BY 1, 2'); }
citizen() { # EMAIL FIRST_NAME
  edit "{\"action\": \"create\", \"object\": \"citizen\", \"fields\": {\"email\": \"$1\", \"first_name\": \"$2\"}}"
}
contacts() { sql 'SELECT count(*) FROM contact'; }

# ---- positions ----
start_server positions
new_home positions
citizen ann@t.test Ann
expect "before a first sync every object begins at the beginning" '[["citizen", null], ["tourist", null], ["world", null]]' \
  "$("$TANDEM" position helloworld --json | json '[[p["object"], p["at"]] for p in d]')"
"$TANDEM" sync helloworld --quiet
expect "a sync stores positions" true "$("$TANDEM" position helloworld --json | json 'all(p["at"] for p in d)')"
"$TANDEM" position helloworld citizen --set '2026-03-10 12:00:00' --quiet >/dev/null
expect "one is set, the other stays" '["2026-03-10T12:00:00Z", true]' \
  "$("$TANDEM" position helloworld --json | json '[d[0]["at"], d[1]["at"] != d[0]["at"]]')"
"$TANDEM" position helloworld --reset --quiet >/dev/null
expect "all are reset" '[null, null, null]' "$("$TANDEM" position helloworld --json | json '[p["at"] for p in d]')"
sync_json helloworld
expect "after a reset the next sync reads everything and writes nothing" "0 null 1 1 0" \
  "$code $(of_summary 'd["window"]["from"]') $(of_summary 'd["pull"]["reported"]') $(of_summary 'd["pull"]["unchanged"]') $(of_summary 'd["push"]["created"] + d["push"]["updated"]')"
refuse "a position in the future is refused" 2 "is in the future" "$TANDEM" position helloworld --set '2999-01-01'
refuse "no time" 2 "is no time such as" "$TANDEM" position helloworld --set yesterday
refuse "a field to be explained that there is not" 2 "did you mean 'firstname'" "$TANDEM" explain helloworld contact:1 fistname
refuse "a field of theirs, by our names" 2 "did you mean 'firstname'" "$TANDEM" explain helloworld citizen:1 fistname
refuse "an object that there is not" 2 "did you mean 'citizen'" "$TANDEM" position helloworld citizens
refuse "set and reset" 2 "not both" "$TANDEM" position helloworld --set '-1 day' --reset
sql "UPDATE position SET at = 32503680000000" >/dev/null
"$TANDEM" position helloworld citizen >"$scratch/out" 2>"$scratch/stderr"
expect "a position later than now needs attention" 4 $?
expect_contains "position reports the position in the future" "it is ignored" "$(cat "$scratch/out")"
expect_contains "with what to do" "tandem position helloworld citizen --set" "$(cat "$scratch/stderr")"

# ---- link: an ambiguous record ----
start_server link
new_home link
citizen ann@t.test There
"$TANDEM" sync helloworld --disable-pull --quiet
sql "INSERT INTO contact(email, firstname) VALUES('ann@t.test', 'Here'), ('ann@t.test', 'Twin')" >/dev/null
sql "DELETE FROM field_change" >/dev/null
"$TANDEM" sync helloworld --quiet
expect "two match: nothing is linked" "" "$(linked)"
refuse "linking an ambiguous record needs an object" 2 "say which object it is" "$TANDEM" link helloworld citizen:1
refuse "an object that is not here" 2 "there is no contact '9' here" "$TANDEM" link helloworld contact:9 citizen:1
refuse "a kind that is not there" 2 "has no object 'town'" "$TANDEM" link helloworld contact:2 town:1
expect_contains "link says what comes next" "--integration-object-id citizen:1" "$("$TANDEM" link helloworld contact:2 citizen:1)"
expect "the pair is linked" "2|1" "$(linked)"
expect_contains "once more changes nothing" "linked already" "$("$TANDEM" link helloworld contact:2 citizen:1)"
refuse "the record has one object" 2 "is linked to contact:2" "$TANDEM" link helloworld contact:1 citizen:1
"$TANDEM" position helloworld citizen --set '-1 minute' --quiet >/dev/null
sync_json helloworld
expect "the next sync asks for the record though it is long unchanged; ours is the later value" "0 Twin" \
  "$code $(state 'd["citizen"][0]["fields"]["first_name"]')"
expect "nothing waits any more" 0 "$("$TANDEM" status helloworld --json | json 'len(d["ambiguous"])')"

# ---- link --create: none of those that match ----
start_server create
new_home create
citizen ann@t.test There
"$TANDEM" sync helloworld --disable-pull --quiet
sql "INSERT INTO contact(email, firstname) VALUES('ann@t.test', 'Here'), ('ann@t.test', 'Twin')" >/dev/null
sql "DELETE FROM field_change" >/dev/null
"$TANDEM" sync helloworld --quiet
expect "link --json says that the link was created" '"created"' "\"$("$TANDEM" link helloworld citizen:1 --create --json | json 'd["done"]')\""
expect_contains "status tells that it is decided" "decided" "$("$TANDEM" status helloworld)"
sync_json helloworld
expect "the record becomes an object of its own" "0 3|1 3 There" "$code $(linked) $(contacts) $(contact_field 3 firstname)"
sync_json helloworld
expect "a record that became an object of its own stays at rest" "0 0 3" "$code $(of_summary 'd["pull"]["created"] + d["pull"]["updated"] + d["push"]["created"] + d["push"]["updated"]') $(contacts)"

# ---- unlink: two people who were taken for one ----
start_server unlink
new_home unlink
"$TANDEM" object add contact email=office@t.test firstname=Ann lastname=Lee >/dev/null
"$TANDEM" sync helloworld --quiet
expect "one contact, one citizen" "1|1 1" "$(linked) $(state 'len(d["citizen"])')"
expect_contains "a dry run only counts" "1 link would go" "$("$TANDEM" unlink helloworld contact:1 --dry-run)"
expect "nothing happened" "1|1" "$(linked)"
refuse "what has no link" 2 "has no link" "$TANDEM" unlink helloworld contact:7
expect_contains "unlink reports what it did" "1 link is gone: they stay separate" "$("$TANDEM" unlink helloworld citizen:1)"
expect "the link is gone, both live" "1 1" "$(linked)$(contacts) $(state 'len(d["citizen"])')"
sync_json helloworld --integration-object-id citizen:1
expect "the record is not matched again: it gets an object of its own" "2|1 2" "$(linked) $(contacts)"
"$TANDEM" object set contact 1 firstname=Anna
sync_json helloworld
expect "ours gets a record of its own" "0 1|2 2|1 2" "$code $(linked) $(state 'len(d["citizen"])')"
expect "what one is called does not reach the other" "Ann Anna" "$(contact_field 2 firstname) $(contact_field 1 firstname)"
sync_json helloworld
expect "two separated people stay at rest" 0 "$(of_summary 'd["pull"]["created"] + d["pull"]["updated"] + d["push"]["created"] + d["push"]["updated"]')"

# ---- forget: as if they had never met ----
start_server forget
new_home forget
"$TANDEM" object add contact email=ann@t.test firstname=Ann >/dev/null
"$TANDEM" sync helloworld --quiet
"$TANDEM" unlink helloworld contact:1 --quiet
"$TANDEM" link helloworld contact:1 citizen:1 --quiet
expect "what was kept apart can be linked again" "1|1" "$(linked)"
expect "a program gets the links" '[["1", "1"]]' \
  "$("$TANDEM" forget helloworld contact:1 --json | json '[[l["id"], l["integration_id"]] for l in d]')"
expect "nothing is known of the pair" "0 0" "$(sql 'SELECT count(*) FROM object_mapping') $(sql 'SELECT count(*) FROM kept_apart')"
sync_json helloworld --integration-object-id citizen:1
expect "the next report matches it like any other" "0 1|1 1" "$code $(linked) $(contacts)"
"$TANDEM" object delete contact 1 --quiet
sync_json helloworld
expect "deleted here: the record is skipped" "0" "$(contacts)"
"$TANDEM" forget helloworld citizen:1 --quiet
sync_json helloworld --integration-object-id citizen:1
expect "forgotten: it is made anew" "1" "$(contacts)"

# ---- a reference that waits is set by a link, and outlives a merge of companies ----
start_server waits
new_home waits
edit '{"action": "create", "object": "world", "fields": {"name": "Mars"}}'
"$TANDEM" sync helloworld --quiet
"$TANDEM" object delete company 1 --quiet
edit '{"action": "create", "object": "citizen", "fields": {"email": "ann@t.test", "first_name": "Ann", "world_id": "1"}}'
"$TANDEM" sync helloworld --quiet
mars=$("$TANDEM" object add company companyname=Mars)
"$TANDEM" link helloworld "company:$mars" world:1 --quiet
expect "before the sync it waits" "" "$(contact_field 1 company)"
sync_json helloworld
expect "the record it leads to was linked by hand: it is set" "0 Mars 1" "$code $(contact_field 1 company) $(state 'd["citizen"][0]["fields"]["world_id"]')"
planet=$("$TANDEM" object add company companyname="Red Planet")
"$TANDEM" object merge company "$planet" "$mars" --quiet
sync_json helloworld
expect "a reference follows its company into the one it was merged into" "0 Red Planet 1" "$code $(contact_field 1 company) $(state 'd["citizen"][0]["fields"]["world_id"]')"

# ---- a record that is not there ----
start_server mistyped --seed 1
new_home mistyped
"$TANDEM" sync helloworld --first-time-sync --quiet
zed=$("$TANDEM" object add contact firstname=Zed lastname=Zee email=zed@t.test)
"$TANDEM" link helloworld "contact:$zed" citizen:4711 --quiet
sync_json helloworld
expect "a record that people have named and that is not there is an issue" 4 "$code"
expect_contains "with what to do" "if the id is wrong, 'tandem link' with the right one" "$("$TANDEM" status helloworld)"
edit '{"action": "create", "object": "citizen", "fields": {"email": "zed@t.test", "first_name": "Zed"}}'
right=$(state 'd["citizen"][-1]["id"]')
"$TANDEM" link helloworld "contact:$zed" "citizen:$right" --quiet
sync_json helloworld
expect "then it is linked with the right one, and what it lacked is there" "0 Zee" "$code $(state "[c['fields']['last_name'] for c in d['citizen'] if c['id'] == $right][0]")"
