#!/usr/bin/env bash
# The real Tryton: persons and organisations of the party module in both directions.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/../real_systems/lib.sh"

TRYTON_PORT=$(free_port)
export TRYTON_PORT
start_real tryton "$TRYTON_PORT" /
export TRYTON_URL=$url TRYTON_DATABASE=crm TRYTON_USERNAME=admin TRYTON_PASSWORD=Sync-Test-2026
new_home home
use_integration tryton
writes='"method": ?"[a-z_.]*\.(create|write|delete)"'

# rpc METHOD PARAMETERS EXPRESSION: straight to the server; EXPRESSION of the result d.
rpc() {
  curl -sS -u admin:Sync-Test-2026 "$direct/crm/" -H 'Content-Type: application/json' \
    -d "{\"id\":1,\"method\":\"model.party.$1\",\"params\":$2}" | json "(lambda d: $3)(d['result'])"
}
# there EXPRESSION: of the active parties by name, p; their mechanisms are p[NAME]["mail"] ...
there() {
  rpc party.search_read '[[], 0, 5000, null, ["name", "code", "create_date", "write_date", "categories", "contact_mechanisms.type", "contact_mechanisms.value", "relations.to"], {}]' \
    "(lambda p: $1)({x['name']: {**x, **{m['type']: m['value'] for m in reversed(x['contact_mechanisms.'])}, 'works_for': [r['to'] for r in x['relations.']]} for x in d})"
}
id_of() { there "p['$1']['id']"; }
# mechanism NAME TYPE: the id of the party's contact mechanism.
mechanism() { there "[m['id'] for m in p['$1']['contact_mechanisms.'] if m['type'] == '$2'][0]"; }
here() { contact_field "$(contact_with email "$1")" "$2"; }

rpc category.create '[[{"name": "Organisation"}], {}]' 'd' >/dev/null
employee_of=$(rpc relation.type.create '[[{"name": "Employee Of"}], {}]' 'd[0]')

# ---- create ----
rpc party.create '[[
  {"name": "Analytical Engines", "categories": [["add", [1]]],
    "contact_mechanisms": [["create", [{"type": "website", "value": "https://engines.test"}]]]},
  {"name": "Ada Lovelace", "contact_mechanisms": [["create", [{"type": "email", "value": "ada@engines.test"},
    {"type": "email", "value": "ada@home.test"}, {"type": "phone", "value": "+44 1"}]]]},
  {"name": "Pascal, Blaise", "contact_mechanisms": [["create", [{"type": "email", "value": "blaise@home.test"}]]]}
], {}]' 'd' >/dev/null
rpc party.write "[[$(id_of 'Ada Lovelace')], {\"relations\": [[\"create\", [{\"type\": $employee_of, \"to\": $(id_of 'Analytical Engines')}]]]}, {}]" d >/dev/null
"$TANDEM" object add company companyname=Navy companywebsite=https://navy.test >/dev/null
"$TANDEM" object add contact firstname=Grace lastname=Hopper email=grace@navy.test mobile='+1 555' company=Navy >/dev/null
"$TANDEM" object add contact firstname=Ludwig lastname='van Beethoven' email=ludwig@bonn.test >/dev/null

sync_json tryton --first-time-sync
expect "the first run ends with 0" 0 "$code"
expect "persons and organisations go both ways" "[3, 0, 3, 0, 0]" "$(of_summary "$moved")"
expect "a person came here" "Ada Lovelace +44 1" \
  "$(here ada@engines.test firstname) $(here ada@engines.test lastname) $(here ada@engines.test phone)"
expect "a name with a comma came here" "Blaise Pascal" \
  "$(here blaise@home.test firstname) $(here blaise@home.test lastname)"
expect "the employer is the company" "Analytical Engines" "$(here ada@engines.test company)"
expect "an organisation came here" https://engines.test \
  "$("$TANDEM" object list company --filter companyname='Analytical Engines' --json | json 'd[0]["fields"]["companywebsite"]')"
expect "a person went there" '["grace@navy.test", "+1 555"]' \
  "$(there '[p["Grace Hopper"]["email"], p["Grace Hopper"]["mobile"]]')"
