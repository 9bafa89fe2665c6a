#!/usr/bin/env bash
# Policies of fields, as an operator writes them: on_conflict, on_clear, default, on_tie.
. "$(dirname "$0")/lib.sh"

citizen() { state "[c['fields']['$2'] for c in d['citizen'] if str(c['id']) == '$1'][0]"; }
both() { echo "$(contact_field "$one" "$1") / $(citizen 1 "$2")"; }
reason() { "$TANDEM" explain helloworld "contact:$one" "$1" --json | json 'd["decisions"][0]["decided_by"]'; }

# configure MAPPING [MORE]: of citizens, and of the whole integration
configure() {
  cat >"$TANDEM_HOME/config/integrations/helloworld.lua" <<LUA
return {
  enabled = true,
  base_url = env "HELLOWORLD_URL" .. "/api",
  ${2-}
  mapping = {
    citizen = {
      email = { "email", required = true },
$1
    },
  },
}
LUA
}

new_home policies
start_server policies --seed 4
configure '
      first_name = { "firstname", on_conflict = "internal" },
      last_name = { "lastname", on_conflict = "integration", required = true, default = "Unknown" },
      phone = { "phone", on_conflict = "non_empty" },
      home_planet = { "city", on_conflict = function(ours, theirs)
        return #ours.value >= #theirs.value and "internal" or "integration"
      end },
      score = { "dnc_email", on_conflict = "strictest" },
      birthday = "birthday",'
edit '{"object": "citizen", "id": "1", "fields": {"score": 0}}'
"$TANDEM" sync helloworld --first-time-sync --quiet
one=$(contact_with email citizen1@hello.world)
"$TANDEM" object set contact "$one" firstname=Ours phone='+1 555 0101' city=Longer dnc_email=3 birthday=2001-01-01 >/dev/null
sleep 0.05
edit '{"object": "citizen", "id": "1", "fields": {"first_name": "Theirs", "last_name": "Theirs", "phone": null,
  "home_planet": "Short", "score": 1, "birthday": "2002-02-02"}}'
sleep 0.05
"$TANDEM" object set contact "$one" lastname=Later >/dev/null
"$TANDEM" sync helloworld --quiet
expect "internal: ours, though theirs is later" "Ours / Ours policy internal" "$(both firstname first_name) $(reason firstname)"
expect "integration: theirs, though ours is later" "Theirs / Theirs policy integration" "$(both lastname last_name) $(reason lastname)"
expect "non_empty: what is there beats what is not" "+1 555 0101 / +1 555 0101 policy non_empty" "$(both phone phone) $(reason phone)"
expect "a function: as it says" "Longer / Longer policy function" "$(both city home_planet) $(reason city)"
expect "strictest: the stricter block" "3 / 3 policy strictest" "$(both dnc_email score) $(reason dnc_email)"
expect "newest: the later edit" "2002-02-02 / 2002-02-02 best" "$(both birthday birthday) $(reason birthday)"
# only one side changed: then no policy is asked
edit '{"object": "citizen", "id": "1", "fields": {"first_name": "Alone"}}'
"$TANDEM" object set contact "$one" lastname=Here >/dev/null
"$TANDEM" sync helloworld --quiet
expect "what only they changed flows in spite of 'internal'" "Alone / Alone" "$(both firstname first_name)"
expect "what only we changed flows in spite of 'integration'" "Here / Here" "$(both lastname last_name)"

# a default goes out, and never comes back as an edit
"$TANDEM" object add contact email=kim@example.com firstname=Kim >/dev/null
kim=$(contact_with email kim@example.com)
"$TANDEM" sync helloworld --quiet
expect "default: a required field that is empty here is sent with it" Unknown "$(citizen 5 last_name)"
"$TANDEM" sync helloworld --quiet
expect "a default that was sent leaves ours empty" "" "$(contact_field "$kim" lastname)"

# ---- clearing ----
new_home clearing
start_server clearing --seed 4
configure '
      first_name = "firstname",
      phone = { "phone", on_clear = "ignore" },'
"$TANDEM" sync helloworld --first-time-sync --quiet
one=$(contact_with email citizen1@hello.world)
phone=$(contact_field "$one" phone)
edit '{"object": "citizen", "id": "1", "fields": {"first_name": null, "phone": null}}'
"$TANDEM" sync helloworld --quiet
expect "propagate: what is cleared there is cleared here" "" "$(contact_field "$one" firstname)"
expect "ignore: it is not" "$phone" "$(contact_field "$one" phone)"
two=$(contact_with email citizen2@hello.world)
phone=$(citizen 2 phone)
"$TANDEM" object set contact "$two" firstname= phone= >/dev/null
"$TANDEM" sync helloworld --quiet
expect "propagate: what is cleared here is cleared there" "[True, '$phone']" \
  "$(state '[[c["fields"]["first_name"] in (None, ""), c["fields"]["phone"]] for c in d["citizen"] if str(c["id"]) == "2"][0].__repr__()')"

# ---- ties ----
tie() { # ON_TIE: $names is what both sides have after both changed the first name, and no date tells who was later
  new_home "tie.$1"
  start_server "tie.$1" --seed 4
  configure 'first_name = "firstname",' "judge = { \"base\", \"hard\" }, on_tie = \"$1\","
  "$TANDEM" sync helloworld --first-time-sync --quiet
  one=$(contact_with email citizen1@hello.world)
  "$TANDEM" object set contact "$one" firstname=Ours >/dev/null
  edit '{"object": "citizen", "id": "1", "fields": {"first_name": "Theirs"}}'
  "$TANDEM" sync helloworld --quiet
  names=$(both firstname first_name)
}
tie internal
expect "on_tie internal" "Ours / Ours" "$names"
tie integration
expect "on_tie integration" "Theirs / Theirs" "$names"

# ---- mistakes are told with their place ----
new_home mistakes
mistake() { # NAME LINE PART [MORE]
  configure "      first_name = $2," "${4-}"
  text=$("$TANDEM" check helloworld 2>&1)
  expect "$1 ends with 2" 2 $?
  expect "$1 is told with file and line" 1 "$(grep -cE 'integrations/helloworld\.lua:[0-9]+: ' <<<"$text")"
  expect_contains "$1 is told" "$3" "$text"
}
mistake "an unknown policy" '{ "firstname", on_conflict = "newst" }' "on_conflict"
mistake "an unknown way to clear" '{ "firstname", on_clear = "never" }' "on_clear"
mistake "a setting that there is not" '{ "firstname", on_confict = "internal" }' "'on_confict' is not a setting of a field"
mistake "a default that is no value" '{ "firstname", required = true, default = function() end }' "default"
mistake "an unknown tie" '"firstname"' "on_tie" 'on_tie = "everybody",'
mistake "an unknown mode" '"firstname"' "judge" 'judge = { "base", "hart" },'
