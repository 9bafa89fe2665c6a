#!/bin/sh
# The runner itself: changed expectations must fail and say where; unknown files in the same formats
# must run; broken ones must not pass.
set -u

here=$(cd "$(dirname "$0")" && pwd)
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
passed=0
failed=0

# check NAME EXPECTED_STATUS EXPECTED_TEXT: of the last run
check() {
    if [ "$status" = "$2" ] && grep -qF -- "$3" "$scratch/output"; then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
        echo "FAILED $1: expected exit code $2 and '$3', got $status and:"
        cat "$scratch/output"
    fi
}

run() {
    "$here/run" "$@" >"$scratch/output" 2>&1
    status=$?
}

mkdir "$scratch/cases"
cat >"$scratch/cases/new_values.json" <<'JSON'
{"what": "a file that the project does not know", "cases": [
 {"id": "n1", "input": {"type": "int", "value": " 7 "}, "expected": {"value": 7}},
 {"id": "n2", "input": {"now": "2026-03-10T12:00:00Z", "text": "-1 hour"}, "expected": "2026-03-10T11:00:00Z"}]}
JSON
run "$scratch/cases"
check "unknown files run" 0 "2 passed, 0 failed"

sed 's/"value": 7}/"value": 8}/' "$scratch/cases/new_values.json" >"$scratch/changed.json"
run "$scratch/changed.json"
check "a changed unit case fails" 1 "1 passed, 1 failed"
check "and names the case" 1 "FAILED changed/n1"
check "and the place and both values" 1 "expected.value: expected 8, got 7"

echo '{"cases": [{"name": "odd", "input": {"nothing": 1}, "expected": {}}]}' >"$scratch/odd.json"
run "$scratch/odd.json"
check "a case of no known kind fails" 1 "of a kind that is not known"

echo '{"cases": [' >"$scratch/broken.json"
run "$scratch/broken.json"
check "a broken file is refused" 2 "cannot read '$scratch/broken.json'"

run "$scratch/missing"
check "a missing folder is refused" 2 "cannot read '$scratch/missing'"

scenario=$here/cases/scenarios/base_cleared_there.json
run "$scenario"
check "a whole run passes" 0 "1 passed, 0 failed"
python3 - "$scenario" "$scratch" <<'PYTHON'
import json, sys
path, scratch = sys.argv[1:]

def changed(name, change):
    case = json.load(open(path))
    change(case["expected"]["runs"][0])
    json.dump(case, open(f"{scratch}/{name}.json", "w"))

def outcome(run): run["outcomes"][0]["outcome"] = "failed"
def final(run): run["final"]["contact"][0]["email"] = "other@x.test"
def extra(run): run["final"]["mappings"].append({"integration": "hub", "integration_id": "C99"})
def order(run): run["requests"][0]["iteration"] = 9
for change in (outcome, final, extra, order):
    changed(change.__name__, change)
PYTHON
run "$scratch/outcome.json"
check "a changed outcome fails" 1 "outcome: expected \"failed\", got"
run "$scratch/final.json"
check "a changed final value fails" 1 "email: expected \"other@x.test\", got"
run "$scratch/extra.json"
check "a missing mapping fails" 1 "got absent"
run "$scratch/order.json"
check "a changed request fails" 1 "runs[0].requests[0].iteration: expected 9, got 1"

printf '%s known to differ\n' "changed/n1" >"$scratch/known.txt"
run --known "$scratch/known.txt" "$scratch/changed.json"
check "a known difference is no failure" 0 "1 known differences"
check "but is reported" 0 "known: known to differ"

echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
