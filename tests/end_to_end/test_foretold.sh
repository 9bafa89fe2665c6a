#!/usr/bin/env bash
# What match and plan foretell, counts and every value, is what the sync then does.
. "$(dirname "$0")/lib.sh"

foretold() { python3 "$root/tests/support/foretold.py" "$@"; }
shot() { foretold shot "$TANDEM_HOME/var/tandem.db" "$url" "$told/$1"; }
# foretell SCENARIO [OPTION...]: what plan says of the sync that `carry_out` makes; in the first run, what match says, too.
foretell() {
  told=$scratch/told.$1
  mkdir "$told"
  shift
  after_answers
  shot before
  if [ "${1-}" = --first-time-sync ]; then
    "$TANDEM" match helloworld --json --csv "$told/pairs" --values "$told/replaced" >"$told/match" 2>/dev/null
  fi
  "$TANDEM" plan helloworld --json --csv "$told/values" "$@" >"$told/plan" 2>/dev/null
}
carry_out() { # OPTION...
  "$TANDEM" sync helloworld --json --quiet "$@" >"$told/summary" 2>/dev/null
  shot after
}
compare() { expect "$1" foretold "$(foretold compare "$told")"; }
there() { edit "{\"object\": \"citizen\", \"id\": \"$1\", \"fields\": $2}"; }
create_there() { edit "{\"action\": \"create\", \"object\": \"citizen\", \"fields\": $1}"; }
ours() { "$TANDEM" object "$@" >/dev/null; }

# ---- a first run: equal, contradicting, ambiguous, several of one, and values that meet others ----
new_home first
start_server first --seed 30
ours add contact firstname=Alan lastname=Turing email=Citizen2@hello.world phone='+1 555 0999'  # later than theirs
ours add contact firstname=Other lastname=Name email=citizen3@hello.world                       # contradicts
ours add contact firstname=One email=citizen4@hello.world                                       # ambiguous
ours add contact firstname=Two email=citizen4@hello.world
ours add contact lastname=Knuth email=citizen5@hello.world birthday=1938-01-10 city=Stanford    # first name from there
ours add contact firstname=Kim lastname=Lee email=kim@example.com                               # only here
ours add contact firstname=Nobody                                                               # anonymous
ours add contact firstname=Ann email=twins@t.test
ours add company companyname='venus 1' companyphone='+1 555 0001' companyemail=other@venus.test
ours add company companyname='Only Here'
create_there '{"email": "twins@t.test", "first_name": "Ann", "phone": "+1 555 0701"}'
create_there '{"email": "Twins@t.test", "first_name": "Ann", "phone": "+1 555 0702"}'
create_there '{"email": "twins@t.test", "first_name": "Zoe"}'                                   # doubtful
create_there '{"email": "both@new.test", "first_name": "Bo", "last_name": "Th"}'                # two of one, new here
create_there '{"email": "Both@new.test", "first_name": "Bo", "phone": "+1 555 0703"}'
create_there '{"email": "null@new.test", "first_name": null, "phone": null}'
"$TANDEM" field change contact lastname --limit 9 --quiet >/dev/null
there 6 '{"last_name": "Much too long a name"}'                                                 # has no place here
ours set contact 1 phone='+1 555 0998'
foretell first --first-time-sync
carry_out --first-time-sync
compare "a first run does what was foretold"
expect "first links that contradict are counted: another name, another birthday" "contact,2,citizen,3 contact,5,citizen,5" \
  "$(sed -n 's/^contradicting,//p' "$told/pairs" | xargs)"

# ---- the run after it has nothing left but what is open ----
foretell after
carry_out
compare "the run after it, too"

