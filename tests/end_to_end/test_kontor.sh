#!/usr/bin/env bash
# The awkward API (tests/servers/kontor) and its integration: cursors, nested names, channels, revisions, milliseconds,
# a log of what is gone, keys that are ignored.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/crm.sh"

start_crm kontor KONTOR_URL
crm_home kontor
"$TANDEM" check kontor >/dev/null 2>"$scratch/stderr"
expect "the sample is right" 0 $?

kontor() { # METHOD PATH [JSON [HEADER]]
  curl -sS -g -X "$1" "$url/api$2" -H 'Authorization: Bearer secret' ${3:+-d "$3"} ${4:+-H "$4"}
}
edit() { # REF EXPRESSION: of d, the record
  local record
  record=$(kontor GET "/people/$1")
  kontor PUT "/people/$1" "$(json "[d.update($2), d][1]" <<<"$record")" "If-Match: $(json 'd["rev"]' <<<"$record")" >/dev/null
}
family() { kontor GET /people | json "[r['ref'] for r in d['items'] if r['name']['family'] == '$1'][0]"; } # NAME: its ref

# ---- Create ----
firm=$(kontor POST /firms '{"title":"Acme","channels":[{"medium":"email","use":"work","address":"info@acme.test"}]}' | json 'd["ref"]')
ann=$(kontor POST /people '{"name":{"given":"Ann","family":"Ash"},"employer":{"ref":"'"$firm"'"},"born":31536000000,"channels":[
  {"medium":"email","use":"home","address":"ann@home.test"},{"medium":"email","use":"work","address":"ann@acme.test"}]}' | json 'd["ref"]')
bob=$("$TANDEM" object add contact firstname=Bob lastname=Birch email=bob@here.test birthday=1990-02-28 mobile=0170)
sync_quietly kontor
ann_here=$(contact_with email ann@acme.test)
expect "their person is here, with the address of the right kind" "Ann" "$(contact_field "$ann_here" firstname)"
expect "a day in milliseconds is that day" "1971-01-01" "$(contact_field "$ann_here" birthday)"
expect "with the company" "Acme" "$(contact_field "$ann_here" company)"
bob_there=$(family Birch)
expect "ours is there" "636163200000 bob@here.test 0170" "$(kontor GET "/people/$bob_there" | json '" ".join([str(d["born"])] + sorted([c["address"] for c in d["channels"]], reverse=True))')"
expect_no_echo "after creating" kontor

# ---- Change, clear, both ways; what is not ours stays ----
edit "$bob_there" '{"name": {"given": "Bobby", "family": "Birch"}}'
"$TANDEM" object set contact "$ann_here" email=ann@new.test birthday=
sync_quietly kontor
expect "a change there comes" "Bobby" "$(contact_field "$bob" firstname)"
expect "a change here goes, and the other entries stay" '["ann@home.test", "ann@new.test"]' "$(kontor GET "/people/$ann" | json 'sorted(c["address"] for c in d["channels"])')"
expect "cleared here, cleared there" "null" "$(kontor GET "/people/$ann" | json 'd.get("born")')"
edit "$bob_there" '{"channels": []}'
sync_quietly kontor
expect "cleared there, cleared here" "" "$(contact_field "$bob" mobile)"
expect_no_echo "after changing" kontor

# ---- A person's firm goes by its id; it is made first ----
"$TANDEM" object add company companyname=Brandnew >/dev/null
dan=$("$TANDEM" object add contact firstname=Dan lastname=Dill email=dan@here.test company=Brandnew)
"$TANDEM" object set contact "$bob" company=Acme
sync_quietly kontor
firm_of() { kontor GET "/firms/$(kontor GET "/people/$(family "$1")" | json 'd["employer"]["ref"]')" | json 'd["title"]'; }
expect "both persons have their firms there" "Brandnew Acme" "$(firm_of Dill) $(firm_of Birch)"
expect_no_echo "after naming firms" kontor
kontor PUT "/firms/$firm" '{"title":"Acme & Co","channels":[]}' "If-Match: $(kontor GET "/firms/$firm" | json 'd["rev"]')" >/dev/null
sync_quietly kontor
expect "a firm that is renamed there is renamed for its people here" "Acme & Co" "$(contact_field "$ann_here" company)"
expect_no_echo "after renaming a firm" kontor
"$TANDEM" object delete contact "$dan" >/dev/null

# ---- Refused by name ----
"$TANDEM" object set contact "$bob" email=nowhere
sync_json kontor
expect "what is refused is noted" 4 $code
"$TANDEM" object set contact "$bob" email=bob@here.test
sync_quietly kontor

# ---- Deleted and merged there ----
cid=$(kontor POST /people '{"name":{"given":"Cid","family":"Cole"}}' | json 'd["ref"]')
dee=$(kontor POST /people '{"name":{"given":"Dee","family":"Dorn"}}' | json 'd["ref"]')
sync_quietly kontor
curl -sS "$url/_merge" -d '{"loser":"'"$cid"'","winner":"'"$bob_there"'"}' >/dev/null
kontor DELETE "/people/$dee" "" "If-Match: 1" >/dev/null
sync_json kontor
cole=$(contact_with lastname Cole)
open_merges() { "$TANDEM" status kontor --json | json '[(m["object"], m["id"], m["integration_id"]) for m in d["open"] if m["reason"] == "merge"]'; }
expect "two here that are one there are an open matter" "4 [[\"contact\", \"$cole\", \"$bob_there\"]]" "$code $(open_merges)"
expect_contains "with the command that settles it" "tandem object merge contact $bob $cole" "$("$TANDEM" status kontor)"
sync_quietly kontor
expect "a merge there is open until it is resolved" 1 "$(open_merges | json 'len(d)')"
"$TANDEM" object merge contact "$bob" "$cole" --quiet
expect "the printed command resolves the merge" '[]' "$(open_merges)"
sync_quietly kontor
expect "nothing is lost or doubled" "1 Bobby" "$(kontor GET /people | json 'sum(r["name"]["family"] == "Birch" for r in d["items"])') $(contact_field "$bob" firstname)"
"$TANDEM" object set contact "$(contact_with lastname Dorn)" mobile=0171
sync_json kontor
expect "what is gone there is not made again" 0 "$(kontor GET /people | json 'sum(r["name"]["family"] == "Dorn" for r in d["items"])')"

# ---- Many pages; and a lost answer of an API that ignores keys ----
python3 - "$url" <<'P'
import json, sys, time, urllib.request
for index in range(230):
    body = json.dumps({"name": {"family": f"There{index}"}}).encode()
    made = urllib.request.urlopen(urllib.request.Request(sys.argv[1] + "/api/people", body, {"Authorization": "Bearer secret"}))
    changed = json.load(made)["changed"]
# its clock runs ahead, since no two records are changed in the same millisecond: a faster machine waits longer
while time.time() * 1000 <= changed:
    time.sleep(0.01)
P
sync_json kontor
expect "all of theirs come" 230 "$(ours contact 'sum((r["lastname"] or "").startswith("There") for r in d)')"
expect_no_echo "after many" kontor
