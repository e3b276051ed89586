#!/bin/bash
# Builds and installs into artifacts/: what demo.sh, test.sh and bench.sh start with.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

log=build/build.log
mkdir -p build
if ! { cmake -B build -S . && cmake --build build && cmake --install build --prefix artifacts; } > "$log" 2>&1; then
    tail -n 60 "$log" >&2
    echo "build: failed; the whole log is $log" >&2
    exit 1
fi
