#!/bin/bash
# The main job on real input, in front of your eyes: attaches containers with the
# configurations in examples/ as they are, sends packets between them, out of the node and in
# through a host port, shows which way the packets took, measures a container with a limited
# bandwidth beside one without, detaches, and shows that nothing is left.
#
# Everything happens in network namespaces and a mount namespace of the demo's own: a "node",
# seven "containers", and the world "outside". The machine's own network, leases and pins are not touched, and
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
# cni_list ADD|DEL <conflist> <container> <ifname> <runtimeConfig>: the same for a list of plugins,
# each of which gets the result of the one before it
cni_list() {
    local conf=examples/$2 result=null plugin order
    mapfile -t order < <(jq '.plugins | keys[]' "$conf" | if [ "$1" = ADD ]; then cat; else tac; fi)
    for plugin in "${order[@]}"; do
        result=$(jq --argjson i "$plugin" --argjson prev "$result" --argjson runtime "$5" \
            '.plugins[$i].capabilities as $can
             | {cniVersion, name} + .plugins[$i] + (if $prev then {prevResult: $prev} else {} end)
             + (if $can then {runtimeConfig: ($runtime | with_entries(select($can[.key])))} else {} end)' "$conf" \
            | on "$node" env -i CNI_COMMAND="$1" CNI_CONTAINERID="$3" CNI_NETNS="/run/netns/$3" CNI_IFNAME="$4" CNI_PATH="$bin" \
                "$bin/$(jq -r ".plugins[$plugin].type" "$conf")") || { printf '%s\n' "$result" >&2; exit 1; }
        result=${result:-null}
    done
    [ "$1" != ADD ] || printf '%s\n' "$result"
}
address() { jq -r '.ip4.ip // .ips[0].address | sub("/.*"; "")'; }

started=()
finish() { for pid in "${started[@]}"; do kill "$pid" 2> /dev/null || true; wait "$pid" 2> /dev/null || true; done; }
trap finish EXIT

for namespace in "$node" outside web client left right shop slow quick; do
    ip netns add "$namespace"
done
ip -n "$node" link set lo up
# The node's uplink. Outside knows the node's address and no other: nothing there leads to a container.
ip -n "$node" link add eth0 type veth peer name eth0 netns outside
ip -n "$node" address add 198.51.100.2/24 dev eth0
ip -n outside address add 198.51.100.9/24 dev eth0
ip -n "$node" link set eth0 up
ip -n outside link set eth0 up
ip -n "$node" route add default via 198.51.100.9

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
listens() { on "$1" ss -Hltn "sport = :$2" | grep -q .; }
await() { # namespace, port
    for try in {1..100}; do
        if listens "$1" "$2"; then return; fi
        sleep 0.05
    done
    echo "demo: nobody listens on port $2 in $1" >&2
    exit 1
}
# Not the client's exit status: with --json iperf3 3.12 ends with 0 also when it is refused.
for container in web right; do await "$container" 5201; done
stream() { # from, address
    on "$1" iperf3 --client "$2" --time 1 --json > /run/stream
    jq -r --arg from "$1" --arg to "$2" '"\($from) to \($to): \(.end.sum_received.bytes / 1e9 * 100 | round / 100) GB in \(.end.sum_received.seconds * 100 | round / 100) s, \(.end.sum_received.bits_per_second / 1e9 * 10 | round / 10) Gbit/s"' /run/stream
}
stream client "$web"
stream left "$right"

title 'A host port: examples/mynet-portmap.conflist, with port 8080 of the node for port 80 of "shop"'
mapping='{"portMappings": [{"hostPort": 8080, "containerPort": 80, "protocol": "tcp"}]}'
shop=$(cni_list ADD mynet-portmap.conflist shop eth0 "$mapping" | address)
echo "shop has $shop"
# A server that tells who is asking, in the container and outside.
serve() { # namespace, port, name
    nsenter --net="/run/netns/$1" -- socat "TCP-LISTEN:$2,fork,reuseaddr" "SYSTEM:echo this is $3\, you are \$SOCAT_PEERADDR" 2> /dev/null &
    started+=($!)
    await "$1" "$2"
}
call() { # from, address, port
    local answer
    answer=$(on "$1" timeout 10 bash -c "exec 3<> /dev/tcp/$2/$3 && cat <&3") || { echo "demo: $1 does not reach $2 port $3" >&2; exit 1; }
    printf '%-8s asks %-14s port %-5s %s\n' "$1" "$2" "$3" "$answer"
    [[ $answer == *" $4" ]] || { echo "demo: expected to be $4" >&2; exit 1; }
}
serve shop 80 shop
serve outside 9000 outside
call shop 198.51.100.9 9000 198.51.100.2   # masqueraded
call web 198.51.100.9 9000 198.51.100.2
call outside 198.51.100.2 8080 198.51.100.9  # the client's own address
call web 198.51.100.2 8080 "$web"
call shop 198.51.100.2 8080 198.51.100.2   # through the node back into itself
call "$node" 127.0.0.1 8080 10.244.10.1
title 'dpctl hostports, nat, masquerade explain'
on "$node" artifacts/bin/dpctl hostports
on "$node" artifacts/bin/dpctl nat
on "$node" artifacts/bin/dpctl masquerade explain "$shop" 198.51.100.9
on "$node" nft list ruleset 2> /dev/null | grep . && { echo 'demo: there is a netfilter rule' >&2; exit 1; }
echo
echo 'netfilter rules on the node: none'

title 'A limit: examples/ptp-bandwidth.conflist, "slow" may send 20 Mbit/s and get 50 Mbit/s, "quick" beside it has no limit'
limits='{"bandwidth": {"egressRate": 20000000, "egressBurst": 400000, "ingressRate": 50000000, "ingressBurst": 1000000}}'
cni_list ADD ptp-bandwidth.conflist slow eth0 "$limits" > /dev/null
cni_list ADD ptp-bandwidth.conflist quick eth0 '{}' > /dev/null
nsenter --net=/run/netns/outside -- iperf3 --server > /dev/null 2>&1 &
started+=($!)
await outside 5201
# rate <container> <configured> <iperf3's option>: one second, as the receiver counts it. What TCP
# carries is 95.6 % of what is on the wire; a small machine may be a little late.
rate() {
    on "$1" iperf3 --client 198.51.100.9 --time 1 "${@:3}" --json > /run/stream
    jq -r --arg container "$1" --arg way "${3:+to it}" --arg configured "$2" '(.end.sum_received.bits_per_second / 1e6) as $measured
        | (if $configured == "none" then $measured > 100 else $measured / ($configured | tonumber) | . > 0.5 and . < 1.03 end) as $right
        | "\($container) \(if $way == "" then "from it" else $way end): configured \($configured)\(if $configured == "none" then "" else " Mbit/s" end), measured \($measured * 10 | round / 10) Mbit/s",
          if $right then empty else "demo: that is wrong" | halt_error(1) end' /run/stream
}
rate slow 20
rate slow 50 --reverse
rate quick none
rate quick none --reverse
title 'dpctl bandwidth'
on "$node" artifacts/bin/dpctl bandwidth

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
cni_list DEL mynet-portmap.conflist shop eth0 '{}'
for container in slow quick; do
    cni_list DEL ptp-bandwidth.conflist "$container" eth0 '{}'
done

# In a pipeline's last place, and yet in this shell: what it finds is the demo's exit status.
shopt -s lastpipe
left_over() { # <what>, of which there is an item a line
    local found
    found=$(cat)
    printf '%-32s %s\n' "$1" "${found:-none}"
    [ -z "$found" ] || failed=1
}
failed=0
title 'What is left on the node'
ip -n "$node" -j link show type veth | jq -r '.[].ifname // empty | select(. != "eth0")' | left_over 'veth devices'
for container in web client left right shop slow quick; do ip -n "$container" -j link | jq -r '.[].ifname // empty' | grep -v '^lo$' || true; done | left_over 'devices in containers'
find /var/lib/cni -type f | grep -E '/[0-9a-f:.]+$' | grep -v last_reserved | left_over 'leases' || true
on "$node" artifacts/bin/dpctl endpoints -o json | jq -r '.. | objects | .device? // .ifname? // empty' | left_over 'endpoints in the maps'
find /run/dataplane -mindepth 3 -type f 2> /dev/null | left_over 'attachment records'
on "$node" artifacts/bin/dpctl hostports -o json | jq -r '.. | objects | .hostPort? // empty' | left_over 'host ports in the maps'
on "$node" artifacts/bin/dpctl bandwidth -o json | jq -r '.. | objects | .direction? // empty' | left_over 'limits in the maps'
on "$node" nft list ruleset 2> /dev/null | left_over 'netfilter rules'
printf '%-32s %s\n' 'devices kept, as users expect' "$(ip -n "$node" -j link show type bridge | jq -r '[.[].ifname] | join(", ")')"
exit "$failed"