# ---- later: edits on both sides, clears, deletions, values that are refused ----
contact() { contact_with email "citizen$1@hello.world"; }
later() {
  after_answers
  there 10 '{"phone": "+1 555 1010", "first_name": "Theirs"}'
  there 11 '{"phone": null}'
  there 12 '{"last_name": "Far too long for us"}'
  there 13 '{"first_name": "Both"}'
  there 14 '{"home_planet": null, "score": null}'
  there 15 '{"first_name": "Gone soon"}'
  sleep 0.02
  ours set contact "$(contact 10)" firstname=Ours
  ours set contact "$(contact 16)" phone= lastname=Cleared
  ours set contact "$(contact 13)" firstname=Both
  ours set contact "$(contact 18)" firstname=Later city=Elsewhere
  ours set contact "$(contact_with email twins@t.test)" phone='+1 555 0777'
  sleep 0.02
  there 18 '{"first_name": "Latest"}'
  edit '{"object": "world", "id": "1", "fields": {"name": "Venus Renamed", "phone": null}}'
  edit '{"action": "delete", "object": "citizen", "id": "17"}'
  edit '{"action": "delete", "object": "citizen", "id": "15"}'
  ours delete contact "$(contact 19)"
  ours add contact firstname=New lastname=Comer email=new@comer.test
  create_there '{"email": "there@comer.test", "first_name": "There"}'
}
later
foretell later
carry_out
compare "a later run does what was foretold"

foretell whole --first-time-sync
carry_out --first-time-sync
compare "a full push later on does, too"

# ---- what was refused is sent again once the mapping has changed (13.3) ----
control '{"without": ["citizen:phone"]}'
ours set contact "$(contact 20)" phone='+1 555 2020'
"$TANDEM" sync helloworld --quiet --disable-pull >/dev/null 2>&1
expect_contains "an edit is refused and listed" refused "$("$TANDEM" status helloworld)"
control '{"without": []}'
sed -i 's/      birthday = "birthday",//' "$TANDEM_HOME/config/integrations/helloworld.lua"
foretell refused
carry_out
compare "what was refused and is sent again is foretold"
expect "it has arrived" "+1 555 2020" "$(state '[c["fields"]["phone"] for c in d["citizen"] if c["fields"]["email"] == "citizen20@hello.world"][0]')"
sed -i 's/^      phone = "phone",/&\n      birthday = "birthday",/' "$TANDEM_HOME/config/integrations/helloworld.lua"

# ---- a history of random edits, of every kind, on both sides ----
cat >"$scratch/edits.py" <<'PYTHON'
import json, random, sys
random.seed(int(sys.argv[1]))
there, here = [], []
fields = {"phone": "phone", "first_name": "firstname", "last_name": "lastname", "birthday": "birthday"}
for _ in range(random.randint(6, 14)):
    id_, (theirs, ours) = random.randint(1, 30), random.choice(list(fields.items()))
    value = random.choice(["", "Too long to be taken", f"N{random.randint(1, 9)}"])
    if theirs == "birthday":
        value = random.choice(["", "2001-02-03", "2002-02-02"])
    kind = random.choice(["there", "there", "here", "here", "both", "world", "create", "delete"])
    if kind in ("there", "both"):
        there.append({"object": "citizen", "id": str(id_), "fields": {theirs: value or None}})
    if kind in ("here", "both"):
        here.append(f"set contact @{id_} {ours}={value[:8]}")
    if kind == "world":
        there.append({"object": "world", "id": "2", "fields": {"name": f"World {random.randint(1, 9)}"}})
    if kind == "create":
        there.append({"action": "create", "object": "citizen",
                      "fields": {"email": f"made{random.randint(1, 4)}@x.test", "first_name": f"N{random.randint(1, 2)}"}})
        here.append(f"add contact email=made{random.randint(1, 4)}@x.test firstname=N{random.randint(1, 2)}")
    if kind == "delete" and random.random() < 0.5:
        here.append(f"delete contact @{id_}")
