#!/usr/bin/env bash
# Salesforce in both directions, against tests/servers/salesforce: first sync, quiet second, edits, clears, conflicts,
# refusals item by item, conversions, merges, deletions that are remembered and that are not, and each documented limit.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/crm.sh"

start_crm salesforce SALESFORCE_URL
export SALESFORCE_CLIENT_ID=consumer-key SALESFORCE_CLIENT_SECRET=consumer-secret
crm_home salesforce
settings=$TANDEM_HOME/config/integrations/salesforce.lua

control() { curl -sS -X POST "$url/_control" -d "$1"; }
make() { control "{\"make\": [\"$1\", $2]}" | tr -d '"'; } # OBJECT FIELDS: its id
edit() { control "{\"edit\": [\"$1\", \"$2\", $3]}" >/dev/null; }
# of OBJECT EXPRESSION: of d, the records that are not deleted.
of() { curl -sS "$url/_state" | json "(lambda d: $2)([r for r in d['$1'] if not r['IsDeleted']])"; }
field() { curl -sS "$url/_state" | json "[r for r in d['$1'] if r['Id'] == '$2'][0]['$3']"; }

# ---- First sync, both ways ----
acme=$(make Account '{"Name": "Acme", "BillingCity": "Ulm"}')
ann=$(make Contact "{\"FirstName\": \"Ann\", \"LastName\": \"Ash\", \"Email\": \"ann@acme.test\", \"AccountId\": \"$acme\"}")
bob_there=$(make Contact '{"FirstName": "Bob", "LastName": "Birch", "Email": "bob@acme.test"}')
flo=$(make Lead '{"FirstName": "Flo", "LastName": "Fink", "Company": "Fink Ltd", "Email": "flo@fink.test"}')
make Account '{"FirstName": "Per", "LastName": "Son", "PersonEmail": "per@son.test"}' >/dev/null
"$TANDEM" object add company companyname=Here companycity=Kiel >/dev/null
cid=$("$TANDEM" object add contact firstname=Cid lastname=Cole email=cid@here.test company=Here position=Cook birthday=1980-02-01)
sync_quietly salesforce --first-time-sync
expect "contacts and leads come, person accounts are no contacts and no companies" '["Ann", "Bob", "Cid", "Flo"]' "$(ours contact 'sorted(r["firstname"] for r in d)')"
expect "accounts come as companies" '["Acme", "Here"]' "$(ours company 'sorted(r["companyname"] for r in d)')"
ann_here=$(contact_with email ann@acme.test) bob=$(contact_with email bob@acme.test) flo_here=$(contact_with email flo@fink.test)
expect "with the name of their account" "Acme" "$(contact_field "$ann_here" company)"
expect "ours go" '[["Cook", "1980-02-01"]]' "$(of Contact '[[c["Title"], c["Birthdate"]] for c in d if c["Email"] == "cid@here.test"]')"
expect "under keys of their own" true "$(of Contact 'all(c["Tandem_Id__c"] for c in d if c["Email"] == "cid@here.test")')"
expect "with their account" "$(of Account '[a["Id"] for a in d if a["Name"] == "Here"]')" "$(of Contact '[c["AccountId"] for c in d if c["Email"] == "cid@here.test"]')"
expect_no_echo "after the first sync" salesforce

# ---- Changes, clears, a conflict ----
edit Contact "$bob_there" '{"Phone": "+1 555", "MailingCity": "Bonn"}'
"$TANDEM" object set contact "$ann_here" position=CEO
sync_quietly salesforce
expect "a change there comes" "+1 555" "$(contact_field "$bob" phone)"
expect "a change here goes" "CEO" "$(field Contact "$ann" Title)"
edit Contact "$bob_there" '{"Phone": null}'
"$TANDEM" object set contact "$ann_here" position=
sync_quietly salesforce
expect "cleared there, cleared here" "" "$(contact_field "$bob" phone)"
expect "cleared here, cleared there" "null" "$(field Contact "$ann" Title)"
"$TANDEM" object set contact "$bob" city=Berlin position=Cook
sleep 1.1
edit Contact "$bob_there" '{"MailingCity": "Essen"}'
sync_quietly salesforce
expect "the later value wins here, the other goes" "Essen Cook" "$(contact_field "$bob" city) $(field Contact "$bob_there" Title)"
"$TANDEM" object set contact "$bob" company=Acme
sync_quietly salesforce
expect "a company here is the account there" "$acme" "$(field Contact "$bob_there" AccountId)"
"$TANDEM" object set contact "$bob" company=
sync_quietly salesforce
expect "no company here, none there" "null" "$(field Contact "$bob_there" AccountId)"
expect_no_echo "after changes" salesforce

