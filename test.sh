#!/bin/bash
# Builds everything and runs every test. The last line counts them.
#
#   ./test.sh                   all
#   ./test.sh Ipam Netlink      only tests/Dataplane.Ipam.Tests and tests/Dataplane.Netlink.Tests
#   ./test.sh --vm [CASE...]    the cases of tests/vm instead, on emulated machines with Debian's kernels
#
# Every test that is skipped prints what was probed and found missing.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1

if [ "${1:-}" = --vm ]; then
    eng/setup.sh --vm
    eng/build.sh
    exec tests/vm/kernels.sh "${@:2}"
fi
eng/setup.sh
eng/build.sh

projects=()
if [ $# -gt 0 ]; then
    for name in "$@"; do projects+=("tests/Dataplane.$name.Tests"); done
else
    for project in tests/*.Tests; do projects+=("$project"); done
fi

results=build/test-results
rm -rf -- "$results"
mkdir -p "$results"

passed=0 failed=0 skipped=0
for project in "${projects[@]}"; do
    name=$(basename -- "$project")
    echo "== $name"
    status=0
    dotnet test "$project" --nologo --verbosity quiet --results-directory "$results" \
        --logger "trx;LogFileName=$name.trx" --logger 'console;verbosity=minimal' || status=$?
    if [ ! -s "$results/$name.trx" ]; then
        # Nothing ran: the project does not build, or its runner died.
        failed=$((failed + 1))
        continue
    fi
    # <Counters total="9" executed="9" passed="9" failed="0" …/>; what was skipped is total - executed.
    read -r total executed ok < <(sed -n 's/.*<Counters total="\([0-9]*\)" executed="\([0-9]*\)" passed="\([0-9]*\)".*/\1 \2 \3/p' "$results/$name.trx")
    passed=$((passed + ok))
    failed=$((failed + executed - ok))
    skipped=$((skipped + total - executed))
    awk -v RS='<UnitTestResult ' '/outcome="NotExecuted"/ {
        match($0, /testName="[^"]*"/); name = substr($0, RSTART + 10, RLENGTH - 11)
        match($0, /<Message>[^<]*/); print "skipped: " name ": " substr($0, RSTART + 9, RLENGTH - 9)
    }' "$results/$name.trx"
    # A crash of the runner after some tests: what it printed as passed is not all there is.
    if [ "$status" != 0 ] && [ "$executed" = "$ok" ]; then failed=$((failed + 1)); fi
done

echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" = 0 ]
