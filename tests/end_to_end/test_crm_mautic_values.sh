#!/usr/bin/env bash
# What Mautic makes of values, and what it refuses: told by the run that sent it, and nothing else is lost.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/crm.sh"

export MAUTIC_USER=admin MAUTIC_PASSWORD=secret
start_crm mautic MAUTIC_URL
crm_home mautic
sed -i 's/      position = "position",/      position = "position", country = "country", website = "website", last_seen = "last_active",/' \
  "$TANDEM_HOME/config/integrations/mautic.lua"

mautic() { curl -sS -g -X "$1" "$url/api$2" -u admin:secret ${3:+-d "$3"}; } # METHOD PATH [JSON]
field() { mautic GET "/contacts/$1" | json "d['contact']['fields']['all']['$2']"; } # ID NAME
there() { mautic GET "/contacts?where[0][col]=email&where[0][expr]=eq&where[0][val]=$1" | json 'list(d["contacts"])[0]'; } # EMAIL
company_there() { mautic GET "/companies?where[0][col]=companyname&where[0][expr]=eq&where[0][val]=$1" | json 'list(d["companies"])[0]'; } # NAME
reasons() { mautic GET "/contacts/$1" | json '[e["reason"] for e in d["contact"]["doNotContact"]]'; }
open_matters() { "$TANDEM" status mautic --json | json "' '.join(sorted(m.get('field') or '-' for m in d['open'] if m['reason'] == '$1'))"; } # REASON

# ---- What is stored shows in the answer: the run that sent a value tells that it was not kept ----
ann=$("$TANDEM" object add contact lastname=Ash email=ann@here.test)
bob=$("$TANDEM" object add contact lastname=Birch email=bob@here.test)
cid=$("$TANDEM" object add contact lastname=Cole email=cid@here.test city=Cork)
sync_quietly mautic
ann_there=$(there ann@here.test) bob_there=$(there bob@here.test) cid_there=$(there cid@here.test)
"$TANDEM" object set contact "$ann" city="Ulm < Neu-Ulm" position="  Tom &amp; Sons " website=acme.test last_active=2026-03-10T12:00:30Z
sync_json mautic
expect "a text that Mautic cut at a '<' is told by the run that sent it" "4 city" "$code $(open_matters not_kept)"
expect "and stays whole here" "Ulm < Neu-Ulm" "$(contact_field "$ann" city)"
expect "what Mautic trims, decodes, completes and rounds is the same" "Tom & Sons|http://acme.test|2026-03-10 12:00:00" \
  "$(field "$ann_there" position)|$(field "$ann_there" website)|$(field "$ann_there" last_seen)"
clear_writes
sync_json mautic
expect "none of it is sent again, or comes back" "0 0" "$(crm_writes) $(of_summary 'd["pull"]["updated"]')"
expect "an address without a scheme stays as it is here" "acme.test" "$(contact_field "$ann" website)"
"$TANDEM" object set contact "$ann" city=Ulm
sync_quietly mautic
expect "what was not kept goes when it is edited" Ulm "$(field "$ann_there" city)"
expect_no_echo "after values that were not kept" mautic

# ---- A whole batch of refusals: the other fields go, and nothing is lost once the bad ones are mended ----
for id in "$ann" "$bob" "$cid"; do "$TANDEM" object set contact "$id" country=Atlantis city="City $id"; done
sync_json mautic
expect "each refused field is listed" "4 country country country" "$code $(open_matters refused)"
expect "the other fields of refused contacts go" "City $ann|City $bob|City $cid" \
  "$(field "$ann_there" city)|$(field "$bob_there" city)|$(field "$cid_there" city)"
for id in "$ann" "$bob" "$cid"; do "$TANDEM" object set contact "$id" country=Germany; done
sync_quietly mautic
expect "mended, the fields go" "Germany Germany Germany" "$(field "$ann_there" country) $(field "$bob_there" country) $(field "$cid_there" country)"
expect "and nothing was lost on either side" "City $cid City $cid" "$(field "$cid_there" city) $(contact_field "$cid" city)"
expect_no_echo "after a batch of refusals" mautic
"$TANDEM" object set contact "$bob" country=Atlantis city=Bonn
"$TANDEM" object add contact lastname=New email=new@here.test country=Atlantis city=Neuss >/dev/null
sync_json mautic
expect "a new contact with a refused field is made without it" "4 Neuss" "$code $(field "$(there new@here.test)" city)"
"$TANDEM" object set contact "$bob" country=
"$TANDEM" object set contact "$(contact_with email new@here.test)" country=France
sync_quietly mautic

# ---- An e-mail that another contact has ----
"$TANDEM" object set contact "$cid" city=Calw
mautic POST /contacts/new '{"lastname":"Other","email":"other@there.test"}' >/dev/null
"$TANDEM" object set contact "$cid" email=other@there.test
sync_json mautic --disable-pull
expect "an e-mail that another contact has is refused, the rest goes" "4 email cid@here.test Calw" \
  "$code $(open_matters refused) $(field "$cid_there" email) $(field "$cid_there" city)"
"$TANDEM" object set contact "$cid" email=cid@here.test
sync_json mautic


# ---- Consent, which needs requests of its own: what of it can't be sent is neither forgotten nor taken for done ----
consent() { curl -sS "$url/_consent" -d "$1" >/dev/null; } # STATUS with which it is refused; 0: it is not
for status in 503 403 400; do
  dan=$("$TANDEM" object add contact lastname=Dorn email="dan$status@here.test" dnc_email=3)
  consent $status
  sync_json mautic
  dan_there=$(there "dan$status@here.test")
  expect "$status: a new contact is there, its block is not" "[]" "$(reasons "$dan_there")"
  sync_json mautic
  consent 0
  sync_json mautic --retry refused
  sync_json mautic
  expect "$status: the block goes later" "[3] 3" "$(reasons "$dan_there") $(contact_field "$dan" dnc_email)"
  sleep 2 # so that nothing here is taken for an echo of what was just sent
  "$TANDEM" object set contact "$dan" dnc_email=1 city=Dachau
  consent $status
  sync_json mautic
  expect "$status: the other fields of an edit go without it" "Dachau [3]" "$(field "$dan_there" city) $(reasons "$dan_there")"
  [ $status = 503 ] || expect "$status: the run says that something did not go" 4 $code
  sync_json mautic
  consent 0
  sync_json mautic --retry refused
  sync_json mautic
  expect "$status: a changed reason goes later" "[1] 1" "$(reasons "$dan_there") $(contact_field "$dan" dnc_email)"
  expect_no_echo "$status: after consent that could not be sent" mautic
done

# ---- A block that is set there in the second in which an older one is lifted here stays ----
"$TANDEM" object set contact "$bob" dnc_email=3
sync_json mautic
sleep 2
mautic POST "/contacts/$bob_there/dnc/email/remove" '{}' >/dev/null
"$TANDEM" object set contact "$bob" dnc_email=0
mautic POST "/contacts/$bob_there/dnc/email/add" '{"reason":1}' >/dev/null
sync_json mautic
sync_json mautic
expect "a block of the same second stays, and comes" "[1] 1" "$(reasons "$bob_there") $(contact_field "$bob" dnc_email)"
