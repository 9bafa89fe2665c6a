#!/usr/bin/env bash
# plan, explain, conflicts, resolve: what a sync would do, why it did it, and what is kept of it.
. "$(dirname "$0")/lib.sh"

database_sum() { cat "$TANDEM_HOME"/var/tandem.db "$TANDEM_HOME"/var/tandem.db-wal 2>/dev/null | sha256sum; }
of_plan() { json "$1" <"$scratch/plan"; }
make_plan() { # OPTION...: in $scratch/plan, exit code in $code
  "$TANDEM" plan helloworld --json "$@" >"$scratch/plan" 2>"$scratch/stderr"
  code=$?
}

# Does the last run's log of outcomes, and the data after it, say what the plan said?
kept_promise() {
  python3 - "$scratch/plan" "$TANDEM_HOME/var/tandem.db" <<'PYTHON'
import json, sqlite3, sys
plan = json.load(open(sys.argv[1]))["changes"]
store = sqlite3.connect(sys.argv[2])
names = {"create": 3, "update": 4}
planned = {(c["side"] == "internal", c["from_object"], c["from_id"], names[c["action"]])
           for c in plan if c["action"] in names}
rows = store.execute("select side, object, object_id, kind from run_outcome where kind in (3, 4)"
                     " and run = (select max(id) from run)")
done = {(side == 1, object_, id_, kind) for side, object_, id_, kind in rows}
if planned != done:
    print("planned only:", sorted(planned - done), "done only:", sorted(done - planned))
    sys.exit()
for change in plan:
    if change["side"] != "internal":
        continue
    id_, = store.execute(
        "select m.object_id from object_mapping m join integration_object n on n.id = m.integration_object"
        " where n.name = ? and m.integration_id = ?", (change["from_object"], change["from_id"])).fetchone()
    for name, field in change["fields"].items():
        if name.startswith("dnc_") or not isinstance(field["after"], (str, int, float)):
            continue
        value, = store.execute(f'select "{name}" from "{change["object"]}" where id = ?', (id_,)).fetchone()
        if str(value) != str(field["after"]):
            print(change["object"], id_, name, "planned", field["after"], "is", value)
            sys.exit()
print("kept")
PYTHON
}

# ---- nothing is written, nothing is sent ----
new_home home
start_server hello --seed 20 --auth oauth2 --field-timestamps --page-size 7
"$TANDEM" object add contact firstname=Kim lastname=Lee email=kim@example.com >/dev/null
before=$(database_sum)
mkdir "$scratch/tmp"
TMPDIR=$scratch/tmp make_plan --first-time-sync
expect "a plan with changes ends with 10" 10 "$code"
expect "a plan does not change one byte of the store" "$before" "$(database_sum)"
expect "a plan leaves no snapshot behind" "" "$(ls "$scratch/tmp")"
expect "a plan makes no key" no "$([ -e "$TANDEM_HOME/var/key" ] && echo yes || echo no)"
expect "a plan sends no unsafe request" 0 "$(writes)"
expect "a plan queries the API" yes "$(asked '"yes" if len(d) > 3 else "no"')"
expect "a plan lists every record" '[22, 1]' \
  "$(of_plan '[sum(c["side"] == s for c in d["changes"]) for s in ("internal", "integration")]')"
expect "with its fields" 'Grace' \
  "$(of_plan '[c["fields"]["firstname"]["after"] for c in d["changes"] if c["from_id"] == "1" and c["object"] == "contact"][0]')"
sync_json helloworld --first-time-sync
expect "the sync does what the plan said" kept "$(kept_promise)"
expect "the sync counts the same as the plan" "$(of_plan '[d["summary"]["pull"], d["summary"]["push"]]')" \
  "$(of_summary '[d["pull"], d["push"]]')"
before=$(database_sum)
make_plan
expect "a plan with nothing to do ends with 0" 0 "$code"
expect "a plan with nothing to do does not change the store" "$before" "$(database_sum)"

"$TANDEM" object set company 1 companyname='Named Anew' >/dev/null
make_plan --first-time-sync
expect "a full push shows a required field that changed as well" '["Named Anew"]' \
  "$(of_plan '[c["fields"]["name"]["after"] for c in d["changes"] if c["side"] == "integration"]')"
sync_json helloworld

