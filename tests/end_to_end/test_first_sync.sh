#!/usr/bin/env bash
# A long first sync: people see how far it is, a program is not told; killed, it goes on.
. "$(dirname "$0")/lib.sh"

needs_terminal

new_home home
# nothing changes over there meanwhile
sed -i "s|api = 1,|api = 1, stable_cursors = true,|" "$TANDEM_HOME/lua/integrations/helloworld/integration.lua"
start_server hello --seed 1000 --page-size 50 --latency-ms 120
python3 -c 'for i in range(150): print(f"{{\"firstname\": \"F{i}\", \"email\": \"ours{i}@x.test\"}}")' |
  "$TANDEM" object import contact --format jsonl - >/dev/null

text=$(on_terminal 4 "$TANDEM" sync helloworld --first-time-sync)
expect "killed in the middle" 247 $?
expect_contains "a terminal shows how far the pull is" " of 1100 (" "$text"
expect_contains "a terminal shows an estimate of the remaining time" " s left: " "$text"
lines=$(grep -o $'\r' <<<"$text" | wc -l)
expect "at most five times a second" yes "$([ "$lines" -ge 3 ] && [ "$lines" -le 24 ] && echo yes || echo "$lines")"
expect "no line is longer than the terminal" 0 \
  "$(tr '\r' '\n' <<<"$text" | sed 's/\x1b\[K//g' | awk 'length > 99' | wc -l)"

text=$(on_terminal 0 "$TANDEM" sync helloworld --first-time-sync)
expect "the next one goes on and ends" 0 $?
expect_contains "a resumed run says where it continues" "was interrupted; this run continues after page" "$text"
expect_contains "the push has an estimate, too" "helloworld: push " "$text"
expect "everything is here, once" "1150 1150" \
  "$(sqlite3 "$TANDEM_HOME/var/tandem.db" 'select count(*), count(distinct email) from contact' | tr '|' ' ')"
expect "everything is there, once" "1150 1150" \
  "$(state '"%d %d" % (len(d["citizen"]), len({c["fields"]["email"] for c in d["citizen"]}))')"

"$TANDEM" sync helloworld --first-time-sync >"$scratch/out" 2>"$scratch/err"
expect "nothing of it in a pipe" "" "$(cat "$scratch/err")"
expect "nothing is left to do" 0 "$("$TANDEM" plan helloworld --quiet; echo $?)"
