#!/usr/bin/env bash
# Each of the reference's 27 faults (spec section 12) has a test here: every case that
# reference_faults.txt names exists and is not excused as a known difference, every program is there.
# That the cases pass is shown by tests/conformance/run.
set -euo pipefail
cd "$(dirname "$0")"

passed=0 failed=0
for fault in $(seq 27); do
  tests=$(sed -n "s/^$fault: //p" reference_faults.txt)
  missing=""
  for name in $tests; do
    case "$name" in
      test:*) [ -e "../unit/${name#test:}.c" ] || missing+=" $name" ;;
      *) { [ -e "cases/scenarios/$name.json" ] || [ -e "cases/own/$name.json" ] || grep -rqlF "\"name\": \"$name\"" cases/scenarios ||
           grep -rqlF "\"name\":\"$name\"" cases/scenarios; } || missing+=" $name"
         ! grep -q "^$name\b" known_differences.txt || missing+=" $name(known difference)" ;;
    esac
  done
  if [ -n "$tests" ] && [ -z "$missing" ]; then
    passed=$((passed + 1))
  else
    failed=$((failed + 1))
    echo "not ok fault $fault:${missing:- no test is named for it}"
  fi
done
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