# ---- the same over a history of random edits ----
python3 - >"$scratch/edits" <<'PYTHON'
import random
random.seed(6)
for step in range(6):
    for _ in range(random.randint(1, 8)):
        number, value = random.randint(1, 19), random.randint(1, 99)
        if random.random() < 0.5:
            print(step, "here", number, random.choice(["phone", "lastname", "firstname"]), value)
        else:
            print(step, "there", number, random.choice(["phone", "last_name", "first_name"]), value)
PYTHON
for step in 0 1 2 3 4 5; do
  while read -r _ side number field value; do
    if [ "$side" = here ]; then
      "$TANDEM" object set contact "$number" "$field=here $value" >/dev/null 2>&1
    else
      edit "{\"object\": \"citizen\", \"id\": \"$number\", \"fields\": {\"$field\": \"there $value\"}}"
    fi
    sleep 0.01
  done < <(grep "^$step " "$scratch/edits")
  [ $step -ne 3 ] || "$TANDEM" object add contact firstname=New email=new@example.com >/dev/null
  sent=$(writes)
  before=$(database_sum)
  make_plan
  expect "history $step: the plan sends and writes nothing" "$sent $before" "$(writes) $(database_sum)"
  sync_json helloworld
  expect "history $step: the sync does what the plan said" kept "$(kept_promise)"
done

# ---- how it looks ----
sleep 1.1 # an edit within a second after what was sent counts as what they made of it
"$TANDEM" object set contact 2 lastname=Murray >/dev/null
edit '{"object": "citizen", "id": "3", "fields": {"phone": "+1 555 0199"}}'
text=$("$TANDEM" sync helloworld --dry-run 2>&1)
expect "sync --dry-run is a plan" 10 $?
expect_contains "a pull shows old and new" '-> +1 555 0199' "$text"
expect_contains "a push shows what is sent" 'Murray' "$text"
expect_contains "a plan shows totals" 'here: 0 to create, 1 to update' "$text"
expect_lacks "there are no colors in a pipe" $'\033' "$text"
if has_terminals; then
  text=$(on_terminal 0 "$TANDEM" plan helloworld)
  expect_contains "on a terminal there are" $'\033[3' "$text"
  text=$(NO_COLOR=1 on_terminal 0 "$TANDEM" plan helloworld)
  expect_lacks "unless NO_COLOR is set" $'\033[3' "$text"
else
  skipped "colors of a plan on a terminal" "this machine gives no pseudo-terminals (is /dev/pts mounted?)"
fi
refuse "a plan needs an integration that exists" 2 "no integration 'hellworld'" "$TANDEM" plan hellworld
refuse "an option that is malformed is refused" 2 "--start-datetime" "$TANDEM" plan helloworld --start-datetime=soon
"$TANDEM" sync helloworld --quiet

# ---- before a first sync ----
new_home match
start_server match --seed 6
"$TANDEM" object add contact firstname=Alan lastname=Turing email=Citizen2@hello.world >/dev/null
"$TANDEM" object add contact firstname=One email=citizen3@hello.world >/dev/null
"$TANDEM" object add contact firstname=Two email=citizen3@hello.world >/dev/null
"$TANDEM" object add contact firstname=Kim lastname=Lee email=kim@example.com >/dev/null
before=$(database_sum)
"$TANDEM" match helloworld --json --csv "$scratch/pairs.csv" >"$scratch/matched"
expect "match with ambiguous records ends with 4" 4 $?
expect "match counts what would be linked and created" '{"ambiguous": 1, "created_here": 4, "linked": 1}' \
  "$(json '{k: d[k]["count"] for k in ("linked", "created_here", "ambiguous")}' <"$scratch/matched")"
expect "match says what an ambiguous record matches" '[["ambiguous", "contact", "citizen", "3", ["2", "3"]]]' \
  "$(json '[[u[k] for k in ("reason", "object", "integration_object", "integration_id", "matches")] for u in d["undecided"]]' <"$scratch/matched")"
