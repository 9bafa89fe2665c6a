#!/usr/bin/env bash
# Data in and out: headers as people have them, previews, vCards, SQLite.
. "$(dirname "$0")/lib.sh"
new_home home
mail() { "$TANDEM" object list contact --json | json "[o['fields']['$2'] for o in d if o['fields']['email'] == '$1'][0]"; }

# ---- headers ----
cat >"$scratch/people.csv" <<'CSV'
Last Name,E-MAIL,First_name,Shoe size,Address line 1
Lovelace,ada@example.com,Ada,38,12 St James's Square
Hopper,grace@example.com,Grace,37,
CSV
refuse "a column that is no field" 2 "--map 'Shoe size=FIELD'" "$TANDEM" object import contact "$scratch/people.csv"
preview=$("$TANDEM" object import contact "$scratch/people.csv" --map 'Shoe size=' --preview)
expect_contains "a preview counts" "would be: 2 added, 0 updated, 0 refused; nothing was changed" "$preview"
expect_contains "a column that is no field is told, and the rest is looked at" "Shoe size (none: say it by --map)" "$("$TANDEM" object import contact "$scratch/people.csv" --preview | tr -s ' ')"
expect_contains "it says which column is which field" "E-MAIL          email      ada@example.com" "$(sed 's/ *$//' <<<"$preview" | tr -s ' ' | sed 's/E-MAIL email ada/E-MAIL          email      ada/')"
expect "and changes nothing" 0 "$("$TANDEM" object list contact --json | json 'len(d)')"
expect "any case, any order, labels as well" "2 added, 0 updated, 0 refused" "$("$TANDEM" object import contact "$scratch/people.csv" --map 'Shoe size=')"
expect "each column goes to its field" '["Lovelace", "12 St James'"'"'s Square"]' \
  "$("$TANDEM" object list contact --json | json '[[o["fields"]["lastname"], o["fields"]["address1"]] for o in d if o["fields"]["firstname"] == "Ada"][0]')"
printf 'Mail,Vorname\nada@example.com,Augusta\n' >"$scratch/german.csv"
expect "columns are mapped" "0 added, 1 updated, 0 refused" "$("$TANDEM" object import contact "$scratch/german.csv" --map Mail=email --map Vorname=firstname)"
expect "a mapped column goes to the named field" Augusta "$(mail ada@example.com firstname)"
printf 'email,E-Mail\na@b.de,a@b.de\n' >"$scratch/twice.csv"
refuse "two columns for one field" 2 "names 'email' twice" "$TANDEM" object import contact "$scratch/twice.csv"
refuse "a map without a field" 2 "not of the form COLUMN=FIELD" "$TANDEM" object import contact "$scratch/german.csv" --map Mail
refuse "a map to what is no field" 2 "'post'" "$TANDEM" object import contact "$scratch/german.csv" --map Mail=post --map Vorname=
echo '{"E-Mail": "grace@example.com", "First Name": "Grace Brewster"}' >"$scratch/people.jsonl"
"$TANDEM" object import contact "$scratch/people.jsonl" --quiet
expect "JSON lines likewise" "Grace Brewster" "$(mail grace@example.com firstname)"

# ---- SQLite ----
"$TANDEM" object export contact "$scratch/all.sqlite"
expect "a table of all contacts" "grace@example.com|Hopper" "$(sqlite3 "$scratch/all.sqlite" "select email, lastname from contact where firstname like 'Grace%'")"
expect "the store has no stranger attached" 2 "$("$TANDEM" object list contact --json | json 'len(d)')"
refuse "an export makes a new file" 2 "exists already" "$TANDEM" object export contact "$scratch/all.sqlite"
refuse "SQLite needs a name" 2 "needs a name" "$TANDEM" object export contact --format sqlite

# ---- vCards ----
{
  printf 'BEGIN:VCARD\r\nVERSION:4.0\r\nFN:Kim Lee\r\nN:Lee;Kim;Q.;Dr.;\r\nitem1.EMAIL;PREF=1:kim@example.com\r\nEMAIL:second@example.com\r\n'
  printf 'TEL;TYPE="cell,voice";VALUE=uri:tel:+1-617-555-0100\r\nTEL;TYPE=work:+1 617 555 0199\r\nADR;TYPE=home:;Suite 5;1 Main St\\, rear;Bos\r\n ton;MA;02101;USA\r\n'
  printf 'ORG:Acme\\; Sons;Sales\r\nTITLE:Head\\nof sales\r\nBDAY:19900517\r\nURL:https://example.com/a;b\r\nPHOTO;ENCODING=b:AAAA\r\n AAAA\r\nX-JUNK:x\r\nEND:VCARD\r\n'
  printf 'BEGIN:VCARD\nVERSION:2.1\nN;CHARSET=ISO-8859-1;ENCODING=QUOTED-PRINTABLE:M=FCller;J=F6rg\nEMAIL;INTERNET:joerg@example.com\n'
  printf 'TITLE;ENCODING=QUOTED-PRINTABLE;CHARSET=UTF-8:Gesch=C3=A4fts=\nf=C3=BChrer\nTEL;CELL:+49 170 5550100\nEND:VCARD\n'
  printf 'BEGIN:VCARD\nVERSION:3.0\nFN:Only Formatted Name\nEMAIL:only@example.com\nBDAY:1970-01-02T00:00:00Z\nEND:VCARD\n'
  printf 'EMAIL:outside@example.com\nBEGIN:VCARD\nEMAIL:open@example.com\n'
} >"$scratch/people.vcf"
expect "vCards of three versions" "3 added, 0 updated, 0 refused" "$("$TANDEM" object import contact "$scratch/people.vcf")"
expect "names, addresses, escapes and folds" \
  '["Lee", "Kim", "Dr.", "1 Main St, rear", "Suite 5", "Boston", "MA", "02101", "USA", "Acme; Sons", "Head\nof sales", "1990-05-17"]' \
  "$("$TANDEM" object list contact --json | json '[[o["fields"][f] for f in "lastname firstname title address1 address2 city state zipcode country company position birthday".split()] for o in d if o["fields"]["email"] == "kim@example.com"][0]')"