# ---- Refused item by item: the others of a batch go ----
"$TANDEM" object add contact lastname=Bad email=not-an-address >/dev/null
"$TANDEM" object add contact lastname=Eve email=eve@here.test >/dev/null
sync_json salesforce
expect "one refused in a batch is noted" 4 $code
expect_contains "with Salesforce's words" "INVALID_EMAIL_ADDRESS" "$("$TANDEM" status salesforce)"
expect "the other goes" 1 "$(of Contact 'sum(c["LastName"] == "Eve" for c in d)')"
control '{"duplicates": true}' >/dev/null
"$TANDEM" object add contact lastname=Eve email=EVE@here.test firstname=Other >/dev/null
make Contact '{"LastName": "Eve", "Email": "EVE@here.test"}' >/dev/null
sync_json salesforce --disable-pull
expect_contains "a rule about duplicates refuses" "DUPLICATES_DETECTED" "$("$TANDEM" status salesforce)"
control '{"duplicates": false}' >/dev/null

# ---- A row that somebody has locked is tried again ----
control "{\"locked\": \"$acme\"}" >/dev/null
"$TANDEM" object set contact "$ann_here" city=Later
sync_json salesforce
expect "a locked row waits" "null" "$(field Contact "$ann" MailingCity)"
control '{"locked": null}' >/dev/null
sync_json salesforce
expect "a locked record gets the edit once it is free" "Later" "$(field Contact "$ann" MailingCity)"

# ---- Security of fields: what this user may not write is left out, and it is said ----
control '{"read_only": "Contact.MobilePhone"}' >/dev/null
"$TANDEM" object set contact "$ann_here" mobile=777 city=Trier
"$TANDEM" sync salesforce >/dev/null 2>"$scratch/stderr"
expect "the other fields go" "Trier null" "$(field Contact "$ann" MailingCity) $(field Contact "$ann" MobilePhone)"
expect_contains "with a word" "does not let this user write 'Contact.MobilePhone'" "$(cat "$scratch/stderr")"
expect_contains "status names the read-only field at the contact" "this user may not write 'MobilePhone'" "$("$TANDEM" status salesforce)"
control '{"read_only": null}' >/dev/null
sync_json salesforce
expect "a field that may not be written there keeps its value here" "777" "$(contact_field "$ann_here" mobile)"

# ---- What this user may not even see is left out with a word, and empties nothing ----
control '{"hide": "Contact.MailingCity"}' >/dev/null
sqlite3 "$TANDEM_HOME/var/tandem.db" "DELETE FROM cache WHERE key LIKE 'describe%'" # it is asked once an hour
edit Contact "$ann" '{"Phone": "+1 777"}'
"$TANDEM" sync salesforce >/dev/null 2>"$scratch/stderr"
expect "a hidden field is told" 4 $?
expect_contains "by its name" "MailingCity" "$("$TANDEM" status salesforce; cat "$scratch/stderr")"
expect "its value stays, and the others come" "Trier +1 777" "$(contact_field "$ann_here" city) $(contact_field "$ann_here" phone)"
control '{"hide": null}' >/dev/null
sqlite3 "$TANDEM_HOME/var/tandem.db" "DELETE FROM cache WHERE key LIKE 'describe%'"
echo "-- another version" >>"$TANDEM_HOME/lua/integrations/salesforce/client.lua" # or it is known to be hidden for a day

# ---- Person accounts are contacts, if they are mapped ----
sed -i 's|^    -- PersonAccount = .*|    PersonAccount = { create = false, LastName = { "lastname", required = true }, FirstName = "firstname", PersonEmail = "email" },|' "$settings"
sync_json salesforce
per=$(contact_with email per@son.test)
expect "a person account comes as a contact" "Per Son" "$(contact_field "$per" firstname) $(contact_field "$per" lastname)"
"$TANDEM" object set contact "$per" firstname=Peer
sync_json salesforce
expect "and is edited as the account that it is" '["Peer"]' "$(of Account '[a["FirstName"] for a in d if a["IsPersonAccount"]]')"
expect "its shadow is no contact of its own" 1 "$(ours contact 'sum(r["lastname"] == "Son" for r in d)')"

