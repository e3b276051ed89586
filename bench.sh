#!/bin/bash
# The benchmarks, side by side with the reference plugins: prints every figure with both sides and their ratio, and
# leaves in artifacts/bench/ results.json, report.html (to be read), summary.md (for a pull request) and
# BenchmarkDotNet's own tables. docs/benchmarks.md tells what is measured, and how.
#
#   ./bench.sh                              all suites, two thirds of an hour
#   ./bench.sh --quick                      fewer rounds, shorter streams, fewer containers: five minutes
#   ./bench.sh [--quick] SUITE|GROUP...     some of them; --list names them
#   ./bench.sh --gates [--update]           what depends on the code alone, compared with benchmarks/baseline.json
#                                           (or written there): a minute; exit status 1 when a gate does not hold
#   ./bench.sh --compare OLD [NEW]          what changed between two results.json; without NEW: since OLD, in the last run
#   ./bench.sh --report FILE                report.html and summary.md of a results.json, beside it
#   ./bench.sh --document                   the last run's figures into docs/benchmarks.md
#   ./bench.sh --list                       the suites and their groups
#
# results.json is the last run's; results-full.json and results-quick.json are those of the last full and quick run of all suites.
#
# Nodes and containers are network namespaces; bpffs, /run and /var/lib/cni are mounts of the run's own.
# All of it is gone with the run's last process, however it ends.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1

project=benchmarks/Dataplane.Benchmarks
# Not "dotnet run": nothing of the SDK shall be awake beside what is measured.
bench=(dotnet build/dotnet/bin/Dataplane.Benchmarks/release/Dataplane.Benchmarks.dll)
stamp=build/bench.stamp

build_bench() {
    # Dated before it begins: what is saved meanwhile is newer. What it says is not what --compare prints.
    touch "$stamp.new"
    dotnet build "$project" --configuration Release --nologo --verbosity quiet -consoleLoggerParameters:NoSummary >&2
    mv "$stamp.new" "$stamp"
}

if [ "${DATAPLANE_BENCH_STAGE:-}" != inside ]; then
    case "${1:-}" in
        --help | -h)
            sed -n '2,/^set /{s/^# \{0,1\}//p}' bench.sh
            exit ;;
        --compare | --report | --document | --list)
            # They measure nothing: what was built for the last run will do, and only the benchmarks are built where they are others by now.
            if [ -e "$stamp" ] && [ -e "${bench[1]}" ]; then
                [ -z "$(find benchmarks -newer "$stamp" -print -quit)" ] || build_bench
                exec "${bench[@]}" "$@"
            fi ;;
    esac
    eng/setup.sh
    eng/build.sh
    cmake --build build --target dataplane_bench >> build/build.log 2>&1
    build_bench
    case "${1:-}" in
        --compare | --report | --document | --list) exec "${bench[@]}" "$@" ;;
    esac
    mkdir -p artifacts/bench
    DATAPLANE_BENCH_SCRATCH=$(mktemp -d "$PWD/artifacts/bench/scratch.XXXXXX")
    trap 'rm -rf -- "$DATAPLANE_BENCH_SCRATCH"' EXIT
    export DATAPLANE_BENCH_SCRATCH DATAPLANE_BENCH_STAGE=inside
    unshare --mount --propagation private --pid --fork --kill-child --mount-proc "$PWD/bench.sh" "$@"
    exit
fi

mount -t tmpfs tmpfs /run
mkdir -p /run/netns /var/lib/cni
mount -t tmpfs tmpfs /var/lib/cni
mount -t bpf bpf /sys/fs/bpf
"${bench[@]}" "$@"
