#!/usr/bin/env bash
# Stores corrupted by hand, with the sqlite3 program and byte by byte: what 'tandem check --store'
# says of each, what --mend does, and the exit codes that a script can go by.
. "$(dirname "$0")/lib.sh"

start_server corrupt --seed 6
new_home sound
"$TANDEM" object add contact email=a@h.test firstname=Ann dnc_email=1 >/dev/null
"$TANDEM" sync helloworld -f --quiet
"$TANDEM" object set contact 2 lastname=Edited
"$TANDEM" check --store >"$scratch/out"
expect "a store as it is left by a sync" "0 the store is sound" "$? $(cat "$scratch/out")"
# Everything is in the file itself, not in a log beside it.
sqlite3 "$TANDEM_HOME/var/tandem.db" 'PRAGMA wal_checkpoint(TRUNCATE)' >/dev/null
sound=$TANDEM_HOME
citizen=$(sqlite3 "$TANDEM_HOME/var/tandem.db" "SELECT id FROM integration_object WHERE name = 'citizen'")

# ---- rows and layout ----
# corrupt NAME FOUND LEFT SQL: after SQL, check finds FOUND (exit 4); after mending LEFT is left
# ('-': nothing, exit 0; else exit 4 and that text).
corrupt() {
  local found code left expected
  export TANDEM_HOME=$scratch/home
  rm -rf "$TANDEM_HOME"
  cp -r "$sound" "$TANDEM_HOME"
  sqlite3 "$TANDEM_HOME/var/tandem.db" "PRAGMA foreign_keys = OFF; PRAGMA trusted_schema = ON; $4" >/dev/null ||
    not_ok "$1" "the store could not be corrupted"
  found=$("$TANDEM" check --store 2>&1)
  code=$?
  case "$code $found" in
    "4 "*"$2"*) ;;
    *) not_ok "$1: found" "expected: 4, '$2'" "actual: $code, '$found'" && return ;;
  esac
  case $found in *"is sound"*) not_ok "$1: never sound" "$found" && return ;; esac
  left=$("$TANDEM" check --store --mend 2>&1)
  code=$?
  expected="0 *is sound"
  [ "$3" = - ] || expected="4 *$3*"
  # shellcheck disable=SC2254
  case "$code $left" in
    $expected) ;;
    *) not_ok "$1: mended" "expected: $expected" "actual: $code, '$left'" && return ;;
  esac
  if [ "$("$TANDEM" check --store --json | json 'len(d)')" = 0 ] && [ "$3" != - ]; then
    not_ok "$1: --json says what is left"
  elif ! "$TANDEM" object list contact --quiet >/dev/null; then
    not_ok "$1: the contacts can be read"
  else
    ok "$1"
  fi
}
link='INSERT INTO object_mapping(integration, integration_object, integration_id, object, object_id) VALUES'
change='INSERT INTO field_change(integration, object, object_id, field, at)'

corrupt "a link whose object is gone" "live links whose object here is gone, such as 'helloworld citizen:1'" - \
  "DROP TRIGGER contact_deleted; DELETE FROM contact WHERE id = 2"
corrupt "a link to a kind that has no such object" "live links whose object here is gone" - \
  "$link(1, $citizen, '1', 2, 1)"
corrupt "a link that is no number" "live links whose object here is gone" - \
  "UPDATE object_mapping SET object_id = 'abc' WHERE key = 1"
corrupt "an object with two records" "citizen:99 of contact:2'; they are the same there: merge" "needs your decision" \
  "$link(1, $citizen, '99', 1, 2)"
corrupt "a record linked to two objects" "citizen:1 (contact:2, contact:3)'; merge these objects" "merge these objects" \
  "DROP INDEX object_mapping_by_record; $link(1, $citizen, '1', 1, 3)"
"$TANDEM" object merge contact 2 3 --quiet
"$TANDEM" check --store --mend --quiet >"$scratch/out"
expect "... merged by a person, what is left is theirs alone" "4 0 1" \
  "$? $(grep -c 'linked' "$scratch/out") $(grep -c 'the same there' "$scratch/out")"
corrupt "a link stored twice" "records linked twice" - \
  "DROP INDEX object_mapping_by_record; $link(1, $citizen, '1', 1, 2)"
corrupt "a dead and a live link of one record" "records linked twice" - \
  "DROP INDEX object_mapping_by_record; UPDATE object_mapping SET deleted = 1 WHERE key IN (1, 2); $link(1, $citizen, '1', 1, 3)"
corrupt "a link of an integration that is not known" "stored under the wrong integration" - \
  "UPDATE object_mapping SET integration = 77 WHERE key = 1"
corrupt "a link of a record's kind that is not known" "links of unknown integrations or object types" - \
  "$link(1, 77, '98', 1, 2)"
corrupt "a link to a kind that is not known" "links of unknown integrations or object types" - \
  "$link(1, $citizen, '98', 77, 2)"
corrupt "a deletion that waits although the object is here" "they are cancelled" - \
  "UPDATE object_mapping SET pending_deletion = 1 WHERE key = 1"
