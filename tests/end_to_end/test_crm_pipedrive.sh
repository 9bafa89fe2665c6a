#!/usr/bin/env bash
# Pipedrive in both directions, against tests/servers/pipedrive: first sync, quiet second, edits, clears, conflicts, whole
# lists of e-mails, options by their names, consent, merges, deletions, and each documented limit.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/crm.sh"

start_crm pipedrive PIPEDRIVE_URL
export PIPEDRIVE_TOKEN=token-of-tests
crm_home pipedrive
settings=$TANDEM_HOME/config/integrations/pipedrive.lua
sed -i 's/requests_per_second = 9, burst = 15/requests_per_second = 1000, burst = 1000/; s/per_second = 4, burst = 8/per_second = 1000, burst = 1000/
  s/-- key_field/key_field/; s/marketing_status = "dnc_email",/&\n      Level = "zipcode", Topics = "address1",/' "$settings"

pipedrive() { # METHOD PATH [JSON]
  curl -sS -X "$1" -H "x-api-token: $PIPEDRIVE_TOKEN" -H "Content-Type: application/json" ${3:+-d "$3"} "$url/api$2"
}
control() { curl -sS -X POST "$url/_control" -d "$1" >/dev/null; }
persons() { curl -sS "$url/_state" | json "(lambda d: $1)([r for r in d['persons'] if not r['is_deleted']])"; }
person() { curl -sS "$url/_state" | json "(lambda r: $2)([r for r in d['persons'] if r['id'] == $1][0])"; }
there() { persons "[p['id'] for p in d if any(e['value'] == '$1' for e in p['emails'])][0]"; }
make() { pipedrive POST /v2/persons "$1" | json 'd["data"]["id"]'; }
level=dddddddddddddddddddddddddddddddddddddddd

# ---- First sync, both ways ----
acme=$(pipedrive POST /v2/organizations '{"name":"Acme"}' | json 'd["data"]["id"]')
ann=$(make "{\"name\":\"Ann Ash\",\"org_id\":$acme,\"emails\":[{\"value\":\"ann@acme.test\",\"primary\":true,\"label\":\"work\"},{\"value\":\"ann@home.test\",\"primary\":false,\"label\":\"home\"}],\"custom_fields\":{\"$level\":21}}")
bob_there=$(make '{"name":"Bob Birch","emails":[{"value":"bob@acme.test","primary":true,"label":"work"}]}')
"$TANDEM" object add company companyname=Here >/dev/null
"$TANDEM" object add contact firstname=Cid lastname=Cole email=cid@here.test company=Here position=Cook birthday=1980-02-01 zipcode=low >/dev/null
sync_quietly pipedrive --first-time-sync
expect "theirs come" '["Ann", "Bob", "Cid"]' "$(ours contact 'sorted(r["firstname"] for r in d)')"
ann_here=$(contact_with email ann@acme.test) bob=$(contact_with email bob@acme.test)
expect "with their organization, and options by their names" "Acme high" "$(contact_field "$ann_here" company) $(contact_field "$ann_here" zipcode)"
cid_there=$(there cid@here.test)
expect "ours go" "Cole Cook 1980-02-01 20" "$(person "$cid_there" "' '.join([r['last_name'], r['job_title'], r['birthday'], str(r['custom_fields']['$level'])])")"
sync_quietly pipedrive
expect "with their organization" true "$(person "$cid_there" 'r["org_id"] is not None')"
expect "under a key of their own" true "$(person "$cid_there" 'bool(r["custom_fields"]["a" * 40])')"
expect_no_echo "after the first sync" pipedrive