json.dump(there, open(sys.argv[2], "w"))
print("\n".join(here))
PYTHON
for step in 1 2 3 4 5 6; do
  python3 "$scratch/edits.py" $step "$scratch/edits.there" >"$scratch/edits.here"
  edit "$(cat "$scratch/edits.there")"
  while read -r verb kind name rest; do
    number=${name#@}
    [ "$number" = "$name" ] || name=$(contact "$number")
    [ -z "$name" ] || "$TANDEM" object "$verb" "$kind" "$name" ${rest:+"$rest"} >/dev/null 2>&1
  done <"$scratch/edits.here"
  foretell "history$step"
  carry_out
  compare "history $step: the sync does what was foretold"
done

# ---- several records of one object, a page each: what counts is what is there before the run, and after it ----
new_home chains
start_server chains --page-size 1
ours add contact firstname=Ann email=chain@t.test phone='+1 555 0801' city=Here
sleep 0.02
create_there '{"email": "chain@t.test", "first_name": "Ann", "phone": "+1 555 0802", "home_planet": "There"}'
sleep 0.02
create_there '{"email": "chain@t.test", "first_name": "Ann", "phone": "+1 555 0803", "home_planet": "Here"}' # as it was
create_there '{"email": "made@t.test", "first_name": "Bo", "home_planet": "Rome"}'
create_there '{"email": "made@t.test", "first_name": "Bo", "home_planet": "Oslo"}' # of one that the run makes
foretell chains --first-time-sync
carry_out --first-time-sync
compare "what several records write to one object is foretold as it ends"
expect "each value is listed once" "phone,+1 555 0801,+1 555 0803" "$(grep ^internal "$told/values" | cut -d, -f5-7)"
expect "match counts it once" 1 "$(json 'd["replaced"]["internal"]' <"$told/match")"
after_answers
edit '{"object": "citizen", "id": "1", "fields": {"phone": null}}'
sleep 0.02
edit '{"object": "citizen", "id": "2", "fields": {"phone": "+1 555 0804"}}'
foretell chained
carry_out
compare "a value that is emptied on the way to another one, too"

# ---- deletions that are passed on, in both directions ----
new_home deletions
start_server deletions --seed 30
sed -i 's/    citizen = {/    citizen = {\n      on_deleted_here = "delete", on_deleted_there = "delete",/' \
  "$TANDEM_HOME/config/integrations/helloworld.lua"
sed -i 's/^    if requested.name == "tourist"/    if requested.name == "citizen" and request.iteration == 1 and not requested.ids then\n      for _, gone in ipairs(client.gone(requested.from, requested.to)) do report:add_deleted(gone.object, gone.id) end\n    end\n&/' \
  "$TANDEM_HOME/lua/integrations/helloworld/report_builder.lua"
sed -i 's|^return M$|function M.gone(from, to) return (get("/deleted", { since = from, before = to, page = 1 })) end\n&|' \
  "$TANDEM_HOME/lua/integrations/helloworld/client.lua"
# hello.world's API deletes nothing: this script does it by the server's own door
sed -i 's|^return M$|function M.delete(object, id)\n  http.post(config.base_url:gsub("/api$", "/_edit"), { json = { action = "delete", object = object, id = id } })\nend\n&|' \
  "$TANDEM_HOME/lua/integrations/helloworld/client.lua"
sed -i 's|^  for object in order:objects() do|&\n    for change in order:deletions(object) do\n      client.delete(object, change.object_id)\n      order:delete_object(change)\n    end|' \
  "$TANDEM_HOME/lua/integrations/helloworld/order_executioner.lua"
"$TANDEM" sync helloworld --first-time-sync --quiet || echo "not ok foretold: the first sync of the deletions"
after_answers
edit '{"action": "delete", "object": "citizen", "id": "5"}'
edit '{"action": "delete", "object": "citizen", "id": "6"}'
ours set contact "$(contact 6)" firstname=Edited # deleted there, edited here
ours delete contact "$(contact 7)"
ours delete contact "$(contact 8)"
there 8 '{"first_name": "Edited"}' # deleted here, edited there
foretell deletions
carry_out
compare "deletions that are passed on are foretold, and so are those that meet an edit"

# ---- what first_link says of values that meet ----
for who in newest internal integration hold; do
  new_home "link.$who"
  start_server "link.$who" --seed 12
  sed -i "s/^  enabled = true,/&\n  first_link = \"$who\",/" "$TANDEM_HOME/config/integrations/helloworld.lua"
  for number in 1 2 3; do
    ours add contact "email=citizen$number@hello.world" phone="+1 555 $number" city=Here birthday=2001-01-01
  done
  ours add company companyname='Venus 1' companydescription=Ours
  there 2 '{"phone": "+1 555 222", "birthday": null}'
  foretell "link.$who" --first-time-sync
  carry_out --first-time-sync
  compare "first_link = $who: a first run does what was foretold"
done
