#!/usr/bin/env bash
# Each command that stands indented in the guides is carried out, in the order of the guide: none is refused as wrong
# usage, and all do what they say there as far as the home has something for them.
. "$(dirname "$0")/lib.sh"

guide_home
"$TANDEM" sync helloworld --quiet 2>/dev/null
conflict=$("$TANDEM" conflicts helloworld --json | json 'd[0]["id"]')
PATH=$scratch/bin:$PATH
cd "$TANDEM_HOME" || exit 1

# What a guide's line has for the reader, as this home has it.
lines() { # FILE
  sed -n 's/^    \(tandem .*\)/\1/p' "$root/docs/$1" | sed "s/\(   *\| # \).*//; s/ *\$//; s/\[\(NAME\)\]/\1/; s/ \[[A-Z]*\]//
    s/NAME/helloworld/; s/\bID internal|integration/$conflict internal/"
}
# carry_out FILE LINE
carry_out() {
  local code
  timeout 120 bash -c "${2/runs 12/runs $("$TANDEM" runs --limit 1 --json | json 'd[0]["id"]')}" </dev/null >"$scratch/out" 2>"$scratch/stderr"
  code=$?
  case $code in
    0 | 3 | 4 | 10) ok "$1: $2" ;;
    *) # a state that this home is not in
      if grep -qE 'is not in quarantine|is not among what was deleted|is linked to|knows nothing about' "$scratch/stderr"; then
        ok "$1: $2 (there is nothing of the kind here)"
      else
        not_ok "$1: $2" "exit code $code" "$(cat "$scratch/stderr")"
      fi
      ;;
  esac
}
for guide in operators.md authors.md; do
  expect "the commands of $guide are found" yes "$([ "$(lines $guide | wc -l)" -ge 5 ] && echo yes)"
  while IFS= read -r line; do
    case $line in
      "tandem serve" | "tandem dev "*) ;; # they do not end; test_service and test_authors have them
      "tandem test "*) ! command -v busted >/dev/null || carry_out $guide "$line" ;;
      *) carry_out $guide "$line" ;;
    esac
  done < <(lines $guide)
done