expect "an organisation went there, as one" '["https://navy.test", [1]]' \
  "$(there '[p["Navy"]["website"], p["Navy"]["categories"]]')"
expect "the company is the employer" true "$(there 'p["Grace Hopper"]["works_for"] == [p["Navy"]["id"]]')"
expect "a name that two words can't tell went there" true "$(there '"van Beethoven, Ludwig" in p')"
quiet "created" tryton "$writes"

# ---- change: a mechanism there has dates of its own; another field of the same person here ----
before=$(there 'p["Ada Lovelace"]["write_date"]')
rpc contact_mechanism.write "[[$(mechanism 'Ada Lovelace' phone)], {\"value\": \"+44 2\"}, {}]" d >/dev/null
expect "changing a mechanism does not touch the party" "$before" "$(there 'p["Ada Lovelace"]["write_date"]')"
"$TANDEM" object set contact "$(contact_with email ada@engines.test)" lastname=King
"$TANDEM" object set contact "$(contact_with email blaise@home.test)" mobile=123 company=Navy
sync_json tryton
expect "a run with changes ends with 0" 0 "$code"
expect "a changed mechanism came here" "+44 2" "$(here ada@engines.test phone)"
expect "a changed name went there, other mechanisms are kept" 3 "$(there 'len(p["Ada King"]["contact_mechanisms."])')"
expect "a new mechanism and a new employer went there" '["123", true]' \
  "$(there '[p["Blaise Pascal" if "Blaise Pascal" in p else "Pascal, Blaise"]["mobile"], p["Pascal, Blaise" if "Pascal, Blaise" in p else "Blaise Pascal"]["works_for"] == [p["Navy"]["id"]]]')"
quiet "changed" tryton "$writes"

# ---- conflict: the later edit wins, on either side ----
rpc contact_mechanism.write "[[$(mechanism 'Ada King' phone)], {\"value\": \"there first\"}, {}]" d >/dev/null
"$TANDEM" object set contact "$(contact_with email grace@navy.test)" mobile='here first'
sleep 0.1
"$TANDEM" object set contact "$(contact_with email ada@engines.test)" phone='here last'
rpc contact_mechanism.write "[[$(mechanism 'Grace Hopper' mobile)], {\"value\": \"there last\"}, {}]" d >/dev/null
sleep 0.1
sync_json tryton
expect "a run with conflicts ends with 0" 0 "$code"
expect "each side wins once" '{"integration": 1, "internal": 1, "unresolved": 0}' "$(of_summary 'd["pull"]["conflicts"]')"
expect "the later edit here won" 'here last|here last' "$(there 'p["Ada King"]["phone"]')|$(here ada@engines.test phone)"
expect "the later edit there won" 'there last|there last' "$(there 'p["Grace Hopper"]["mobile"]')|$(here grace@navy.test mobile)"
quiet "conflict" tryton "$writes"

# ---- clear ----
rpc party.write "[[$(id_of 'Grace Hopper')], {\"contact_mechanisms\": [[\"delete\", [$(mechanism 'Grace Hopper' mobile)]]]}, {}]" d >/dev/null
"$TANDEM" object set contact "$(contact_with email ada@engines.test)" phone:=null company:=null
sync_json tryton
expect "what was cleared there is empty here" "" "$(here grace@navy.test mobile)"
expect "what was cleared here is gone there" '[null, []]' "$(there '[p["Ada King"].get("phone"), p["Ada King"]["works_for"]]')"
quiet "cleared" tryton "$writes"