expect "numbers by their kind" '["+1-617-555-0100", "+1 617 555 0199"]' \
  "$("$TANDEM" object list contact --json | json '[[o["fields"]["mobile"], o["fields"]["phone"]] for o in d if o["fields"]["email"] == "kim@example.com"][0]')"
expect "quoted-printable and old character sets" '["Müller", "Jörg", "Geschäftsführer", "+49 170 5550100"]' \
  "$("$TANDEM" object list contact --json | json 'json.loads(json.dumps([[o["fields"][f] for f in ("lastname", "firstname", "position", "mobile")] for o in d if o["fields"]["email"] == "joerg@example.com"][0]))' | python3 -c 'import json, sys; print(json.dumps(json.load(sys.stdin), ensure_ascii=False))')"
expect "a name that is only formatted" '["Only Formatted", "Name", "1970-01-02"]' \
  "$("$TANDEM" object list contact --json | json '[[o["fields"][f] for f in ("firstname", "lastname", "birthday")] for o in d if o["fields"]["email"] == "only@example.com"][0]')"
for format in vcard vcard3; do
  "$TANDEM" object export contact --format $format >"$scratch/$format.vcf"
  "$TANDEM" init --quiet "$scratch/copy_$format"
  TANDEM_HOME=$scratch/copy_$format "$TANDEM" object import contact "$scratch/$format.vcf" --quiet
  expect "what $format exports it imports" "$("$TANDEM" object list contact --fields email,firstname,lastname,title,position,address1,city,mobile,phone,birthday,company,website --limit 0)" \
    "$(TANDEM_HOME=$scratch/copy_$format "$TANDEM" object list contact --fields email,firstname,lastname,title,position,address1,city,mobile,phone,birthday,company,website --limit 0)"
done
expect "lines are folded" 0 "$(awk '{ sub(/\r$/, "") } length > 76' "$scratch/vcard.vcf" | wc -l)"
expect "the version stands in it" "VERSION:3.0" "$(grep -m 1 VERSION "$scratch/vcard3.vcf" | tr -d '\r')"
refuse "companies are no vCards" 2 "vCards hold contacts" "$TANDEM" object export company --format vcard

# ---- files as spreadsheets write them ----
printf '\xef\xbb\xbfVorname;Nachname;E-Mail;Address, line 1\r\nJürgen;"Groß; Klein";excel@example.com;"Am Markt 1\nHof 2"\r\n\r\n;;;\r\n' >"$scratch/excel.csv"
expect "a byte order mark, semicolons, lines in quotes, lines of nothing" "1 added, 0 updated, 0 refused" \
  "$("$TANDEM" object import contact "$scratch/excel.csv" --map Vorname=firstname --map Nachname=lastname)"
expect "each cell is where it belongs" '["Groß; Klein", "Am Markt 1\nHof 2"]' \
  "$("$TANDEM" object list contact --json | python3 -c 'import json, sys; print(json.dumps([[o["fields"]["lastname"], o["fields"]["address1"]] for o in json.load(sys.stdin) if o["fields"]["email"] == "excel@example.com"][0], ensure_ascii=False))')"
printf 'sep=;\r\nE-Mail;City\r\nexcel@example.com;Graz, West\r\n' >"$scratch/sep.csv"
expect "a line that says what separates" "0 added, 1 updated, 0 refused" "$("$TANDEM" object import contact "$scratch/sep.csv")"
expect "a line that names the separator is not a record" "Graz, West" "$(mail excel@example.com city)"
printf '\n\nE-Mail\tCity\n\t\nexcel@example.com\tLinz\nb@example.com\n' >"$scratch/tabs.tsv"
expect "tabs" "0 added, 1 updated, 1 refused" "$("$TANDEM" object import contact "$scratch/tabs.tsv" 2>"$scratch/stderr")"
expect_contains "what is short is told with its line" "line 6: there is 1 cell instead of 2" "$(cat "$scratch/stderr")"
printf 'E-Mail,City\na@example.com,Graz\n' | iconv -t UTF-16 >"$scratch/wide.csv"
refuse "UTF-16 is named" 2 "the file is UTF-16" "$TANDEM" object import contact "$scratch/wide.csv"
printf 'E-Mail,,City\na@example.com,,Graz\n' >"$scratch/nameless.csv"
refuse "a column without a name" 2 "has no name" "$TANDEM" object import contact "$scratch/nameless.csv"
expect_contains "a column without a name can be left out" "would be: 1 added" "$("$TANDEM" object import contact "$scratch/nameless.csv" --map = --preview)"