# ---- Changes, clears, a conflict; lists keep what is not ours ----
pipedrive PATCH "/v2/persons/$bob_there" '{"phones":[{"value":"+1 555","primary":true,"label":"work"}],"job_title":"Smith"}' >/dev/null
"$TANDEM" object set contact "$ann_here" email=ann@new.test mobile=+49170
sync_quietly pipedrive
expect "a change there comes" "+1 555" "$(contact_field "$bob" phone)"
expect "a change here goes, and the other e-mails stay" '[["ann@new.test", "work"], ["ann@home.test", "home"]]' "$(person "$ann" '[[e["value"], e["label"]] for e in r["emails"]]')"
expect "a new phone has its label" '[["+49170", "mobile"]]' "$(person "$ann" '[[e["value"], e["label"]] for e in r["phones"]]')"
expect_no_echo "after changing" pipedrive
pipedrive PATCH "/v2/persons/$bob_there" '{"phones":[]}' >/dev/null
"$TANDEM" object set contact "$ann_here" zipcode= mobile=
sync_quietly pipedrive
expect "cleared there, cleared here" "" "$(contact_field "$bob" phone)"
expect "cleared here, cleared there" "None []" "$(person "$ann" "'%s %s' % (r['custom_fields']['$level'], r['phones'])")"
expect_no_echo "after clearing" pipedrive
"$TANDEM" object set contact "$bob" position=Cook lastname=Busch
sleep 1.1
pipedrive PATCH "/v2/persons/$bob_there" '{"job_title":"Miller"}' >/dev/null
sync_quietly pipedrive
expect "the later value wins here, the other goes" "Miller Bob Busch" "$(contact_field "$bob" position) $(person "$bob_there" 'r["name"]')"
"$TANDEM" object set contact "$bob" company=Acme
sync_quietly pipedrive
expect "a company here is the organization there" "$acme" "$(person "$bob_there" 'r["org_id"]')"
expect_no_echo "after companies" pipedrive

# the date of a person is that of its last edit, whichever field that was of
changelogs() { asked 'sum(r["path"].endswith("/changelog") for r in d)'; }
expect_no_echo "before both sides edit" pipedrive
before=$(changelogs)
pipedrive PATCH "/v2/persons/$bob_there" '{"job_title":"Early"}' >/dev/null
sleep 1.1
"$TANDEM" object set contact "$bob" position=Later
sleep 1.1
pipedrive PATCH "/v2/persons/$bob_there" '{"phones":[{"value":"+1 556","primary":true,"label":"work"}]}' >/dev/null
sync_quietly pipedrive
expect "each field is as old as the changelog tells" "Later +1 556" "$(person "$bob_there" 'r["job_title"]') $(contact_field "$bob" phone)"
expect_no_echo "after a later edit of something else" pipedrive
expect "the changelog is requested only of whom both sides edited" "$((before + 1))" "$(changelogs)"
# a rule over there rewrites in our name what we sent, and later: that is no edit of somebody's
control '{"formats": "job_title"}'
"$TANDEM" object set contact "$bob" position=Sent
sync_quietly pipedrive --disable-pull
"$TANDEM" object set contact "$bob" position=Baker
sync_json pipedrive
expect "the changelog tells that it was ours, and a later edit here goes" "BAKER!" "$(person "$bob_there" 'r["job_title"]')"
control '{"formats": null}'
"$TANDEM" object set contact "$bob" position=Cook
sync_json pipedrive
"$TANDEM" retry pipedrive --all >/dev/null 2>&1

# ---- Consent changes once ----
"$TANDEM" object set contact "$bob" dnc_email=1
sync_quietly pipedrive
expect "a contact who refuses mail here is unsubscribed there" unsubscribed "$(person "$bob_there" 'r["marketing_status"]')"
"$TANDEM" object set contact "$bob" dnc_email=0
sync_json pipedrive
expect "a second change is ignored there, which is noted here" "4 unsubscribed" "$code $(person "$bob_there" 'r["marketing_status"]')"
expect_contains "with a reason" "lets it change only once" "$("$TANDEM" status pipedrive)"

# ---- What is refused is noted ----
"$TANDEM" object add contact lastname=Bad email=nowhere >/dev/null
"$TANDEM" object add contact lastname=Eve email=eve@here.test >/dev/null
sync_json pipedrive
expect_contains "with Pipedrive's words" "Invalid email" "$("$TANDEM" status pipedrive)"
expect "the others go" 1 "$(persons 'sum(p["name"] == "Eve" for p in d)')"
"$TANDEM" object add contact firstname=Ludwig lastname="van Beethoven" email=ludwig@here.test >/dev/null
sync_json pipedrive
sync_json pipedrive
names_of() { "$TANDEM" object list contact --filter "email=$1" --json | json '[d[0]["fields"]["firstname"], d[0]["fields"]["lastname"]]'; }
expect "a single name stays what it is, and one of three words" '[null, "Eve"] ["Ludwig", "van Beethoven"]' "$(names_of eve@here.test) $(names_of ludwig@here.test)"

