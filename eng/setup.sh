#!/bin/bash
# Installs what building and testing need and this machine lacks. Debian 12 or later, as
# root. The .NET SDK has to be there: Debian does not package it.
#
#   eng/setup.sh            everything (build, demo, tests, benchmarks)
#   eng/setup.sh --build    only what building needs
#   eng/setup.sh --vm       everything, and what eng/vm.sh needs
set -euo pipefail

build=(
    clang llvm              # BPF objects
    cmake make gcc libc6-dev
    libbpf-dev libelf-dev zlib1g-dev
)
run=(
    iproute2 iputils-ping util-linux procps jq
    containernetworking-plugins     # the reference plugins: what the tests compare with
    golang-go golang-github-appc-cni-dev    # the original libcni, from source
    iptables nftables conntrack     # somebody else's rules beside ours
    dnsmasq-base                    # a DHCP server
    dbus-daemon                     # a bus of the tests' own, for firewalld's zones
    iperf3 socat strace bpftool
)
vm=(
    qemu-system-x86 busybox-static kmod xz-utils
)

packages=("${build[@]}")
case ${1:-} in
    --build) ;;
    --vm)    packages+=("${run[@]}" "${vm[@]}") ;;
    *)       packages+=("${run[@]}") ;;
esac

[ "$(id -u)" = 0 ] || { echo 'setup: run as root' >&2; exit 1; }
command -v dotnet > /dev/null || {
    echo 'setup: no dotnet: install the .NET 10 SDK (https://dotnet.microsoft.com/download)' >&2
    exit 1
}

missing=()
for package in "${packages[@]}"; do
    dpkg-query -W -f '${Status}' "$package" 2> /dev/null | grep -q 'ok installed' || missing+=("$package")
done
if [ ${#missing[@]} -gt 0 ]; then
    echo "setup: installing ${missing[*]}"
    export DEBIAN_FRONTEND=noninteractive
    log=$(mktemp)
    if ! { apt-get update -qq && apt-get install -y -qq --no-install-recommends "${missing[@]}"; } > "$log" 2>&1; then
        cat "$log" >&2
        exit 1
    fi
    rm -f -- "$log"
fi

# Pins live on bpffs. The plugins mount it themselves; a build or test container may forbid that later.
mountpoint -q /sys/fs/bpf || mount -t bpf bpf /sys/fs/bpf
