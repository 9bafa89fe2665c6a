#!/usr/bin/env bash
# soak.sh BUILD COUNT: COUNT syncs in one process, with a server of its own.
set -euo pipefail
build=$1 count=$2
root=$(cd "$(dirname "$0")/../.." && pwd)
scratch=$(mktemp -d "${TMPDIR:-/tmp}/tandem-soak.XXXXXX")
: >"$scratch/out"
"$build/hello_world" --port 0 --seed 50 --client-secret s >"$scratch/out" 2>/dev/null &
server=$!
trap 'kill $server; rm -rf "$scratch"' EXIT
until url=$(sed -n 's/^listening on //p' "$scratch/out") && [ -n "$url" ]; do sleep 0.02; done
export TANDEM_DATA=$root TANDEM_HOME=$scratch/home HELLOWORLD_URL=$url
export HELLOWORLD_CLIENT_ID=hello HELLOWORLD_CLIENT_SECRET=s
"$build/tandem" init --quiet "$TANDEM_HOME"
"$build/tandem_soak" "$count" sync helloworld --quiet