# ---- a mechanism and a relation that are deleted by themselves leave no trace but their number ----
rpc party.write "[[$(id_of 'Ada King')], {\"contact_mechanisms\": [[\"create\", [{\"type\": \"fax\", \"value\": \"44\"}]]]}, {}]" d >/dev/null
sync_json tryton
expect "a fax came here" 44 "$(here ada@engines.test fax)"
before=$(there 'p["Ada King"]["write_date"]')
rpc contact_mechanism.delete "[[$(mechanism 'Ada King' fax)], {}]" d >/dev/null
rpc relation.all.delete "[[$(there 'p["Grace Hopper"]["relations."][0]["id"]')], {}]" d >/dev/null
expect "deleting a mechanism does not touch the party" "$before" "$(there 'p["Ada King"]["write_date"]')"
sync_json tryton
expect "a run with deleted parts ends with 0" 0 "$code"
expect "a mechanism that was deleted by itself is empty here" "" "$(here ada@engines.test fax)"
expect "an employer that was deleted by itself is empty here" "" "$(here grace@navy.test company)"
quiet "deleted parts" tryton "$writes"

# ---- several mechanisms of a type: the first by Tryton's order is the field's, the others are kept ----
rpc party.write "[[$(id_of 'Ada King')], {\"contact_mechanisms\": [[\"create\", [{\"type\": \"mobile\", \"value\": \"second\", \"sequence\": 2}, {\"type\": \"mobile\", \"value\": \"first\", \"sequence\": 1}]]]}, {}]" d >/dev/null
sync_json tryton
expect "the first of two mobiles came here" first "$(here ada@engines.test mobile)"
"$TANDEM" object set contact "$(contact_with email ada@engines.test)" mobile=changed
sync_json tryton
expect "the other one is kept" '["changed", "second"]' \
  "$(there '[m["value"] for m in p["Ada King"]["contact_mechanisms."] if m["type"] == "mobile"]')"
quiet "several" tryton "$writes"

# ---- somebody else is faster: they change the same person while we write, another field or the same ----
edit_mobile() { # VALUE: versions are whole seconds on SQLite
  sleep 1.1
  rpc contact_mechanism.write "[[$(mechanism 'Ada King' mobile)], {\"value\": \"$1\"}, {}]" d >/dev/null
}
ada=$(contact_with email ada@engines.test)
"$TANDEM" object set contact "$ada" website=https://ours.test
before '"model.party.party.write"' 'edit_mobile faster'
sync_json tryton
sync_json tryton
expect "an edit of another field while we write comes here, and ours goes there" 'faster ["faster", "https://ours.test"]' \
  "$(here ada@engines.test mobile) $(there '[p["Ada King"]["mobile"], p["Ada King"]["website"]]')"
"$TANDEM" object set contact "$ada" mobile='ours first'
before '"model.party.party.write"' 'edit_mobile "theirs last"'
sync_json tryton
expect "an edit of the same field while we write makes ours wait" "0 1 theirs last" \
  "$code $(of_summary 'd["push"]["retried"]') $(there 'p["Ada King"]["mobile"]')"
sync_json tryton
expect "the later edit won" 'theirs last|theirs last' \
  "$(there 'p["Ada King"]["mobile"]')|$(here ada@engines.test mobile)"
quiet "raced" tryton "$writes"

# ---- an employer that is not there is made ----
"$TANDEM" object set contact "$(contact_with email ada@engines.test)" company='New Company' phone=1
sync_json tryton
expect "a new employer is made there" '[[1], true]' \
  "$(there '[p["New Company"]["categories"], p["Ada King"]["works_for"] == [p["New Company"]["id"]]]')"
sync_json tryton
expect "a new employer comes here as a company" 1 "$("$TANDEM" object list company --filter companyname='New Company' --json | json 'len(d)')"
expect "the contact keeps it" "New Company" "$(here ada@engines.test company)"
quiet "employer" tryton "$writes"
rpc party.write "[[$(id_of 'Ada King')], {\"relations\": [[\"delete\", [$(there 'p["Ada King"]["relations."][0]["id"]')]]]}, {}]" d >/dev/null
sync_json tryton
expect "an employer that was cleared there is cleared here" "" "$(here ada@engines.test company)"
quiet "employer cleared" tryton "$writes"