# ---- An import that sets update_time into the past; deletions; merges: found when everything is compared ----
control "{\"edit\": [\"persons\", $ann, {\"job_title\": \"Imported\", \"update_time\": \"2020-01-01T00:00:00Z\"}]}"
gus=$(make '{"name":"Gus Gold","emails":[{"value":"gus@gold.test","primary":true,"label":"work"}]}')
ida=$(make '{"name":"Ida Inn","emails":[{"value":"ida@inn.test","primary":true,"label":"work"}]}')
sync_json pipedrive
expect "a window misses what was dated back" "" "$(contact_field "$ann_here" position)"
gus_here=$(contact_with email gus@gold.test) ida_here=$(contact_with email ida@inn.test)
twin=$(make '{"name":"August Gold","job_title":"Twin"}')
pipedrive PUT "/v1/persons/$gus/merge" "{\"merge_with_id\":$twin}" >/dev/null
pipedrive DELETE "/v2/persons/$ida" >/dev/null
sed -i 's/-- compare_hours = 24/compare_hours = 0/' "$settings"
sync_json pipedrive
expect "comparing everything finds it" "Imported" "$(contact_field "$ann_here" position)"
expect "a merged person stays the same contact here" "Twin" "$(contact_field "$gus_here" position)"
"$TANDEM" object set contact "$gus_here" position=Boss
"$TANDEM" object set contact "$ida_here" position=Ghost
sync_json pipedrive
expect "a merged person is edited as the remaining record" "Boss" "$(person "$twin" 'r["job_title"]')"
expect "a deleted one is not made again" 0 "$(persons 'sum(p["name"] == "Ida Inn" for p in d)')"

# ---- Cursors that run out ----
for index in 1 2 3 4 5 6 7; do make "{\"name\":\"Many $index\",\"emails\":[{\"value\":\"many$index@many.test\",\"primary\":true,\"label\":\"work\"}]}" >/dev/null; done
control '{"page": 3}'
gone_before=$(sqlite3 "$TANDEM_HOME/var/tandem.db" "select count(*) from object_mapping where deleted = 1")
sync_json pipedrive
expect "nobody is gone because a page is short" "0 $gone_before" "$(of_summary 'd["pull"].get("deleted", 0) + d["pull"].get("unlinked", 0)') $(
  sqlite3 "$TANDEM_HOME/var/tandem.db" "select count(*) from object_mapping where deleted = 1")"
expect "pages are read one after the other" 7 "$(ours contact 'sum((r["email"] or "").startswith("many") for r in d)')"
control '{"page": 500}'

# ---- Limits: requests in two seconds, tokens of the day, and what comes after too many ----
sed -i 's/compare_hours = 0/compare_hours = 24/' "$settings"
control '{"burst": 3}'
sync_json pipedrive
expect "more requests in two seconds than are allowed are waited for" True "$([ $code -eq 0 ] || [ $code -eq 4 ] && echo True)"
expect "while answers say how many are left, at most two requests are refused" true "$(asked 'sum(r["status"] == 429 for r in d) <= 2')"
control '{"burst": 100000, "search_burst": 1}'
for index in 1 2 3; do "$TANDEM" object add contact lastname="Searched$index" email="s$index@here.test" company="Nowhere $index" >/dev/null; done
sync_json pipedrive
expect "more searches in two seconds than are allowed are waited for" 3 "$(persons 'sum(p["name"].startswith("Searched") for p in d)')"
control '{"search_burst": 100000, "daily": 5}'
"$TANDEM" object set contact "$ann_here" position=Last
"$TANDEM" sync pipedrive >/dev/null 2>"$scratch/stderr"
expect "no tokens are left: the run ends and says so" "1 true" "$? $(grep -q 'daily token budget\|rate limit' "$scratch/stderr" && echo true)"
rm -rf "$TANDEM_HOME/var/rate"
control '{"daily": 150000}'
sync_json pipedrive
expect "and nothing is lost by it" Last "$(person "$ann" 'r["job_title"]')"
control '{"daily": 30005}'
"$TANDEM" sync pipedrive >/dev/null 2>"$scratch/stderr"
expect "when others need the rest of the day's tokens, the run ends" 1 $?
expect_contains "a run that ends at the daily limit says when it may continue" "allows the next request in 3600 seconds" "$(cat "$scratch/stderr")"
rm -rf "$TANDEM_HOME/var/rate"
control '{"daily": 150000, "blocked": true}'
"$TANDEM" sync pipedrive >/dev/null 2>"$scratch/stderr"
expect_contains "a user who is locked out is told for how long" "refuses all for some hours" "$(cat "$scratch/stderr")"
control '{"blocked": false}'
sed -i 's/per_day = 150000/per_day = 25/' "$settings"
"$TANDEM" sync pipedrive >/dev/null 2>"$scratch/stderr"
expect_contains "tokens are counted by what each request costs" "the rate limit of" "$(cat "$scratch/stderr")"