corrupt "a change without a taker" "changes that no integration wants, such as 'contact:2 field points'" - \
  "$change SELECT 1, 1, 2, id, 0 FROM field WHERE name = 'points' AND object = 1"
corrupt "a change of a field that is gone" "changes that no integration wants, such as 'contact:2 field #9999'" - \
  "$change VALUES(1, 1, 2, 9999, 0)"
corrupt "a change for an integration that is gone" "changes that no integration wants" - \
  "$change VALUES(77, 1, 2, 2, 0)"
corrupt "a change of an object that is gone" "changes of objects that are gone, such as 'contact:999" - \
  "$change VALUES(1, 1, 999, 2, 0)"
corrupt "a change of a kind that is gone" "changes of objects that are gone, such as '#77:2" - \
  "$change VALUES(1, 77, 2, 2, 0)"
corrupt "a mark without its change" "marks of changes or links that are gone" - \
  "INSERT INTO change_mark(sequence, mapping, kind) VALUES(999, 1, 1)"
corrupt "a field of no kind" "fields of unknown object types, such as 'lost'" - \
  "INSERT INTO field(object, name, label, type) VALUES(77, 'lost', 'Lost', 'text')"
corrupt "a field without its column" "columns of fields that are missing, such as 'contact.ghost'" - \
  "INSERT INTO field(object, name, label, type) VALUES(1, 'ghost', 'Ghost', 'text')"
corrupt "tracking of a field that is gone" "tracking of fields that are gone" - \
  "INSERT INTO tracked_field VALUES(1, 9999, 1)"
corrupt "a relation to a company that is gone" "such as 'contact:2 company:999'" - \
  "INSERT INTO contact_company VALUES(2, 999, 1)"
corrupt "a reference to an object that is gone" "references to objects that are gone, such as 'contact:2 boss = contact:999'; empty" "needs your decision" \
  "ALTER TABLE contact ADD COLUMN boss TEXT; INSERT INTO field(object, name, label, type) VALUES(1, 'boss', 'Boss', 'reference');
   UPDATE contact SET boss = 'contact:3' WHERE id = 1; UPDATE contact SET boss = 'contact:999' WHERE id = 2"
corrupt "an owner who is not known" "such as 'contact 2 without its user'" "needs your decision" \
  "UPDATE contact SET owner_id = '55' WHERE id = 2"
corrupt "consent of a contact that is gone" "do-not-contact reasons of contacts that are gone" - \
  "INSERT INTO do_not_contact VALUES(999, 'email', 1)"
corrupt "consent of a channel that is not known" "do-not-contact reasons of unknown channels" - \
  "INSERT INTO do_not_contact VALUES(2, 'fax', 3)"
expect "... its block is not lost" 3 "$(contact_field 2 dnc_fax)"
corrupt "quarantine of what is gone" "quarantine of objects that are gone, such as 'contact:999'" - \
  "INSERT INTO quarantine(integration, object, object_id, record, failures, first_at, last_at, last_run) VALUES(1, 1, 999, 'citizen', 1, 0, 0, 1)"
corrupt "a journal of an integration that is gone" "journal entries of unknown integrations" - \
  "INSERT INTO journal_change(integration, run, sent_at, object, mapped_object, mapped_id) VALUES(77, 1, 0, 'citizen', 'contact', '2')"
corrupt "an answer to nothing" "answers in the journal that belong to no order" - "INSERT INTO journal_answer(change, number, kind) VALUES(999, 1, 1)"
for table in "run_outcome VALUES(999, 1, 'citizen', '1', 1, NULL)" \
  "decision(run, side, integration_object, object, field, verdict) VALUES(999, 1, 'citizen', 'contact', 'email', 'left')" \
  "run_progress(run, side, object, frozen) VALUES(999, 1, 'citizen', 0)" \
  "note(run, integration, at, object, about) VALUES(999, 1, 0, 'contact', 'x')" \
  "notification(run, user, at, message) VALUES(999, '1', 0, 'x')"; do
  corrupt "a ${table%%[( ]*} of a run that is gone" "of runs that are gone" - "INSERT INTO $table"
done
corrupt "a position of nothing" "positions of unknown integrations" - "INSERT INTO position(integration_object, at) VALUES(77, 0)"
corrupt "a waiting record of nothing" "wait to be linked" - \
  "INSERT INTO ambiguous_record(integration_object, integration_id, object, since, run) VALUES(77, '1', 1, 0, 1)"
corrupt "a folded identifier of nothing" "folded identifiers of objects that are gone" - "INSERT INTO folded_key VALUES(2, 999, 'x')"
corrupt "a trigger that is gone" "edits are not tracked, such as 'contact_updated'" - "DROP TRIGGER contact_updated"
corrupt "a trigger that does nothing" "such as 'contact_deleted'" - \
  "DROP TRIGGER contact_deleted; CREATE TRIGGER contact_deleted AFTER DELETE ON contact BEGIN SELECT 1; END"