# ---- delete and archive: the sample says on_deleted_here = "delete", which archives there ----
rpc party.write "[[$(id_of 'Grace Hopper')], {\"active\": false}, {}]" d >/dev/null
ludwig=$(id_of 'van Beethoven, Ludwig')
rpc party.delete "[[$ludwig], {}]" d >/dev/null
"$TANDEM" object set contact "$(contact_with email ludwig@bonn.test)" phone=1
blaise=$(contact_with email blaise@home.test)
"$TANDEM" object delete contact "$blaise"
sync_json tryton
expect "a run with deletions ends with 0" 0 "$code"
"$TANDEM" object set contact "$(contact_with email grace@navy.test)" lastname=Still
"$TANDEM" object set contact "$(contact_with email ludwig@bonn.test)" lastname=Still
quiet "deleted" tryton "$writes"
expect "what was archived or deleted there is not made again" false \
  "$(there 'any("Hopper" in n or "Beethoven" in n or "Still" in n for n in p)')"
expect "what was deleted here is archived there" '[false, 0]' \
  "[$(there 'any("Pascal" in n for n in p)'), $(rpc party.search_read '[[["name", "ilike", "%Pascal%"]], 0, 5, null, ["active"], {"active_test": false}]' 'd[0]["active"]')]"
expect "what was deleted here is not made again" "" "$(contact_with email blaise@home.test)"

# ---- really deleted, and nothing was to be sent to it ----
rpc party.create '[[{"name": "Gone Soon"}, {"name": "Going Corp", "categories": [["add", [1]]]}], {}]' d >/dev/null
sync_json tryton
live() { sqlite3 "$TANDEM_HOME/var/tandem.db" 'SELECT count(*) FROM object_mapping WHERE NOT deleted'; }
links=$(live)
rpc party.delete "[[$(id_of 'Gone Soon'), $(id_of 'Going Corp')], {}]" d >/dev/null
sync_json tryton
expect "parties that were deleted are noticed" "0 2" "$code $((links - $(live)))"
sync_json tryton
expect "once" "0 2" "$code $((links - $(live)))"
quiet "really deleted" tryton "$writes"

# ---- killed when Tryton has made what nobody heard of: it is found, without a pull ----
killed() { # REGULAR_EXPRESSION: of the request after which the run is killed
  after "$1" "kill -KILL \$(cat $scratch/running)"
  "$TANDEM" sync tryton >/dev/null 2>&1 &
  echo $! >"$scratch/running"
  wait $!
  expect "the run is killed" 137 $?
}
rpc party.create '[[{"name": "Lost Soul"}], {}]' d >/dev/null
sync_json tryton
"$TANDEM" object add company companyname='Lost Company' companyphone=1 >/dev/null
"$TANDEM" object add contact firstname=Lost lastname=Soul email=soul@home.test >/dev/null
"$TANDEM" object add contact firstname=Lost lastname=Mail email=lost@home.test >/dev/null
killed '"model.party.party.create".*Lost Company'
sync_json tryton --disable-pull
expect "a company that was made is found" "0 1" "$code $(there 'sum(n == "Lost Company" for n in p)')"
expect "a namesake is made" 2 "$(rpc party.search_count '[[["name", "=", "Lost Soul"]], {}]' d)"
"$TANDEM" object add contact firstname=Lost lastname=Twin email=twin1@home.test >/dev/null
"$TANDEM" object add contact firstname=Lost lastname=Twin email=twin2@home.test >/dev/null
"$TANDEM" object add contact firstname=Lost lastname=Alone email=alone@home.test phone=5 >/dev/null
killed '"model.party.party.create".*Lost Twin'
writes_before=$(sent "$writes")
sync_json tryton --disable-pull
expect "what was made is not sent again" 0 $(($(sent "$writes") - writes_before))
expect "persons that were made are found" "0 3 0" \
  "$code $(of_summary 'd["push"]["created"]') $("$TANDEM" quarantine list --json | json 'len(d)')"
expect "none is made twice" "2 1" \
  "$(rpc party.search_count '[[["name", "=", "Lost Twin"]], {}]' d) $(rpc party.search_count '[[["name", "=", "Lost Alone"]], {}]' d)"
"$TANDEM" object set contact "$(contact_with email twin2@home.test)" phone=22
sync_json tryton
expect "each is linked to its own" "0 22" "$code $(rpc party.search_read '[[["contact_mechanisms.value", "=", "twin2@home.test"]], 0, 1, null, ["phone"], {}]' 'd[0]["phone"]')"
quiet "lost answers" tryton "$writes"

