#!/bin/bash
# The cases under Debian's kernels, one machine for each, all at a time: what ./test.sh --vm does
# after the build. Arguments are names of cases, as tests/vm/run.sh has them.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

kernels=(6.1 6.12)
results=build/vm/results
rm -rf -- "$results"
mkdir -p "$results"

# One after another: they ask apt.
for kernel in "${kernels[@]}"; do
    status=0
    eng/vm.sh --fetch "$kernel" 2> "$results/$kernel.fetch" || status=$?
    cat "$results/$kernel.fetch" >&2
    case $status in
        0)  ;;
        77) echo "$kernel: skipped: every case: $(tail -n 1 "$results/$kernel.fetch")"
            echo '0 passed, 0 failed, 1 skipped' > "$results/$kernel" ;;
        *)  exit 1 ;;
    esac
done

for kernel in "${kernels[@]}"; do
    [ ! -e "$results/$kernel" ] || continue
    { eng/vm.sh --timeout 3600 "$kernel" tests/vm/run.sh "$@" 2>&1 || echo "ended with $?"; } |
        tee "$results/$kernel" | sed -u "s/^/$kernel: /" &
done
wait

passed=0 failed=0 skipped=0
for kernel in "${kernels[@]}"; do
    # A machine that ended early counts nothing: what it printed as passed is not all there is.
    counted=$(grep -E '^[0-9]+ passed, [0-9]+ failed, [0-9]+ skipped$' "$results/$kernel" || echo '0 passed, 1 failed, 0 skipped')
    read -r p _ f _ s _ <<< "$counted"
    passed=$((passed + p)) failed=$((failed + f)) skipped=$((skipped + s))
done
echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" = 0 ]