# ---- A lead is converted: the same contact here ----
flo_contact=$(control "{\"convert\": \"$flo\"}" | tr -d '"')
"$TANDEM" object set contact "$flo_here" position=Boss
sync_json salesforce
expect "one contact here" 1 "$(ours contact 'sum(r["email"] == "flo@fink.test" for r in d)')"
expect "what was changed here goes to the contact that it became" "Boss" "$(field Contact "$flo_contact" Title)"
gil=$(make Lead '{"LastName": "Gill", "Company": "Gill Ltd", "Email": "gil@gill.test"}')
sync_json salesforce
gil_here=$(contact_with email gil@gill.test)
gil_contact=$(control "{\"convert\": \"$gil\"}" | tr -d '"')
"$TANDEM" object set contact "$gil_here" position=Chief
sync_json salesforce --disable-pull
sync_json salesforce
expect "an edit of a lead that is converted meanwhile follows it" "Chief" "$(field Contact "$gil_contact" Title)"

# ---- Merged and deleted there ----
hal=$(make Contact '{"LastName": "Hall", "Email": "hal@hall.test"}')
sync_json salesforce
hal_here=$(contact_with email hal@hall.test)
twin=$(make Contact '{"LastName": "Hall", "MailingCity": "Halle"}')
control "{\"merge\": [\"Contact\", \"$twin\", \"$hal\"]}" >/dev/null
sync_json salesforce
expect "a merged contact stays the same contact here" "Halle" "$(contact_field "$hal_here" city)"
"$TANDEM" object set contact "$hal_here" city=Hof
sync_json salesforce
expect "a merged contact is edited as the remaining record" "Hof" "$(field Contact "$twin" MailingCity)"
edit Contact "$twin" '{"IsDeleted": true}'
sync_json salesforce
"$TANDEM" object set contact "$hal_here" city=Ulm
sync_json salesforce
expect "a deleted one is not made again" 0 "$(of Contact 'sum(c["LastName"] == "Hall" for c in d)')"

# ---- Deleted longer ago than Salesforce remembers ----
"$TANDEM" retry salesforce --all >/dev/null 2>&1
ivy=$(make Contact '{"LastName": "Ives", "Email": "ivy@ives.test"}')
jan=$(make Contact '{"LastName": "Jans", "Email": "jan@jans.test"}')
sync_json salesforce
expect "two more" "1 1" "$(ours contact 'sum(r["email"] == "ivy@ives.test" for r in d)') $(ours contact 'sum(r["email"] == "jan@jans.test" for r in d)')"
edit Contact "$ivy" '{"IsDeleted": true}'
control '{"purge": true}' >/dev/null
sync_json salesforce
mapped() { "$TANDEM" object get contact "$1" --json | json 'd'; }
expect "nothing tells it in the next run" 0 "$(of_summary 'd["pull"].get("deleted", 0)')"
control '{"page": 1}' >/dev/null # an answer may have fewer records than were asked for
sync_json salesforce --start-datetime '-20 days'
expect "only the deleted one is gone, in however many answers the others come" 1 \
  "$(sqlite3 "$TANDEM_HOME/var/tandem.db" "select count(*) from object_mapping where integration_id in ('$ivy', '$jan', '$ann') and deleted = 1")"
control '{"page": 2000}' >/dev/null
"$TANDEM" object set contact "$(contact_with email ivy@ives.test)" city=Ahlen
"$TANDEM" object set contact "$(contact_with email jan@jans.test)" city=Jena
clear_writes
sync_json salesforce
expect "a run after more than 15 days compares what is linked with what is there: the deleted one is not written" "0 1" \
  "$(of Contact 'sum(c["LastName"] == "Ives" for c in d)') $(crm_writes)"
expect "the other one is" "Jena" "$(field Contact "$jan" MailingCity)"

# ---- Deleted for good at once: only the log of deletions tells it, and only as far as it goes back ----
kim=$(make Contact '{"LastName": "Kirk", "Email": "kim@kirk.test"}')
lou=$(make Contact '{"LastName": "Lund", "Email": "lou@lund.test"}')
sync_json salesforce
is_deleted() { sqlite3 "$TANDEM_HOME/var/tandem.db" "select min(deleted) from object_mapping where integration_id = '$1'"; }
control "{\"erase\": [\"Contact\", \"$kim\"]}" >/dev/null
sleep 1.1 # the log has whole seconds
sync_json salesforce
expect "what was erased at once is known to be gone" "1 0" "$(is_deleted "$kim") $(is_deleted "$lou")"
control "{\"erase\": [\"Contact\", \"$lou\"], \"log_days\": 0}" >/dev/null
sync_json salesforce
expect "where the log does not go back far enough, all are compared" 1 "$(is_deleted "$lou")"
control '{"log_days": 15}' >/dev/null

