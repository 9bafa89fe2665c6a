#!/usr/bin/env bash
# Commands that need no third party: help, init, object, field, list, status, cleanup.
. "$(dirname "$0")/lib.sh"

# ---- help and version ----
expect "version" "tandem 0.1.0" "$("$TANDEM" --version)"
help=$("$TANDEM" --help 2>"$scratch/stderr")
expect "help ends with 0" 0 $?
expect "help goes to standard output" "" "$(cat "$scratch/stderr")"
for command in init sync list status check fields object field cleanup; do
  expect_contains "help names $command" "  $command" "$help"
  expect "help $command = $command --help" "$("$TANDEM" help $command)" "$("$TANDEM" $command --help)"
  expect_contains "help of $command says how it is used" "Usage: tandem $command" "$("$TANDEM" help $command)"
done
expect_contains "help of a subcommand" "Usage: tandem object set" "$("$TANDEM" help object set)"

# ---- init ----
made=$("$TANDEM" init "$scratch/home")
expect "init ends with 0" 0 $?
expect_contains "init says what it did" "files written" "$made"
for file in config/tandem.lua config/integrations/helloworld.lua var/tandem.db \
  lua/integrations/helloworld/integration.lua lua/lib/pagination.lua; do
  expect "init makes $file" yes "$([ -s "$scratch/home/$file" ] && echo yes)"
done
echo "-- mine" >>"$scratch/home/config/tandem.lua"
expect_contains "init again touches nothing" "0 files written" "$("$TANDEM" init "$scratch/home")"
expect "what was edited stays" "-- mine" "$(tail -n 1 "$scratch/home/config/tandem.lua")"
export TANDEM_HOME=$scratch/home

# ---- objects ----
id=$("$TANDEM" object add contact firstname=Kim lastname='Lee, Jr.' email=Kim@example.com)
expect "add prints the id" 1 "$id"
expect "get one field" "Kim@example.com" "$("$TANDEM" object get contact "$id" email)"
expect_contains "get all" "Lee, Jr." "$("$TANDEM" object get contact "$id")"
"$TANDEM" object set contact "$id" city=Boston points=7
expect "set changes" Boston "$("$TANDEM" object get contact "$id" city)"
expect "set leaves the rest" Kim "$("$TANDEM" object get contact "$id" firstname)"
expect "JSON output" '["1", "Boston", null, 7]' \
  "$("$TANDEM" object get contact "$id" --json | json '[d["id"], d["fields"]["city"], d["fields"]["phone"], d["fields"]["points"]]')"
"$TANDEM" object set contact "$id" city:=null
expect "null clears" "" "$("$TANDEM" object get contact "$id" city)"
"$TANDEM" object set contact "$id" dnc_email=1
expect "do not contact" 1 "$("$TANDEM" object get contact "$id" dnc_email)"
expect "filter, letter case aside" 1 "$(contact_with email kim@EXAMPLE.com)"
expect "an id of one's own" 77 "$("$TANDEM" object add contact --id 77 email=own@example.com)"
"$TANDEM" object delete contact 77
refuse "deleted" 2 "'77'" "$TANDEM" object get contact 77
printf 'a\033[31mred' >"$scratch/red"
red=$("$TANDEM" object add contact firstname="$(cat "$scratch/red")" email=red@example.com)
expect_lacks "control bytes reach no terminal" $'\033' "$("$TANDEM" object get contact "$red")"

# ---- import and export ----
cat >"$scratch/people.csv" <<'CSV'
email,firstname,lastname,points
ada@example.com,Ada,Lovelace,3
grace@example.com,"Grace, Rear Admiral",Hopper,4
kim@example.com,Kimberly,,5
broken@example.com,Bro,Ken,many
CSV
"$TANDEM" object import contact "$scratch/people.csv" >"$scratch/stdout" 2>"$scratch/stderr"
expect "a refused record is exit code 4" 4 $?
expect "import counts" "2 added, 1 updated, 1 refused" "$(cat "$scratch/stdout")"
expect_contains "import names the line" "line 5" "$(cat "$scratch/stderr")"
expect "import reads quotes" "Grace, Rear Admiral" "$(contact_field "$(contact_with email grace@example.com)" firstname)"
expect "import finds by unique fields" Kimberly "$(contact_field 1 firstname)"
"$TANDEM" object export contact "$scratch/all.csv"
expect "export to CSV" "$(sqlite3 "$TANDEM_HOME/var/tandem.db" 'select count(*) + 1 from contact')" \
  "$(wc -l <"$scratch/all.csv" | tr -d ' ')"
"$TANDEM" object export contact --format jsonl >"$scratch/all.jsonl"
expect "each line of JSONL is JSON" yes "$(python3 -c 'import json, sys
for line in open(sys.argv[1]): json.loads(line)
print("yes")' "$scratch/all.jsonl")"
"$TANDEM" init --quiet "$scratch/copy"
TANDEM_HOME=$scratch/copy "$TANDEM" object import contact "$scratch/all.jsonl" --quiet
expect "what was exported can be imported" "" \
  "$(TANDEM_HOME=$scratch/copy "$TANDEM" object export contact --format jsonl | diff - "$scratch/all.jsonl")"
