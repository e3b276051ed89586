#!/bin/bash
# The cases that run inside the machine of eng/vm.sh, as root; test.sh --vm starts it.
#
#   tests/vm/run.sh                  all
#   tests/vm/run.sh load basic       only tests/vm/cases/load.sh and basic.sh
#   tests/vm/run.sh limits:light     only what has "light" in its name
#
# A line for each test, after what it measured, and the count as the last one. A case is a function "test_…"; it fails
# with its first command that fails, and says why by "expect" or "fail".
set -uo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
artifacts=$here/../../artifacts

# Programs and their libraries in memory: while the machine waits for a file its clock leaps.
mkdir -p /run/bin
cp -- "$artifacts"/cni/bin/* "$artifacts/bin/dpctl" /run/bin/
for tool in awk bpftool cat grep ip iperf3 jq nsenter ping sleep tc; do
    path=$(command -v "$tool") || { echo "run: no $tool" >&2; exit 2; }
    cp -- "$path" /run/bin/
done
ldd /run/bin/* 2> /dev/null | awk '$2 == "=>" && $3 ~ "^/" { print $3 } $1 ~ "^/lib" && !/:$/ { print $1 }' | sort -u | xargs cat > /dev/null
export PATH=/run/bin:$PATH
hash -r

. "$here/lib/node.sh"
. "$here/lib/traffic.sh"

passed=0 failed=0 skipped=0

fail() { printf '    %s\n' "$*"; return 1; }
skip() { printf '%s\n' "$*" > /run/skip; exit 77; }
# expect WHAT GOT WANTED
expect() { [ "$2" = "$3" ] || fail "$1: $2, wanted $3"; }

# One test in a process and a node of its own.
run_one() {
    local name=$1 status
    # Not in a condition: bash would not end it at its first command that fails.
    (
        set -eE
        trap 'printf "    line %s: %s\n" "$LINENO" "$BASH_COMMAND"' ERR
        trap node_end EXIT
        node_begin
        "$name"
    ) 2>&1
    status=$?
    name=${name#test_}
    case $status in
        0)  passed=$((passed + 1)); echo "passed: $name" ;;
        77) skipped=$((skipped + 1)); echo "skipped: $name: $(cat /run/skip)" ;;
        *)  failed=$((failed + 1)); echo "FAILED: $name" ;;
    esac
}

[ $# -gt 0 ] || set -- $(basename -s .sh -- "$here"/cases/*.sh)
for chosen in "$@"; do
    part=
    [ "$chosen" = "${chosen%%:*}" ] || part=${chosen#*:}
    . "$here/cases/${chosen%%:*}.sh" || { failed=$((failed + 1)); echo "FAILED: $chosen cannot be read"; }
    for name in $(compgen -A function test_ | sort); do
        [[ $name != *$part* ]] || run_one "$name"
        unset -f "$name"
    done
done

echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" = 0 ]
