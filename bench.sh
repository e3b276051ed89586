#!/bin/bash
# The benchmarks, side by side with the reference plugins: prints every figure with both sides and
# their ratio, and leaves tables (Markdown, CSV, JSON) in artifacts/bench/.
#
#   ./bench.sh                       all suites, half an hour
#   ./bench.sh --quick               fewer rounds, and shorter streams
#   ./bench.sh [--quick] AddLatency  one suite: AddLatency, ChainLatency, ChainGrowth, PacketPath, Throughput,
#                                    FilteredThroughput, NatThroughput, NatConnections, NatDatagrams,
#                                    BandwidthLatency, LatencyUnderLimit
#
# Nodes and containers are network namespaces; bpffs, /run and /var/lib/cni are mounts of the run's own.
# All of it is gone with the run's last process, however it ends.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1

project=benchmarks/Dataplane.Benchmarks
if [ "${DATAPLANE_BENCH_STAGE:-}" != inside ]; then
    eng/setup.sh
    eng/build.sh
    cmake --build build --target dataplane_load >> build/build.log 2>&1
    dotnet build "$project" --configuration Release --nologo --verbosity quiet
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
# Not "dotnet run": nothing of the SDK shall be awake beside what is measured.
dotnet build/dotnet/bin/Dataplane.Benchmarks/release/Dataplane.Benchmarks.dll "$@"
