#!/bin/bash
# The main job on real input, in front of your eyes: attaches containers with the
# configurations in examples/ as they are, sends packets between them, shows that the
# packets took the fast path, detaches, and shows that nothing is left.
#
# Everything happens in network namespaces and a mount namespace of the demo's own: a "node"
# and four "containers". The machine's own network, leases and pins are not touched, and
# any number of demos can run at once.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

if [ "${DEMO_STAGE:-}" != inside ]; then
    eng/setup.sh
    eng/build.sh
    exec env DEMO_STAGE=inside unshare --mount --propagation private "$PWD/demo.sh"
fi

# A mount namespace of our own: these vanish with the last process of the demo.
mount -t tmpfs tmpfs /run
mkdir -p /run/netns /var/lib/cni
mount -t tmpfs tmpfs /var/lib/cni
mount -t bpf bpf /sys/fs/bpf

bin=$PWD/artifacts/cni/bin
node=node
bold=$(tput bold 2> /dev/null || true) plain=$(tput sgr0 2> /dev/null || true)
[ -t 1 ] || bold='' plain=''

title() { printf '\n%s== %s%s\n' "$bold" "$*" "$plain"; }
on() { nsenter --net="/run/netns/$1" -- "${@:2}"; }     # on <namespace> <command…>

# cni ADD|DEL|CHECK <config> <container> <ifname>: what a runtime does
cni() {
    local conf=examples/$2
    on "$node" env -i CNI_COMMAND="$1" CNI_CONTAINERID="$3" CNI_NETNS="/run/netns/$3" CNI_IFNAME="$4" CNI_PATH="$bin" \
        "$bin/$(jq -r .type "$conf")" < "$conf"
}
address() { jq -r '.ip4.ip // .ips[0].address | sub("/.*"; "")'; }

started=()
finish() { for pid in "${started[@]}"; do kill "$pid" 2> /dev/null || true; wait "$pid" 2> /dev/null || true; done; }
trap finish EXIT

for namespace in "$node" web client left right; do
    ip netns add "$namespace"
done
ip -n "$node" link set lo up

title 'Attach two containers to a bridge: examples/99-loopback.conf and 10-mynet.conf'
for container in web client; do
    cni ADD 99-loopback.conf "$container" lo > /dev/null
done
web=$(cni ADD 10-mynet.conf web eth0 | tee /dev/stderr | address)
client=$(cni ADD 10-mynet.conf client eth0 | address)
printf '\nweb has %s, client has %s\n' "$web" "$client"

title 'Attach two containers point to point: examples/ptp.conf'
left=$(cni ADD ptp.conf left eth0 | address)
right=$(cni ADD ptp.conf right eth0 | address)
echo "left has $left, right has $right: every packet between them is routed by the node"

title "Ping and stream: client to web (same bridge), left to right (routed)"
on client ping -c 5 -i 0.1 -q "$web" | grep received
on left ping -c 5 -i 0.1 -q "$right" | grep received
for container in web right; do
    # The server itself in the background, not a shell that waits for it: its pid is the one to kill.
    nsenter --net="/run/netns/$container" -- iperf3 --server > /dev/null 2>&1 &
    started+=($!)
done
# Not the client's exit status: with --json iperf3 3.12 ends with 0 also when it is refused.
listens() { on "$1" ss -Hltn 'sport = :5201' | grep -q .; }
for container in web right; do
    for try in {1..100}; do
        if listens "$container"; then break; fi
        sleep 0.05
    done
    listens "$container" || { echo "demo: iperf3 does not listen in $container" >&2; exit 1; }
done
stream() { # from, address
    on "$1" iperf3 --client "$2" --time 1 --json > /run/stream
    jq -r --arg from "$1" --arg to "$2" '"\($from) to \($to): \(.end.sum_received.bytes / 1e9 * 100 | round / 100) GB in \(.end.sum_received.seconds * 100 | round / 100) s, \(.end.sum_received.bits_per_second / 1e9 * 10 | round / 10) Gbit/s"' /run/stream
}
stream client "$web"
stream left "$right"

title 'dpctl endpoints: who is attached'
on "$node" artifacts/bin/dpctl endpoints
title 'dpctl flows: proven by their first packet, then out of the stack'
on "$node" artifacts/bin/dpctl flows
title 'dpctl counters: where the packets went'
on "$node" artifacts/bin/dpctl counters
fast=$(on "$node" artifacts/bin/dpctl counters -o json | jq '[.. | objects | select(.name? // "" | test("^fast")) | .packets] | add')
stack=$(on "$node" artifacts/bin/dpctl counters -o json | jq '[.. | objects | select(.name? // "" | test("^stack")) | .packets] | add // 0')
echo
echo "$fast packets took the fast path, $stack took the stack (first packets, ARP, neighbour discovery)"
[ "$fast" -gt 1000 ] && [ "$fast" -gt "$stack" ] || { echo 'demo: packets did not take the fast path' >&2; exit 1; }

title 'Detach'
finish
started=()
for container in web client; do
    cni DEL 10-mynet.conf "$container" eth0
    cni DEL 99-loopback.conf "$container" lo
done
for container in left right; do
    cni DEL ptp.conf "$container" eth0
done

left_over() { # what, where it is looked for (one item a line)
    local found
    found=$(cat)
    printf '%-32s %s\n' "$1" "${found:-none}"
    [ -z "$found" ] || failed=1
}
failed=0
title 'What is left on the node'
ip -n "$node" -j link show type veth | jq -r '.[].ifname // empty' | left_over 'veth devices'
for container in web client left right; do ip -n "$container" -j link | jq -r '.[].ifname // empty' | grep -v '^lo$' || true; done | left_over 'devices in containers'
find /var/lib/cni -type f | grep -E '/[0-9a-f:.]+$' | grep -v last_reserved | left_over 'leases' || true
on "$node" artifacts/bin/dpctl endpoints -o json | jq -r '.. | objects | .device? // .ifname? // empty' | left_over 'endpoints in the maps'
find /run/dataplane -path '*attachments/*' -type f 2> /dev/null | left_over 'attachment records'
on "$node" nft list ruleset 2> /dev/null | left_over 'netfilter rules'
printf '%-32s %s\n' 'devices kept, as users expect' "$(ip -n "$node" -j link show type bridge | jq -r '[.[].ifname] | join(", ")')"
exit "$failed"