# ---- A rule over there rewrites in our name what we sent, and later: that is no edit of somebody's ----
control '{"formats": "Title"}' >/dev/null
"$TANDEM" object set contact "$ann_here" position=Baker
sync_json salesforce
sleep 3.1
sync_json salesforce
expect "what a rule makes of our value in our name stays theirs, and is told" "Baker BAKER! true" \
  "$(contact_field "$ann_here" position) $(field Contact "$ann" Title) $("$TANDEM" status salesforce | grep -q 'not_kept\|not kept' && echo true)"
edit Contact "$ann" '{"Title": "Chef"}'
sync_json salesforce
expect "an edit of somebody's comes" "Chef" "$(contact_field "$ann_here" position)"
control '{"formats": null}' >/dev/null

# ---- Tokens that end without saying so; another kind of token ----
control '{"expire": true}' >/dev/null
sync_json salesforce
expect "a session that has ended is renewed" True "$([ $code -eq 0 ] || [ $code -eq 4 ] && echo True)"
openssl genrsa -out "$TANDEM_HOME/config/key.pem" 2048 2>/dev/null
python3 - "$settings" <<'P'
import re, sys
text = open(sys.argv[1]).read()
text = re.sub(r'type = "oauth2_client_credentials"', 'type = "oauth2_jwt_bearer", issuer = env "SALESFORCE_CLIENT_ID", subject = "sync@team.test", '
              'audience = "https://login.salesforce.com", private_key_file = "config/key.pem"', text)
text = re.sub(r'\n *client_id = .*\n', '\n', text)
open(sys.argv[1], "w").write(text)
P
control '{"expire": true}' >/dev/null
sync_json salesforce
expect "an assertion that is signed by another key brings none" 1 $code
openssl rsa -in "$TANDEM_HOME/config/key.pem" -pubout -out "$scratch/public.pem" 2>/dev/null
control "{\"public_key\": \"$scratch/public.pem\"}" >/dev/null
sync_json salesforce
expect "an assertion that is signed brings a token" True "$([ $code -eq 0 ] || [ $code -eq 4 ] && echo True)"

# ---- Another organization ----
control '{"organization": "00D000000000002AAA", "expire": true}' >/dev/null
"$TANDEM" object set contact "$ann_here" city=Elsewhere
sqlite3 "$TANDEM_HOME/var/tandem.db" "delete from cache where key like 'identity%'" # it is asked once an hour
"$TANDEM" sync salesforce >/dev/null 2>"$scratch/stderr"
expect "the records of one organization are not synced with another" "1 true" "$? $(grep -q "00D000000000002" "$scratch/stderr" && echo true)"
"$TANDEM" sync salesforce --disable-pull >/dev/null 2>&1
expect "nor is anything written there" "null" "$(of Contact '[c["MailingCity"] for c in d if c["MailingCity"] == "Elsewhere"][:1] or None')"
control '{"organization": "00D000000000001AAA"}' >/dev/null
sync_json salesforce

# ---- The day's requests ----
control '{"daily": 1000, "used": 1000}' >/dev/null
"$TANDEM" object set contact "$ann_here" city=Late
"$TANDEM" sync salesforce >/dev/null 2>"$scratch/stderr"
expect "no requests are left: the run ends" 1 $?
expect_contains "and says that it is the day's limit, not a right" "REQUEST_LIMIT_EXCEEDED" "$(cat "$scratch/stderr")"
expect_lacks "so that nobody looks for a right" "rights" "$(cat "$scratch/stderr")"
rm -rf "$TANDEM_HOME/var/rate"
control '{"daily": 15000, "used": 0}' >/dev/null
sync_json salesforce
expect "nothing is lost by a day without requests" "Late" "$(field Contact "$ann" MailingCity)"
rm -rf "$TANDEM_HOME/var/rate"
control '{"daily": 1000, "used": 799}' >/dev/null
"$TANDEM" sync salesforce >/dev/null 2>"$scratch/stderr"
expect "when others need the rest of the day's requests, the run ends" 1 $?
expect_contains "a run that ends at the daily limit says when it may continue" "allows the next request in 3600 seconds" "$(cat "$scratch/stderr")"
expect "before there are none left" true "$(asked 'd[-1]["status"] == 200')"