"$TANDEM" user set 5 --name 'Ann Owner' --quiet
"$TANDEM" object set contact 1 owner_id=5 points=12 dnc_email=3 dnc_sms=1
"$TANDEM" init --quiet "$scratch/moved"
TANDEM_HOME=$scratch/moved "$TANDEM" user set 5 --name 'Ann Owner' --quiet
for format in csv jsonl; do
  "$TANDEM" object export contact --format $format >"$scratch/whole.$format"
  TANDEM_HOME=$scratch/moved "$TANDEM" object import contact "$scratch/whole.$format" --quiet
  expect "$format keeps points, owner and do-not-contact" '["5", 12, 3, 1]' \
    "$(TANDEM_HOME=$scratch/moved "$TANDEM" object get contact 1 --json | json '[d["fields"][f] for f in ("owner_id", "points", "dnc_email", "dnc_sms")]')"
  TANDEM_HOME=$scratch/moved "$TANDEM" object set contact 1 points=0 dnc_email=0 dnc_sms=0 owner_id=
done
"$TANDEM" user remove 5 --quiet

# ---- fields ----
"$TANDEM" field add contact vip --type boolean --label 'Very important' --quiet
"$TANDEM" object set contact 1 vip=yes
expect "a new field works" true "$("$TANDEM" object get contact 1 --json | json 'd["fields"]["vip"]')"
"$TANDEM" field change contact city --limit 5 --quiet
refuse "the limit of a new field is enforced" 2 "city" "$TANDEM" object set contact 1 city=Massachusetts
expect "fields as JSON" '[5, false]' \
  "$("$TANDEM" field list contact --json | json '[[f["limit"], f["required"]] for f in d if f["name"] == "city"][0]')"
"$TANDEM" field add deal title --new-object --quiet
expect "a custom object" 1 "$("$TANDEM" object add deal title=Bridge)"

# ---- plain SQL works beside it ----
sqlite3 "$TANDEM_HOME/var/tandem.db" "update contact set city = 'Rome' where id = 1"
expect "SQL edits are seen" Rome "$("$TANDEM" object get contact 1 city)"

# ---- list, status, cleanup ----
expect "list knows the sample" '["helloworld"]' \
  "$("$TANDEM" list --json | json '[i["name"] for i in d if i["enabled"]]')"
expect "list knows what only lacks a configuration" yes \
  "$("$TANDEM" list | grep -q '^tryton .*not configured' && echo yes)"
"$TANDEM" status >/dev/null
expect "status before any sync" 0 $?
for command in "--version" "object list contact" "cleanup"; do # loading it takes longer than these
  expect "$command needs no network, and loads none" 0 \
    "$(LD_DEBUG=files "$TANDEM" $command 2>&1 >/dev/null | grep -c libcurl)"
done
expect "status of one as JSON" helloworld "$("$TANDEM" status helloworld --json | json 'd["integration"]')"
expect_contains "cleanup counts" "removed" "$("$TANDEM" cleanup)"
mv "$TANDEM_HOME/config/tandem.lua" "$scratch/kept.lua"
"$TANDEM" status >/dev/null
expect "a home without tandem.lua has the defaults" 0 $?
mv "$scratch/kept.lua" "$TANDEM_HOME/config/tandem.lua"
expect "a full disk is an error" 1 "$("$TANDEM" --help >/dev/full 2>/dev/null; echo $?)"

# ---- users ----
"$TANDEM" user set 7 --name 'Kim Lee' --email kim@example.com
"$TANDEM" user set 1 --admin
"$TANDEM" user set 7 --email lee@example.com
expect "a user is changed, not replaced" '["Kim Lee", "lee@example.com", false]' \
  "$("$TANDEM" user list --json | json '[[u["name"], u["email"], u["admin"]] for u in d if u["id"] == "7"][0]')"
owned=$("$TANDEM" object add contact email=owned@example.com owner_id=7)
"$TANDEM" object add contact email=same@example.com >/dev/null
"$TANDEM" object add contact email=SAME@example.com >/dev/null
start_server users
sql() { sqlite3 "$TANDEM_HOME/var/tandem.db" "$1"; }
sql "UPDATE contact SET birthday = 'garbage' WHERE id = $owned"
edit '{"action": "create", "object": "citizen", "fields": {"email": "same@example.com"}}'
sync_json helloworld
told() { "$TANDEM" user notifications "$1" --json | json 'd[0]["message"] if d else ""'; }
expect_contains "an owner is told of an object" "contact:$owned" "$(told 7)"
expect_contains "an administrator of what nobody owns" "citizen 1" "$(told 1)"
expect_lacks "and of nothing else" "contact:$owned" "$(told 1)"
"$TANDEM" user remove 7
expect "without the user there is no owner" "" "$(contact_field "$owned" owner_id)"
refuse "remove nobody" 2 "there is no user '7'" "$TANDEM" user remove 7
refuse "--admin and --no-admin exclude each other" 2 "not both" "$TANDEM" user set 1 --admin --no-admin
