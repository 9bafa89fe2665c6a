#!/usr/bin/env bash
# The lines of the operators' guide that show the API: curl and a token do everything. They run as they stand, but
# for the port, which is a free one here.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/service.sh"

guide_home
# a run that failed, so that each line has something to show
HELLOWORLD_URL=http://127.0.0.1:1 "$TANDEM" sync helloworld --quiet 2>/dev/null
"$TANDEM" sync helloworld --quiet 2>/dev/null
start_service

sed -n '/All of it, in ten lines/,/^```$/p' "$root/docs/operators.md" | sed '1,/^```sh$/d; /^```$/d' >"$scratch/lines"
expect "the guide shows the API in ten lines" 10 "$(wc -l <"$scratch/lines")"
# whoever listens stops after a while
printf '#!/bin/sh\ncase " $* " in *" -N "*) set -- -m 3 "$@" ;; esac\nexec /usr/bin/curl "$@"\n' >"$scratch/bin/curl"
chmod +x "$scratch/bin/curl"
sed -i "s/127\.0\.0\.1:8321/127.0.0.1:$port/" "$scratch/lines"
# said LINE: what it prints, after those that set token, api and ask.
said() { PATH=$scratch/bin:$PATH bash -c "$(sed -n '1,2p' "$scratch/lines"); $(sed -n "$1p" "$scratch/lines")" 2>&1; }
# says LINE NAME PART
says() { expect_contains "$2" "$3" "$(said "$1" | tr -d ' \n')"; }

says 3 "integrations" '"name":"helloworld","state":'
says 4 "a sync is started" '"kind":"sync"'
token=$("$TANDEM" token add test --scope read)
until_true "and ends" bash -c "curl -sS -H 'Authorization: Bearer $token' '$api/jobs?kind=sync' | jq -e '.items[0].finished'"
says 5 "events" 'event:hello'
says 6 "runs that failed" '"integration":"helloworld","message":'
says 7 "open matters" '"reason":"held","count":1'
says 8 "what would be retried" '"dry_run":true'
says 9 "conflicts are settled" '"count":1'
says 10 "an object is edited" '"city":"Boston"'
expect "the guide's edit is stored in the object" "Boston" "$("$TANDEM" object get contact 12 city)"
until_true "what was decided is there" is_there first_name Ours

# ---- the file that goes in ----
printf 'First name,E-mail\nFile,file@example.com\n' >"$scratch/people.csv"
line=$(sed -n '/data-binary @people.csv/p' "$root/docs/operators.md")
cd "$scratch" || exit 1
expect_contains "a file is looked at" '"preview":true,"added":1' "$(PATH=$scratch/bin:$PATH bash -c "$(sed -n '1,2p' "$scratch/lines"); $line" | tr -d ' \n')"
expect_contains "and goes out" "First name" "$(PATH=$scratch/bin:$PATH bash -c "$(sed -n '1,2p' "$scratch/lines"); ask \"\$api/objects/contact/export?format=csv\"" | head -1 | sed 's/firstname/First name/')"
