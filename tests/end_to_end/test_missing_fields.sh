#!/usr/bin/env bash
# A mapped field is renamed, removed or hidden there: a run says so, and empties nothing here.
. "$(dirname "$0")/lib.sh"

notes() { "$TANDEM" status helloworld --json | json '[[n["about"], n["object"], n["integration_object"], n["field"]] for n in d["notes"] if n["about"] == "no_such_field"]'; }
# script PART SED...: changes the integration's script
script() { sed -i "$2" "$TANDEM_HOME/lua/integrations/helloworld/$1.lua"; }

start_server missing --seed 4
new_home missing
# an API that leaves out what is empty: its script says that its records are complete
script report_builder 's/^    fields = item.fields,.*/    fields = item.fields, complete = true,/'
"$TANDEM" sync helloworld --quiet
expect "nothing is missing" "[]" "$(notes)"
one=$(contact_with email citizen1@hello.world)
phone=$(contact_field "$one" phone)

control '{"without": ["citizen:phone"]}'
edit '{"object": "citizen", "id": "1", "fields": {"first_name": "Edited"}}'
fields_asked() { asked 'sum("/fields/citizen" in r["path"] for r in d)'; }
before=$(fields_asked)
sync_json helloworld
expect "a run that meets a field that is gone ends with 4" "4 done_with_issues" "$code $(of_summary 'd["status"]')"
expect "it empties nothing here" "$phone" "$(contact_field "$one" phone)"
expect "the rest of the record is taken" Edited "$(contact_field "$one" firstname)"
expect "the list of fields, from the cache of a day, was asked for anew, once" 1 "$(($(fields_asked) - before))"
expect "it tells which line" '[["no_such_field", "contact", "citizen", "phone"]]' "$(notes)"
expect_contains "for people" "is mapped to 'phone', which 'citizen' does not have there" "$("$TANDEM" status helloworld)"
sync_json helloworld
expect "and so does each run after it, though no record has changed" "4 1" "$code $(notes | json 'len(d)')"
expect "a plan tells as much" 4 "$("$TANDEM" plan helloworld --json >/dev/null; echo $?)"

# a script that says null by itself says it of what does not exist, too
script report_builder 's/complete = true,/complete = true, /; s/^local function add_item(report, object, item)/&\n  if object == "citizen" and item.fields.phone == nil then item.fields.phone = json.null end/'
edit '{"object": "citizen", "id": "1", "fields": {"last_name": "Again"}}'
sync_json helloworld
expect "an explicit null of it empties nothing either" "$phone Again" "$(contact_field "$one" phone) $(contact_field "$one" lastname)"

# ---- it is there again ----
control '{"without": []}'
script report_builder 's/^local function add_item/-- a new version\n&/' # or the list is known to be without it for a day
edit '{"object": "citizen", "id": "1", "fields": {"phone": null}}'
sync_json helloworld
expect "it is there again: nothing is missing, and a clear is one" "0 [] " "$code $(notes) $(contact_field "$one" phone)"

# ---- a field that is hidden from a mapping of one direction ----
control '{"without": ["citizen:home_planet", "world:phone"]}'
script report_builder 's/^local function add_item/-- one more version\n&/'
edit '{"object": "citizen", "id": "2", "fields": {"first_name": "Two"}}'
sync_json helloworld
expect "every line that is hit is told" '[["no_such_field", "company", "world", "companyphone"], ["no_such_field", "contact", "citizen", "city"]]' \
  "$(notes | json 'sorted(d)')"
expect "what is one-way stays, too" yes "$([ -n "$(contact_field "$(contact_with email citizen2@hello.world)" city)" ] && echo yes)"
