#!/usr/bin/env bash
# What is known of a run afterwards, by its number: how it ended, and what became of each record.
. "$(dirname "$0")/lib.sh"

new_home runs
start_server world --seed 12
expect "before the first run there is none" "" "$("$TANDEM" runs | sed 1d)"
"$TANDEM" sync helloworld --first-time-sync --quiet
expect_contains "a run says what it did" "13 created" "$("$TANDEM" runs)"
"$TANDEM" object set contact 3 firstname=Ours >/dev/null
edit '{"object": "citizen", "id": 3, "fields": {"first_name": "Theirs"}}'
sed -i 's|^  mapping = {|  judge = { "base", "hard" },\n&|' "$TANDEM_HOME/config/integrations/helloworld.lua"
"$TANDEM" sync helloworld --quiet >/dev/null 2>&1
HELLOWORLD_URL=http://127.0.0.1:1 "$TANDEM" sync helloworld --quiet >/dev/null 2>&1
expect "the newest comes first" "3 2 1" "$("$TANDEM" runs helloworld --json | json '" ".join(str(r["id"]) for r in d)')"
expect "those that failed" "3" "$("$TANDEM" runs --status failed --json | json '" ".join(str(r["id"]) for r in d)')"
expect "so many at most" 1 "$("$TANDEM" runs --limit 1 --json | json 'len(d)')"
shown=$("$TANDEM" runs 2)
expect_contains "one run says how it ended" "run 2 of helloworld: done_with_issues" "$shown"
expect_contains "and what became of a record, and why" "conflict contact:3 push both sides changed a field, and neither won" "$(tr -s ' ' <<<"$shown")"
expect "for programs, too" "conflict" "$("$TANDEM" runs 2 --json | json 'next(o["outcome"] for o in d["outcomes"] if o["object"] == "contact" and o["id"] == "3")')"
expect "all of them" 12 "$("$TANDEM" runs 1 --json | json 'sum(1 for o in d["outcomes"] if o["outcome"] == "created" and o["object"] == "citizen")')"
refuse "a run that is not there" 2 "there is no run 99" "$TANDEM" runs 99
refuse "an integration that is not there" 2 "'helloword'" "$TANDEM" runs helloword
refuse "a limit that is no number" 2 "'--limit'" "$TANDEM" runs --limit many