expect "match shows samples" '[["contact:1", "citizen:2"]]' "$(json 'd["linked"]["samples"]' <"$scratch/matched")"
expect "every pair is in the CSV" yes "$(grep -q '^linked,contact,1,citizen,2$' "$scratch/pairs.csv" && echo yes)"
expect "match writes and sends nothing" "$before 0" "$(database_sum) $(writes)"
expect_contains "match is readable" "are the same, according to their identifiers" "$("$TANDEM" match helloworld)"
make_plan --first-time-sync
expect "what a record fills in when it is linked is a first contact" '["first contact"]' \
  "$(of_plan 'sorted({f["why"] for c in d["changes"] for f in c["fields"].values() if c["side"] == "internal" and c["action"] == "update" and c["from_id"] == "2"})')"
"$TANDEM" sync helloworld --first-time-sync --quiet
expect "the first sync links and creates what match said" "$(json 'd["linked"]["count"] + d["created_here"]["count"] + d["created_there"]["count"]' <"$scratch/matched")" \
  "$(sqlite3 "$TANDEM_HOME/var/tandem.db" 'select count(*) from object_mapping')"
edit '{"action": "create", "object": "citizen", "fields": {"email": "citizen2@hello.world", "first_name": "Zoe", "last_name": "Zed"}}'
expect_contains "match says which object a doubtful record contradicts" "has an identifier of contact:1, which" \
  "$("$TANDEM" match helloworld --json | json '[u["message"] for u in d["undecided"] if u["reason"] == "doubtful"]')"
"$TANDEM" sync helloworld --quiet 2>/dev/null
expect_contains "status names the doubtful record" "contact:1, which already has another record" "$("$TANDEM" status helloworld)"
zoe=$(state '[r["id"] for r in d["citizen"] if r["fields"]["first_name"] == "Zoe"][0]')
edit "{\"object\": \"citizen\", \"id\": \"$zoe\", \"fields\": {\"first_name\": \"Alan\", \"last_name\": \"Turing\"}}"
make_plan
"$TANDEM" sync helloworld --json --quiet >"$scratch/summary" 2>/dev/null
expect "what a run settles is not counted as open, neither by the plan nor by the run" "1 1" \
  "$(of_plan 'd["summary"]["open_in_all"]') $(json 'd["open_in_all"]' <"$scratch/summary")"

# ---- what would be replaced, on either side, and why ----
new_home values
start_server values --seed 3
"$TANDEM" sync helloworld --quiet
"$TANDEM" object set contact 1 phone='+1 555 0101' city=Here >/dev/null
edit '{"object": "citizen", "id": "1", "fields": {"first_name": "Given There"}}'
edit '{"object": "citizen", "id": "2", "fields": {"phone": "+1 555 0202"}}'
sleep 0.01
"$TANDEM" object set contact 2 phone='+1 555 0303' >/dev/null
was=$(contact_field 1 firstname)
make_plan --csv "$scratch/values.csv"
expect "a plan counts what is replaced" "$(($(wc -l <"$scratch/values.csv") - 1))" \
  "$(of_plan 'd["counts"]["internal"]["replaced"] + d["counts"]["integration"]["replaced"]')"
expect "the CSV has before, after and why, here" "internal,contact,1,citizen:1,firstname,$was,Given There,changed there" \
  "$(grep ,firstname, "$scratch/values.csv")"
# What a plan says of their side is what they have, and what they will have.
replaced_there() { python3 - "$scratch/values.csv" <<'PYTHON'
import csv, json, sys, urllib.request, os
state = json.load(urllib.request.urlopen(os.environ["HELLOWORLD_URL"] + "/_state"))
rows = list(csv.DictReader(open(sys.argv[1])))
for row in rows:
    if row["side"] == "integration":
        object_, id_ = row["record"].split(":")
        record = [r for r in state[object_] if str(r["id"]) == id_][0]
        print(row["field"], row["before"] == str(record["fields"][row["field"]]), row["why"])
PYTHON
}
expect "the CSV lists replaced values there: judged where both sides changed" "phone True both have a value: ours won (best)" \
  "$(replaced_there | grep won)"
expect "the CSV lists replaced values there: changed here alone" "phone True changed here" "$(replaced_there | grep 'changed here')"
expect "JSON has the same" '["+1 555 0202", "+1 555 0303", "both have a value: ours won (best)"]' \
  "$(of_plan '[[f["before"], f["after"], f["why"]] for c in d["changes"] for n, f in c["fields"].items() if c["side"] == "integration" and n == "phone" and c["id"] == "2"][0]')"