# ---- one that Tryton refuses: the others go ----
"$TANDEM" object add contact firstname=Bad lastname=$'two\nlines' email=bad@home.test >/dev/null
"$TANDEM" object add contact firstname="D'Arcy" lastname=Žižek email=good@home.test >/dev/null
"$TANDEM" object add contact firstname=No lastname=Employer email=employer@home.test company=$'two\nlines' >/dev/null
sync_json tryton
expect "the bad ones are said" "4 2" "$code $(of_summary 'd["push"]["issues"]')"
expect "the good one is made" true "$(there '"D" + chr(39) + "Arcy Žižek" in p')"
expect_contains "the reason is said" "invalid chars" "$("$TANDEM" status tryton)"
quiet "refused" tryton "$writes"

# ---- many pages: 450 there and 450 here, a page has 200 (there) and 200 (here) ----
python3 -c '
import json
print(json.dumps([[{"name": f"There{n} Many", "contact_mechanisms": [["create", [{"type": "email",
    "value": f"there{n}@many.test"}]]]} for n in range(450)], {}]))' >"$scratch/many.json"
rpc party.create "$(cat "$scratch/many.json")" 'len(d)' >/dev/null
python3 -c '
print("firstname,lastname,email")
for n in range(450): print(f"Here{n},Many,here{n}@many.test")
' >"$scratch/many.csv"
"$TANDEM" object import contact "$scratch/many.csv" >/dev/null 2>&1
sync_json tryton
expect "a run of many pages ends with 0" 0 "$code"
expect "many persons go both ways" "[450, 0, 450, 0, 0]" "$(of_summary "$moved")"
expect "all of them are there" 900 "$(there 'sum(n.endswith(" Many") for n in p)')"
expect "all of them are here" 900 "$("$TANDEM" object list contact --filter lastname=Many --limit 5000 --json | json 'len(d)')"
quiet "many" tryton "$writes"

# ---- 150 companies and who works there: a page here has 100, so some employers are made before their company comes ----
python3 -c '
print("companyname,companyphone")
for n in range(150): print(f"Company {n},{n}")
' >"$scratch/companies.csv"
python3 -c '
print("firstname,lastname,email,company")
for n in range(150): print(f"Worker{n},Works,worker{n}@work.test,Company {149 - n}")
' >"$scratch/workers.csv"
"$TANDEM" object import company "$scratch/companies.csv" >/dev/null 2>&1
"$TANDEM" object import contact "$scratch/workers.csv" >/dev/null 2>&1
sync_json tryton
expect "companies and workers go there" '0 [0, 0, 300, 0, 0]' "$code $(of_summary "$moved")"
expect "each company is there once, with what is known of it" '[150, 150]' \
  "$(rpc party.search_read '[[["name", "like", "Company %"]], 0, 1000, null, ["name", "phone"], {}]' '[len(d), len(set((x["name"], x["phone"]) for x in d if x["phone"]))]')"
expect "each works where they should" 150 \
  "$(there 'sum(p["Worker%d Works" % n]["works_for"] == [p["Company %d" % (149 - n)]["id"]] for n in range(150))')"
quiet "employers" tryton "$writes"

# ---- trouble ----
rpc category.write '[[1], {"name": "Renamed"}, {}]' d >/dev/null
sync_json tryton
expect "without its category no party is taken for a person: the run ends" "1 0" "$code $(of_summary 'd["pull"]["reported"]')"
expect_contains "a run that misses its category says why" "no party.category with the name 'Organisation': add it there" "$(cat "$scratch/stderr")"
rpc category.write '[[1], {"name": "Organisation"}, {}]' d >/dev/null
TRYTON_PASSWORD=wrong sync_json tryton
expect "a wrong password ends with 1" 1 "$code"
expect_contains "a wrong password is said" "is 'auth' in the configuration right" "$(cat "$scratch/stderr")"
TRYTON_DATABASE=nosuch sync_json tryton
expect "an unknown database ends with 1" 1 "$code"
