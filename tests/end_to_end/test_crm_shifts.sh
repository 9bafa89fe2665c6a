#!/usr/bin/env bash
# Lists of EspoCRM, SuiteCRM and Mautic that change while they are read, with many records of one second: nothing is left
# out and nothing is reported twice, though the first record of the list is deleted and others are edited between two pages.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/crm.sh"

export ESPOCRM_API_KEY=secret SUITECRM_CLIENT_ID=tandem SUITECRM_CLIENT_SECRET=secret
export MAUTIC_USER=admin MAUTIC_PASSWORD=secret
COUNT=35

# remove_later PATH OBJECT ID: it is deleted once the first page of this list has been answered.
remove_later() {
  curl -sS "$url/_later" -d '{"requests":1,"path":"'"$1"'","control":"/_remove","body":{"object":"'"$2"'","id":"'"$3"'"}}' >/dev/null
}

# shifts NAME OBJECT PATH: of the list of contacts.
shifts() {
  local name=$1 object=$2 ids first second
  sed -i 's/^  overlap_seconds/  page_size = 10, overlap_seconds/' "$TANDEM_HOME/config/integrations/$name.lua"
  make_there
  ids=$(ids_there)
  first=$(json 'd[0]' <<<"$ids") second=$(json 'd[1]' <<<"$ids")
  remove_later "$3" "$object" "$first"
  : >"$requests"
  sync_json "$name" --disable-push
  expect "$name: the list was read in pages while it shrank" "0 true" "$code $(asked "sum(r['path'] == '$3' for r in d) >= 4")"
  expect "$name: nobody is left out" $COUNT "$(ours contact 'len({r["email"] for r in d})')"
  expect "$name: and nobody comes twice" $COUNT "$(of_summary 'd["pull"]["created"]')"

  # all of one second, edited while they are read
  sleep 1.1
  edit_all_there Ulm
  remove_later "$3" "$object" "$second"
  sync_json "$name" --disable-push
  expect "$name: edits of one second come, however many they are" $((COUNT - 1)) "$(ours contact 'sum(r["city"] == "Ulm" for r in d if r["email"])')"
  sync_json "$name" --disable-push
  expect "$name: another run brings nothing but the deletion, where it is told" 0 \
    "$(of_summary 'd["pull"]["updated"] + d["pull"]["created"] - d["pull"]["unlinked"]')"
}

# ---- EspoCRM ----
start_crm espocrm ESPOCRM_URL
crm_home espocrm
espo() { curl -sS -g -X "$1" "$url/api/v1$2" -H 'X-Api-Key: secret' ${3:+-d "$3"}; } # METHOD PATH [JSON]
make_there() { for i in $(seq $COUNT); do espo POST /Contact '{"lastName":"P'"$i"'","emailAddress":"p'"$i"'@x.test"}' >/dev/null; done; }
ids_there() { espo GET '/Contact?maxSize=200&orderBy=id' | json '[r["id"] for r in d["list"]]'; }
edit_all_there() { for id in $(ids_there | json '" ".join(d)'); do espo PUT "/Contact/$id" '{"addressCity":"'"$1"'"}' >/dev/null; done; }
shifts espocrm Contact /api/v1/Contact

# ---- SuiteCRM ----
start_crm suitecrm SUITECRM_URL
rm -rf "$TANDEM_HOME"
crm_home suitecrm
token=$(curl -sS "$url/legacy/Api/access_token" -d 'grant_type=client_credentials&client_id=tandem&client_secret=secret' | json 'd["access_token"]')
suite() { curl -sS -g -X "$1" "$url/legacy/Api/V8/module$2" -H "Authorization: Bearer $token" ${3:+-d "$3"}; } # METHOD PATH [JSON]
make_there() { for i in $(seq $COUNT); do suite POST "" '{"data":{"type":"Contacts","attributes":{"last_name":"P'"$i"'","email1":"p'"$i"'@x.test"}}}' >/dev/null; done; }
ids_there() { suite GET "/Contacts?page[size]=200&sort=id" | json '[r["id"] for r in d["data"]]'; }
edit_all_there() { for id in $(ids_there | json '" ".join(d)'); do suite PATCH "" '{"data":{"type":"Contacts","id":"'"$id"'","attributes":{"primary_address_city":"'"$1"'"}}}' >/dev/null; done; }
shifts suitecrm Contacts /legacy/Api/V8/module/Contacts

# ---- Mautic ----
start_crm mautic MAUTIC_URL
rm -rf "$TANDEM_HOME"
crm_home mautic
mautic() { curl -sS -g -X "$1" "$url/api$2" -u admin:secret ${3:+-d "$3"}; } # METHOD PATH [JSON]
batch_there() { mautic "$1" "/contacts/batch/$2" "$(python3 -c 'import json,sys; ids = json.loads(sys.argv[1]); print(json.dumps([eval(sys.argv[2]) for i in ids]))' "$3" "$4")" >/dev/null; } # METHOD VERB IDS ITEM
make_there() { batch_there POST new "$(python3 -c "print(list(range($COUNT)))")" '{"lastname": f"P{i}", "email": f"p{i}@x.test"}'; }
ids_there() { mautic GET '/contacts?limit=200' | json 'sorted((r["id"] for r in d["contacts"].values()))'; }
edit_all_there() { batch_there PATCH edit "$(ids_there)" '{"id": i, "city": "'"$1"'"}'; }
shifts mautic contact /api/contacts