"$TANDEM" plan helloworld --quiet --csv /nowhere/values.csv 2>"$scratch/stderr"
expect "a file that cannot be made ends it before it begins" "1 tandem: cannot write '/nowhere/values.csv': No such file or directory (TND0900)" \
  "$? $(cat "$scratch/stderr")"

# ---- twins, and what is linked already ----
"$TANDEM" object add contact firstname=Ann email=twins@t.test >/dev/null
edit '{"action": "create", "object": "citizen", "fields": {"email": "twins@t.test", "first_name": "Ann"}}'
edit '{"action": "create", "object": "citizen", "fields": {"email": "Twins@t.test", "first_name": "Ann"}}'
"$TANDEM" match helloworld --json --csv "$scratch/pairs.csv" --values "$scratch/values.csv" >"$scratch/matched"
expect "match counts records, and objects that are linked already" "4 4 3" \
  "$(json '" ".join(str(d[k]) for k in ("records", "objects", "linked_already"))' <"$scratch/matched")"
expect "two records of one object: linked, and duplicates, which were called twins" "2 1 1" \
  "$(json '" ".join(str(d[k]["count"]) for k in ("linked", "duplicates", "twins"))' <"$scratch/matched")"
expect "the CSV of pairs has linked records and duplicates" "linked duplicates" "$(echo $(sed -n 's/,contact,4,citizen,5$//p' "$scratch/pairs.csv"))"

# ---- the lost edit: a record that was changed in another field, later than ours ----
lost_edit() { # JUDGE: the last name that both sides end with
  new_home "lost.$1"
  start_server "lost.$1" --seed 4 # dates of records only
  echo "return { judge = { $2 } }" >"$TANDEM_HOME/config/tandem.lua"
  "$TANDEM" sync helloworld --first-time-sync --quiet
  one=$(contact_with email citizen1@hello.world)
  "$TANDEM" object set contact "$one" lastname=Edited
  sleep 0.05
  edit '{"object": "citizen", "id": "1", "fields": {"phone": "+1 555 0123"}}'
  sleep 0.05
  "$TANDEM" sync helloworld --quiet
}
lost_edit dates '"hard", "best", "fuzzy"'
expect "dates alone lose the edit" Hopper "$(contact_field "$one" lastname)"
expect_contains "explain says why" "its object was changed later, though perhaps not in this field (best)" \
  "$("$TANDEM" explain helloworld "contact:$one" lastname)"
expect_contains "check warns of it" "has no \"base\"" "$("$TANDEM" check helloworld 2>&1)"
lost_edit base '"base", "hard", "best", "fuzzy"'
expect "with the base it survives" Edited "$(contact_field "$one" lastname)"
expect "the edit that survived is sent" Edited "$(state '[c["fields"]["last_name"] for c in d["citizen"] if str(c["id"]) == "1"][0]')"
expect "the phone number still comes in that sync" '+1 555 0123' "$(contact_field "$one" phone)"
expect_contains "explain says why" "only ours was edited (base)" \
  "$("$TANDEM" explain helloworld "contact:$one" lastname)"
expect "explain knows the record as well" '["internal", "base"]' \
  "$("$TANDEM" explain helloworld citizen:1 lastname --json | json '[d["decisions"][0]["winner"], d["decisions"][0]["decided_by"]]')"
refuse "explain of an unknown object" 2 "knows nothing about" "$TANDEM" explain helloworld contact:4711

# ---- conflicts that nobody wins ----
new_home ties
start_server ties --seed 4
echo 'return { judge = { "base", "hard" }, keep = { runs = 3 } }' >"$TANDEM_HOME/config/tandem.lua"
"$TANDEM" sync helloworld --first-time-sync --quiet
expect "without conflicts there are none" "[]" "$("$TANDEM" conflicts helloworld --json)"
one=$(contact_with email citizen1@hello.world)
"$TANDEM" object set contact "$one" lastname=Here phone=here
edit '{"object": "citizen", "id": "1", "fields": {"last_name": "There", "phone": "there"}}'
make_plan
expect "a plan with conflicts alone ends with 4" 4 "$code"
"$TANDEM" sync helloworld --quiet
"$TANDEM" conflicts helloworld --json >"$scratch/conflicts"
expect "conflicts ends with 4" 4 $?
expect "conflicts lists both fields with both values" '[["lastname", "Here", "There"], ["phone", "here", "there"]]' \
  "$(json 'sorted([c["field"], c["internal"], c["integration_value"]] for c in d)' <"$scratch/conflicts")"
