#!/usr/bin/env bash
# EspoCRM both ways: create, change, conflict, clear, delete, duplicates, conversion, many pages.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/crm.sh"

export ESPOCRM_API_KEY=secret
start_crm espocrm ESPOCRM_URL
crm_home espocrm

espo() { # METHOD PATH [JSON]
  curl -sS -g -X "$1" "$url/api/v1$2" -H 'X-Api-Key: secret' ${3:+-d "$3"}
}
record() { espo GET "/$1"; }

# ---- Create ----
account=$(espo POST /Account '{"name":"Acme","emailAddress":"info@acme.test"}' | json 'd["id"]')
ann=$(espo POST /Contact '{"firstName":"Ann","lastName":"Ash","emailAddress":"ann@acme.test","accountId":"'"$account"'"}' | json 'd["id"]')
early=$(espo POST /Lead '{"firstName":"Liz","lastName":"Lead"}' | json 'd["id"]')
espo POST /Lead/action/convert '{"id":"'"$early"'","records":{"Account":{"name":"Liz Ltd"},"Contact":{"firstName":"Liz","lastName":"Lead"}}}' >/dev/null
bob=$("$TANDEM" object add contact firstname=Bob lastname="Birch O'Łódź 漢" email=bob@here.test)
jim=$("$TANDEM" object add contact lastname=Jones email=jim@here.test company=Here position=Clerk)
zed=$("$TANDEM" object add contact lastname=Zed email=zed@here.test position=Poet)
company=$("$TANDEM" object add company companyname=Here companywebsite=https://here.test)
sync_quietly espocrm
expect "their contact is here" "Ann" "$(contact_field "$(contact_with email ann@acme.test)" firstname)"
expect "with its company" "Acme" "$(contact_field "$(contact_with email ann@acme.test)" company)"
expect "a converted lead exists here once" "Liz Ltd" "$(ours contact '" ".join(r["company"] for r in d if r["lastname"] == "Lead")')"
expect "our contact is there, whatever its letters" '["Birch O'"'"'\u0141\u00f3d\u017a \u6f22"]' "$(espo GET '/Contact?where[0][type]=equals&where[0][attribute]=emailAddress&where[0][value]=bob@here.test' | json '[r["lastName"] for r in d["list"]]')"
expect "our company is there" '["Acme", "Here", "Liz Ltd"]' "$(record Account | json 'sorted(r["name"] for r in d["list"])')"
jim_there=$(espo GET '/Contact?where[0][type]=equals&where[0][attribute]=lastName&where[0][value]=Jones' | json 'd["list"][0]["id"]')
expect "our contact belongs to our company there, with its title" "Here Clerk" "$(record "Contact/$jim_there" | json 'd["accountName"] + " " + d["title"]')"
expect_no_echo "after creating" espocrm
expect "a title that EspoCRM drops without an account stays here" "Poet" "$(contact_field "$zed" position)"

# ---- Change, both ways ----
ann_here=$(contact_with email ann@acme.test)
bob_there=$(espo GET '/Contact?where[0][type]=equals&where[0][attribute]=emailAddress&where[0][value]=bob@here.test' | json 'd["list"][0]["id"]')
espo PUT "/Contact/$bob_there" '{"phoneNumber":"+1 555 0100200"}' >/dev/null
"$TANDEM" object set contact "$ann_here" position=CEO
sync_quietly espocrm
expect "a change there comes" "+15550100200" "$(contact_field "$bob" phone)"
expect "a change here goes" "CEO" "$(record "Contact/$ann" | json 'd["title"]')"
expect_no_echo "after changing" espocrm

# ---- A PUT without a change moves modifiedAt ----
espo PUT "/Contact/$ann" '{"title":"CEO"}' >/dev/null
expect_no_echo "touched without a change" espocrm

# ---- Conflict: the later one wins; other fields of both go through ----
"$TANDEM" object set contact "$bob" city=Berlin zipcode=10115
sleep 1.1
espo PUT "/Contact/$bob_there" '{"addressCity":"Bonn"}' >/dev/null
sync_quietly espocrm
expect "the later value wins here" "Bonn" "$(contact_field "$bob" city)"
expect "the later value wins there" "Bonn 10115" "$(record "Contact/$bob_there" | json 'd["addressCity"] + " " + d["addressPostalCode"]')"
expect_no_echo "after a conflict" espocrm

# ---- Clear, both ways ----
espo PUT "/Contact/$bob_there" '{"phoneNumber":null}' >/dev/null
"$TANDEM" object set contact "$ann_here" position=
sync_quietly espocrm
expect "cleared there, cleared here" "" "$(contact_field "$bob" phone)"
expect "cleared here, cleared there" "null" "$(record "Contact/$ann" | json 'd["title"]')"
expect_no_echo "after clearing" espocrm

# ---- Duplicates are linked, not doubled; equal names with other e-mails are other persons ----
cid=$(espo POST /Contact '{"firstName":"Cid","lastName":"Cole","emailAddress":"CID@cole.test","addressCity":"Cork"}' | json 'd["id"]')
espo POST /Account '{"name":"ACME Ltd","emailAddress":"one@acme.test"}' >/dev/null
"$TANDEM" object add company companyname="Acme ltd" companyemail=two@acme.test >/dev/null
"$TANDEM" object add contact firstname=Cid lastname=Cole email=cid@cole.test phone="+49 30 1234567" >/dev/null
espo POST /Contact '{"firstName":"Dee","lastName":"Dorn","emailAddress":"dee@one.test"}' >/dev/null
"$TANDEM" object add contact firstname=Dee lastname=Dorn email=dee@two.test >/dev/null
sync_json espocrm --disable-pull
expect "duplicates: the run is done" 0 $code
expect "the equal e-mail is linked" 1 "$(record Contact | json 'sum((r.get("emailAddress") or "").lower() == "cid@cole.test" for r in d["list"])')"
expect "a linked duplicate gets the values known here" "+49301234567 Cork" "$(record "Contact/$cid" | json 'd["phoneNumber"] + " " + d["addressCity"]')"
expect "an account of the same name is linked" '["two@acme.test"]' "$(record Account | json '[r["emailAddress"] for r in d["list"] if r["name"].lower() == "acme ltd"]')"
expect "the other e-mail is another person" '["dee@one.test", "dee@two.test"]' \
  "$(record Contact | json 'sorted(r["emailAddress"] for r in d["list"] if r["lastName"] == "Dorn")')"
sync_quietly espocrm
expect "what was only there comes" "Cork" "$(contact_field "$(contact_with email cid@cole.test)" city)"
expect_no_echo "after linking" espocrm

# ---- Refused: noted, the others go ----
"$TANDEM" object add contact lastname=Bad email=not-an-address >/dev/null
eve=$("$TANDEM" object add contact lastname=Eve email=eve@here.test)
sync_json espocrm
expect "a refused contact is noted" 4 $code
expect "the others go" 1 "$(record Contact | json 'sum(r["lastName"] == "Eve" for r in d["list"])')"

# ---- Refused in one field: the others are sent, and that moves the date of their record ----
sed -i 's/^      description = "companydescription",/&\n      industry = "companyindustry",/' "$TANDEM_HOME/config/integrations/espocrm.lua"
espo POST /Account '{"name":"Oven","industry":"Banking","billingAddressCity":"Oslo"}' >/dev/null
sleep 1.1
oven=$("$TANDEM" object add company companyname=Oven companyindustry=Bakery companycity=Odense)
sync_json espocrm
expect "a refused option: the others go" '["Odense"]' "$(record Account | json '[r["billingAddressCity"] for r in d["list"] if r["name"] == "Oven"]')"
sync_json espocrm
expect "the refused value stays here, although our own write made their record newer" Bakery \
  "$("$TANDEM" object get company "$oven" --json | json 'd["fields"]["companyindustry"]')"
oven_there=$(record Account | json '[r["id"] for r in d["list"] if r["name"] == "Oven"][0]')
espo PUT "/Account/$oven_there" '{"industry":"Software"}' >/dev/null
sync_quietly espocrm
expect "an edit there replaces a refused value" Software \
  "$("$TANDEM" object get company "$oven" --json | json 'd["fields"]["companyindustry"]')"

# ---- An amount is worth nothing without its currency: one is not sent without the other ----
"$TANDEM" field add contact salary --type float >/dev/null
"$TANDEM" field add contact currency --type text >/dev/null
sed -i '0,/^      title = "position",/s//&\n      cSalary = "salary", cSalaryCurrency = "currency",/' "$TANDEM_HOME/config/integrations/espocrm.lua"
"$TANDEM" object add contact lastname=Pay email=pay@here.test salary=10.5 currency=XXX city=Paris >/dev/null
sync_json espocrm
expect "a contact whose currency is refused is created without the amount" '["Paris null null"]' \
  "$(record Contact | json '["%s %s %s" % (r["addressCity"], json.dumps(r["cSalary"]), json.dumps(r["cSalaryCurrency"])) for r in d["list"] if r["lastName"] == "Pay"]')"
"$TANDEM" object set contact "$(contact_with lastname Pay)" currency=USD
sync_json espocrm
expect "with a currency that they know the amount follows" '["10.5 USD"]' \
  "$(record Contact | json '["%s %s" % (r["cSalary"], r["cSalaryCurrency"]) for r in d["list"] if r["lastName"] == "Pay"]')"

# ---- "Opted out" and "invalid" belong to an address, and a write of it without them would reset both ----
blocks() { record "$1" | json '"%s %d %d" % (d["emailAddress"], d["emailAddressIsOptedOut"], d["emailAddressIsInvalid"])'; } # OBJECT/ID
there() { record "$1?maxSize=200&where[0][type]=equals&where[0][attribute]=lastName&where[0][value]=$2" | json 'd["list"][0]["id"]'; } # OBJECT LASTNAME
opt() { espo POST "/$1" "$2" | json 'd["id"]'; } # OBJECT JSON
desk=$(opt Account '{"name":"Desk","emailAddress":"desk@out.test","emailAddressIsOptedOut":true,"emailAddressIsInvalid":true}')
opt Account '{"name":"Hall","emailAddress":"hall@out.test","emailAddressIsOptedOut":true}' >/dev/null
opt Account '{"name":"Yard","emailAddress":"yard@out.test","emailAddressIsInvalid":true}' >/dev/null
pam=$(opt Contact '{"lastName":"Pam","emailAddress":"pam@out.test"}')
ron=$(opt Contact '{"lastName":"Ron","emailAddress":"ron2@out.test","emailAddressIsOptedOut":true}')
espo PUT "/Contact/$ron" '{"emailAddress":"ron@out.test","emailAddressIsOptedOut":false}' >/dev/null
curl -sS "$url/_addresses" -d '{"'"$ron"'":["ron2@out.test"]}' >/dev/null
sync_json espocrm
"$TANDEM" object add contact lastname=Nel email=DESK@out.test >/dev/null
"$TANDEM" object set contact "$(contact_with lastname Pam)" email=hall@out.test
"$TANDEM" object set contact "$(contact_with lastname Ron)" email=ron2@out.test
"$TANDEM" object add contact lastname=New email=new@out.test >/dev/null
python3 -c '
print("lastname,email")
for index in range(70): print(f"Queue{index},queue{index}@out.test")
print("Quinn,yard@out.test")' >"$scratch/queue.csv"
"$TANDEM" object import contact "$scratch/queue.csv" >/dev/null || not_ok "import"
: >"$requests"
sync_json espocrm --disable-pull
expect "a new contact does not lift the block of its address" "DESK@out.test 1 1" "$(blocks "Contact/$(there Contact Nel)")"
expect "nor for who had the address before" "desk@out.test 1 1" "$(blocks "Account/$desk")"
expect "a contact that gets a blocked address does not lift its block" "hall@out.test 1 0" "$(blocks "Contact/$pam")"
expect "nor does one whose second address becomes its first" "ron2@out.test 1 0" "$(blocks "Contact/$ron")"
expect "nor the last one of many" "yard@out.test 0 1" "$(blocks "Contact/$(there Contact Quinn)")"
expect "an address that nobody has is not blocked" "new@out.test 0 0" "$(blocks "Contact/$(there Contact New)")"
expect "it takes a few requests for many addresses" true "$(asked 'sum("emailAddressIsOptedOut" in r["query"] for r in d) <= 12')"
"$TANDEM" object set contact "$(contact_with lastname Pam)" city=Prag
: >"$requests"
sync_json espocrm --disable-pull
expect "and none where no address is written" 0 "$(asked 'sum("emailAddressIsOptedOut" in r["query"] for r in d)')"
"$TANDEM" object set contact "$(contact_with lastname Pam)" email=prag@out.test
curl -sS "$url/_role" -d '{"Lead":"no"}' >/dev/null
sync_json espocrm --disable-pull
curl -sS "$url/_role" -d '{}' >/dev/null
expect "who opted out takes that along to another address, whatever may not be read" "prag@out.test 1 0" "$(blocks "Contact/$pam")"

# ---- With the block mapped: what an edit here says counts, and what a new contact says lifts nothing ----
"$TANDEM" field add contact nomail --type boolean >/dev/null
cp "$TANDEM_HOME/config/integrations/espocrm.lua" "$scratch/unmapped.lua"
sed -i '0,/^      title = "position",/s//&\n      emailAddressIsOptedOut = "nomail",/' "$TANDEM_HOME/config/integrations/espocrm.lua"
sed -i 's/overlap_seconds = 300/overlap_seconds = 301/' "$TANDEM_HOME/config/integrations/espocrm.lua"
sync_json espocrm
nomail() { "$TANDEM" object get contact "$(contact_with lastname "$1")" --json | json 'd["fields"]["nomail"]'; } # LASTNAME
expect "the block is read" true "$(nomail Nel)"
"$TANDEM" object set contact "$(contact_with lastname Pam)" email=hall@out.test nomail=false
"$TANDEM" object add contact lastname=Sly email=yes@out.test nomail=true >/dev/null
gate=$(opt Account '{"name":"Gate","emailAddress":"gate@out.test","emailAddressIsOptedOut":true}')
"$TANDEM" object add contact lastname=Tom email=gate@out.test nomail=false >/dev/null
sync_json espocrm --disable-pull
expect "an edit here lifts it together with the address" "hall@out.test 0 0" "$(blocks "Contact/$pam")"
expect "a block of ours goes with a new address" "yes@out.test 1 0" "$(blocks "Contact/$(there Contact Sly)")"
expect "a new contact that says nothing against e-mails lifts nothing" "gate@out.test 1 0" "$(blocks "Account/$gate")"
sync_json espocrm
expect "which is told" "nomail" "$("$TANDEM" status espocrm --json | json '" ".join(m["field"] for m in d["open"] if m["reason"] == "not_kept")')"
clear_writes
sync_json espocrm
expect "after blocks nothing is sent" 0 "$(crm_writes)"
cp "$scratch/unmapped.lua" "$TANDEM_HOME/config/integrations/espocrm.lua"

# ---- Deleted there: found when it is to be changed ----
eve_there=$(record Contact | json '[r["id"] for r in d["list"] if r["lastName"] == "Eve"][0]')
espo DELETE "/Contact/$eve_there" >/dev/null
"$TANDEM" object set contact "$eve" city=Erfurt
sync_json espocrm
expect "a deleted one is not made again" 0 "$(record Contact | json 'sum(r["lastName"] == "Eve" for r in d["list"])')"
expect_no_echo "after deleting" espocrm

# ---- Long texts, which lists cut ----
long=$(espo POST /Account '{"name":"Long","description":"'"$(printf 'x%.0s' {1..12000})"'"}' | json 'd["id"]')
sync_json espocrm
expect "a long text comes whole" 12000 "$(ours company '[len(r["companydescription"]) for r in d if r["companyname"] == "Long"][0]')"

# ---- Deleted here, and the policy passes it on ----
sed -i 's/^    Contact = {/    Contact = { on_deleted_here = "delete",/' "$TANDEM_HOME/config/integrations/espocrm.lua"
"$TANDEM" object delete contact "$jim" >/dev/null
sync_json espocrm
expect "deleted here, deleted there" 404 "$(curl -sS -o /dev/null -w '%{http_code}' "$url/api/v1/Contact/$jim_there" -H 'X-Api-Key: secret')"

# ---- Conversion ----
lead=$(espo POST /Lead '{"firstName":"Flo","lastName":"Fink","accountName":"Fink & Co"}' | json 'd["id"]')
sync_quietly espocrm
flo=$(contact_with lastname Fink)
expect "the lead is a contact here" "Flo" "$(contact_field "$flo" firstname)"
converted=$(espo POST /Lead/action/convert '{"id":"'"$lead"'","records":{"Account":{"name":"Fink Ltd"},"Contact":{"firstName":"Flo","lastName":"Fink"}}}')
sync_quietly espocrm
expect "converted it is the same contact" 1 "$(ours contact 'sum(r["lastname"] == "Fink" for r in d)')"
expect "with the account" "Fink Ltd" "$(contact_field "$flo" company)"
"$TANDEM" object set contact "$flo" city=Fulda
sync_quietly espocrm
expect "changes go to the contact" "Fulda" "$(record "Contact/$(json 'd["createdContactId"]' <<<"$converted")" | json 'd["addressCity"]')"
expect "changes are not sent to the converted lead" "null" "$(record "Lead/$lead" | json 'd["addressCity"]')"
expect_no_echo "after converting" espocrm

# ---- Many pages, both ways ----
python3 - "$url" <<'P'
import json, sys, urllib.request
for index in range(450):
    body = json.dumps({"lastName": f"There{index}", "emailAddress": f"there{index}@many.test"}).encode()
    urllib.request.urlopen(urllib.request.Request(sys.argv[1] + "/api/v1/Contact", body, {"X-Api-Key": "secret"})).read()
P
python3 -c '
print("lastname,email")
for index in range(250): print(f"Here{index},here{index}@many.test")' >"$scratch/many.csv"
"$TANDEM" object import contact "$scratch/many.csv" >/dev/null || not_ok "import"
sync_json espocrm
expect "all of theirs come" 450 "$(ours contact 'sum((r["lastname"] or "").startswith("There") for r in d)')"
expect "all of ours go" 250 "$(record 'Contact?where[0][type]=greaterThan&where[0][attribute]=lastName&where[0][value]=Here&where[1][type]=lessThan&where[1][attribute]=lastName&where[1][value]=Herf' | json 'd["total"]')"
expect_no_echo "after many" espocrm

# ---- A field that the role hides: its metadata tells nothing of that, the rights of the user do ----
curl -sS "$url/_role" -d '{"fields":{"Contact":{"addressCity":"no","addressPostalCode":"read"}}}' >/dev/null
"$TANDEM" object set contact "$bob" city=Bern
said=$("$TANDEM" check espocrm 2>&1)
expect_contains "a hidden field is told by check" "mapping.Contact.addressCity: Contact has no such field" "$said"
expect_contains "so is one that may not be edited" "mapping.Contact.addressPostalCode is bidirectional, but the field cannot be written" "$said"
sync_json espocrm
expect "a sync notes the hidden field" 1 \
  "$("$TANDEM" status espocrm --json | json 'sum(n["field"] == "city" and "does not have there" in (n["message"] or "") for n in d["notes"])')"
expect "and empties nothing here" 10115 "$(contact_field "$bob" zipcode)"
curl -sS "$url/_role" -d '{}' >/dev/null
sync_json espocrm
expect "what was edited meanwhile stays" Bern "$(contact_field "$bob" city)"

# ---- Bad data is no outage: what goes without the refused field has not failed ----
python3 -c '
print("lastname,email,phone")
for index in range(120): print(f"Caller{index},caller{index}@many.test,call me")' >"$scratch/callers.csv"
"$TANDEM" object import contact "$scratch/callers.csv" >/dev/null || not_ok "import"
sync_json espocrm --disable-pull
expect "one bad field in most contacts does not end the run" 4 $code
expect "they go without it" 120 "$(record 'Contact?where[0][type]=greaterThan&where[0][attribute]=lastName&where[0][value]=Caller&where[1][type]=lessThan&where[1][attribute]=lastName&where[1][value]=Callet' | json 'd["total"]')"

# All refused values are tried again once the configuration has changed, and refused again.
sed -i 's/overlap_seconds = 300/overlap_seconds = 299/' "$TANDEM_HOME/config/integrations/espocrm.lua"
"$TANDEM" object add contact lastname=Behind email=behind@here.test >/dev/null
sync_json espocrm --disable-pull
expect "refused values that are tried again are no outage either" 4 $code
expect "what is behind them goes" 1 "$(record 'Contact?where[0][type]=equals&where[0][attribute]=lastName&where[0][value]=Behind' | json 'd["total"]')"
