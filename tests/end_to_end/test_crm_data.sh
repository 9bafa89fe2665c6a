#!/usr/bin/env bash
# Awkward data both ways through Mautic, EspoCRM and SuiteCRM: letters of all kinds, addresses with "+" and in capitals,
# names that only look alike, what is written as HTML, numbers, choices. Nobody is doubled, and a second run is quiet.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/crm.sh"

export ESPOCRM_API_KEY=secret SUITECRM_CLIENT_ID=tandem SUITECRM_CLIENT_SECRET=secret
export MAUTIC_USER=admin MAUTIC_PASSWORD=secret

cat >"$scratch/people.py" <<'P'
# The people on both sides (email, first, last), and those that are on one of them only.
BOTH = [("Ann+News@Both.test", "Ánn", "O'Hara-Łukasz"), ("bob.o'brien@both.test", "Bob", "D\u2019Arc & Söhne"),
        ("ÜNAL@both.test".lower(), "Ünal", "İnönü"), ("x_y%z@both.test", "", "50% & more")]
HERE = [("Plus+One@Here.test", "Zoë", "Straße"), ("plus+two@here.test", "Zoe", "Strasse"),
        ("long@here.test", "N" * 90, "Van der Berg, Jr."), ("semi;colon@here.test".replace(";", "."), "漢字", "山田"),
        ("arab@here.test", "محمد", "عبد"), ("quote@here.test", 'Q"uote', "Back\\slash")]
THERE = [("CAPS@THERE.TEST", "Caps", "Lock"), ("plus+sign@there.test", "Pl+us", "Si&gn"),
         ("tab@there.test", "Tab", "Two  blanks"), ("zero@there.test", "Zero", "Null")]
P

# expect_people NAME: all of them here once, and there once; runs after the first are quiet.
data() { # NAME
  python3 - "$scratch" <<'P' >"$scratch/here.csv"
import csv, sys
sys.path.insert(0, sys.argv[1])
from people import BOTH, HERE
out = csv.writer(sys.stdout)
out.writerow(["email", "firstname", "lastname"])
out.writerows(BOTH + HERE)
P
  "$TANDEM" object import contact "$scratch/here.csv" >/dev/null || not_ok "$1: import"
  python3 - "$scratch" "$1" "$url" "${token:-}" <<'P' || not_ok "$1: making people there"
import base64, json, sys, urllib.request
sys.path.insert(0, sys.argv[1])
from people import BOTH, THERE
name, url, token = sys.argv[2:5]
def post(path, body, headers):
    urllib.request.urlopen(urllib.request.Request(url + path, json.dumps(body).encode(), headers)).read()
for email, first, last in [(email.upper() if email[0] == "x" else email, first, last) for email, first, last in BOTH] + THERE:
    if name == "espocrm":
        post("/api/v1/Contact", {"emailAddress": email, "firstName": first, "lastName": last}, {"X-Api-Key": "secret"})
    elif name == "suitecrm":
        post("/legacy/Api/V8/module", {"data": {"type": "Contacts", "attributes": {
            "email1": email, "first_name": first, "last_name": last}}}, {"Authorization": "Bearer " + token})
    else:
        post("/api/contacts/new", {"email": email, "firstname": first, "lastname": last}, {
            "Authorization": "Basic " + base64.b64encode(b"admin:secret").decode()})
P
  sync_quietly "$1"
  sync_quietly "$1"
  expect_no_echo "$1: awkward data" "$1"
  expect "$1: everybody is here once" "14 14" "$(ours contact '"%d %d" % (len(d), len({r["email"].lower() for r in d}))')"
  expect "$1: and there once" "14 14" "$(emails_there | json '"%d %d" % (len(d), len({e.lower() for e in d}))')"
  expect "$1: names come as they are there" "Caps|Pl+us|Null|Si&gn" \
    "$(ours contact '"|".join(next(r[n] for r in d if r["email"].lower() == e) for e, n in [("caps@there.test", "firstname"), ("plus+sign@there.test", "firstname"), ("zero@there.test", "lastname"), ("plus+sign@there.test", "lastname")])')"
  expect "$1: and go as they are here" 1 "$(names_there | json 'd.count("\u5c71\u7530")')"
  local ann
  ann=$("$TANDEM" object list contact --json --limit 0 | json '[r["id"] for r in d if r["fields"]["email"].lower().startswith("plus+one")][0]')
  "$TANDEM" object set contact "$ann" lastname="Straße & Co"
  sync_quietly "$1"
  expect "$1: an edit of one whose address has a plus goes to this one" 1 "$(names_there | json 'd.count("Stra\u00dfe & Co")')"
  expect_no_echo "$1: after an edit" "$1"
}

# ---- EspoCRM ----
start_crm espocrm ESPOCRM_URL
crm_home espocrm
espo() { curl -sS -g "$url/api/v1/Contact?maxSize=200" -H 'X-Api-Key: secret'; }
emails_there() { espo | json '[r["emailAddress"] for r in d["list"]]'; }
names_there() { espo | json '[r["lastName"] for r in d["list"]]'; }
data espocrm

# ---- SuiteCRM ----
start_crm suitecrm SUITECRM_URL
rm -rf "$TANDEM_HOME"
crm_home suitecrm
token=$(curl -sS "$url/legacy/Api/access_token" -d 'grant_type=client_credentials&client_id=tandem&client_secret=secret' | json 'd["access_token"]')
people() { curl -sS -g "$url/legacy/Api/V8/module/Contacts?page[size]=200" -H "Authorization: Bearer $token" | json "__import__('json').loads(__import__('html').unescape(__import__('json').dumps([r['attributes']['$1'] for r in d['data']])))"; }
emails_there() { people email1; }
names_there() { people last_name; }
data suitecrm

# ---- Mautic ----
start_crm mautic MAUTIC_URL
rm -rf "$TANDEM_HOME"
crm_home mautic
people() { curl -sS -g "$url/api/contacts?limit=200" -u admin:secret | json "[c['fields']['all']['$1'] for c in d['contacts'].values()]"; }
emails_there() { people email; }
names_there() { people lastname; }
data mautic