id_of() { json "[c['id'] for c in d if c['field'] == '$1'][0]" <"$scratch/conflicts"; }
next=$("$TANDEM" resolve "$(id_of lastname)" internal)
expect "resolve says what to run" "ours will be sent: tandem sync helloworld --disable-pull --internal-object-id contact:$one" "$next"
their() { state "[c['fields']['$1'] for c in d['citizen'] if str(c['id']) == '1'][0]"; }
# an ordinary sync meets the record again, and no date tells more than before
"$TANDEM" sync helloworld --quiet
expect "what is settled does not tie again in an ordinary sync, and is sent" "Here Here" \
  "$(contact_field "$one" lastname) $(their last_name)"
expect "the other conflict is still one" "here there" "$(contact_field "$one" phone) $(their phone)"
expect_contains "explain says in plain words what came of it" \
  ": pull of citizen:1: conflict, since both sides changed a field, and neither won" \
  "$("$TANDEM" explain helloworld "contact:$one")"
expect "the newest run comes first, its pull before its push" true \
  "$("$TANDEM" explain helloworld "contact:$one" --json |
    json '[(o["run"], o["direction"] == "pull") for o in d["outcomes"]] == sorted([(o["run"], o["direction"] == "pull") for o in d["outcomes"]], reverse=True)')"
expect_contains "explain says who settled it" "'tandem resolve' decided in favor of our value" \
  "$("$TANDEM" explain helloworld "contact:$one" lastname)"
# settled against one value of theirs, not against whatever they write later
sleep 1.1 # an edit within the second of the answer to a push would count as what they made of it (13.2)
"$TANDEM" object set contact "$one" lastname=Here2
edit '{"object": "citizen", "id": "1", "fields": {"last_name": "There2"}}'
"$TANDEM" sync helloworld --quiet
"$TANDEM" conflicts helloworld --json >"$scratch/conflicts"
"$TANDEM" resolve "$(id_of lastname)" internal --quiet
edit '{"object": "citizen", "id": "1", "fields": {"last_name": "There3"}}'
"$TANDEM" sync helloworld --quiet
expect "a newer edit of theirs is a conflict of its own" "Here2 There3" "$(contact_field "$one" lastname) $(their last_name)"
"$TANDEM" conflicts helloworld --json >"$scratch/conflicts"
"$TANDEM" resolve "$(id_of lastname)" internal --quiet
"$TANDEM" sync helloworld --disable-pull --internal-object-id "contact:$one" --quiet
expect "the command that resolve names sends ours at once" Here2 "$(their last_name)"
"$TANDEM" resolve "$(id_of phone)" integration --quiet
"$TANDEM" sync helloworld --integration-object-id citizen:1 --quiet
expect "theirs is taken" "there" "$(contact_field "$one" phone)"
expect "after the resolution there is no conflict" 0 "$("$TANDEM" conflicts helloworld >/dev/null; echo $?)"
refuse "a conflict that is over cannot be resolved" 2 "there is no conflict" "$TANDEM" resolve "$(id_of phone)" internal
refuse "what can be decided is named" 2 "none of 'internal', 'integration', 'restore', 'delete'" "$TANDEM" resolve 1 both

# ---- what is kept ----
"$TANDEM" sync helloworld --quiet
expect "a run forgets what is older than the newest runs" 3 "$(sqlite3 "$TANDEM_HOME/var/tandem.db" 'select count(*) from run')"
expect "with everything that hangs on it" 0 \
  "$(sqlite3 "$TANDEM_HOME/var/tandem.db" 'select count(*) from run_outcome where run not in (select id from run)')"
sqlite3 "$TANDEM_HOME/var/tandem.db" 'update run set started = started - 40 * 86400000'
expect "cleanup forgets what is too old" '{"forgotten_runs": 2, "removed": 0}' "$("$TANDEM" cleanup --json | json d)"
expect "cleanup never forgets the last run" 1 "$(sqlite3 "$TANDEM_HOME/var/tandem.db" 'select count(*) from run')"