corrupt "tracking switched off for good" "tracking is switched on again" - "UPDATE engine_state SET writing = 1"
"$TANDEM" object set contact 3 lastname=Tracked
expect "... what is edited then is tracked" 1 "$(sqlite3 "$TANDEM_HOME/var/tandem.db" 'SELECT count(*) FROM field_change WHERE object_id = 3')"
corrupt "the switch itself is gone" "tracking is switched on again" - "DELETE FROM engine_state"
corrupt "no identity" "it gets one" - "DELETE FROM setting WHERE name = 'identity'"
corrupt "an index of the books is gone" "indexes that are missing, such as 'object_mapping_by_object'" - "DROP INDEX object_mapping_by_object"
corrupt "an index of identifiers is gone" "such as 'identifier_contact_email'" - "DROP INDEX identifier_contact_email"
corrupt "an index that does not match its table" "entries of indexes that do not match their tables, such as 'row 1 missing" - \
  "PRAGMA writable_schema = ON; CREATE TABLE keep AS SELECT * FROM sqlite_master WHERE name = 'object_mapping_by_object';
   DELETE FROM sqlite_master WHERE name = 'object_mapping_by_object'; PRAGMA writable_schema = RESET;
   UPDATE object_mapping SET object_id = 4 WHERE key = 1; UPDATE object_mapping SET object_id = 2 WHERE key = 3;
   PRAGMA writable_schema = ON; INSERT INTO sqlite_master SELECT * FROM keep; DROP TABLE keep; PRAGMA writable_schema = RESET"

# ---- the file itself ----
# damaged NAME CODE PART COMMAND: after COMMAND in var/, check and mend end with CODE and say PART.
damaged() {
  export TANDEM_HOME=$scratch/home
  rm -rf "$TANDEM_HOME"
  cp -r "$sound" "$TANDEM_HOME"
  (cd "$TANDEM_HOME/var" && eval "$4") >/dev/null
  refuse "$1" "$2" "$3" "$TANDEM" check --store
  refuse "$1: mending" "$2" "$3" "$TANDEM" check --store --mend
}
flip() { # OFFSET...: in tandem.db
  python3 -c 'import sys
with open("tandem.db", "r+b") as file:
    for offset in map(int, sys.argv[1:]):
        file.seek(offset)
        byte = file.read(1)[0]
        file.seek(offset)
        file.write(bytes([byte ^ 0xff]))' "$@"
}
page_of() { echo $((($(sqlite3 tandem.db "SELECT rootpage FROM sqlite_master WHERE name = '$1'") - 1) * 4096)); }
damaged "an empty file" 1 "is empty; restore it from a backup" ': >tandem.db'
damaged "no file" 2 "there is no store" 'rm tandem.db'
damaged "the first 100 bytes only" 1 "restore the file from a backup" 'truncate -s 100 tandem.db'
damaged "half of the file" 1 "from a backup" 'truncate -s 131072 tandem.db'
damaged "cut in the middle of a page" 1 "from a backup" 'truncate -s 200001 tandem.db'
damaged "flipped bytes in the header" 1 "restore the file from a backup" 'flip 0 1 2'
damaged "flipped bytes in a page" 1 "from a backup" 'flip $(page_of contact) $(($(page_of contact) + 3))'
damaged "zeros in the middle" 1 "from a backup" 'dd if=/dev/zero of=tandem.db bs=4096 seek=20 count=5 conv=notrunc status=none'
damaged "text in its place" 1 "restore the file from a backup" 'yes garbage | head -c 100000 >tandem.db'
damaged "a lost table" 1 "has lost its table 'quarantine'; restore it from a backup" 'sqlite3 tandem.db "DROP TABLE quarantine"'
damaged "a lost table of objects" 1 "has lost its table 'company'; restore it from a backup" \
  'sqlite3 tandem.db "PRAGMA foreign_keys = OFF; DROP TABLE company"'
damaged "a newer schema" 1 "was written by a newer tandem" 'sqlite3 tandem.db "PRAGMA user_version = 999"'
damaged "an older schema than it has" 1 "from which it cannot be migrated; restore it" 'sqlite3 tandem.db "PRAGMA user_version = 2"'
damaged "another program's file" 1 "another program's database" 'sqlite3 tandem.db "PRAGMA application_id = 7"'

# ---- a run that is gone ----
export TANDEM_HOME=$scratch/home
rm -rf "$TANDEM_HOME"
cp -r "$sound" "$TANDEM_HOME"
sqlite3 "$TANDEM_HOME/var/tandem.db" "INSERT INTO journal_change(integration, run, sent_at, object, object_id, mapped_object, mapped_id)
  VALUES(1, 999, 0, 'citizen', '1', 'contact', '2')"
sync_json helloworld
expect "journal rows of a run that is gone are settled by the next one" "0 0" \
  "$code $(sqlite3 "$TANDEM_HOME/var/tandem.db" 'SELECT count(*) FROM journal_change')"
expect "after the next run the store is sound" "the store is sound" "$("$TANDEM" check --store)"
