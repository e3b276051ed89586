# A node with its outside: namespaces "node" and "out", any number of pods; the plugins as a
# runtime calls them.

on() { nsenter --net="/run/netns/$1" -- "${@:2}"; }

OUTSIDE=198.51.100.9
NODE=198.51.100.2

# node_begin [UPLINK]: the name of the node's device towards outside; default eth0.
node_begin() {
    local name
    mkdir -p /run/netns /run/results /run/leases
    for name in node out; do
        ip netns add "$name"
        ip -n "$name" link set lo up
    done
    ip -n node link add eth0 type veth peer name eth0 netns out
    ip -n node link set eth0 up
    ip -n out link set eth0 up
    node_address eth0
    # Sources that are not masqueraded find their way back as well.
    ip -n out route add 10.1.0.0/16 via $NODE
}

# node_address DEVICE: both ends of the uplink get their addresses on it.
node_address() {
    ip -n node address flush dev eth0
    ip -n out address flush dev eth0
    ip -n node address add $NODE/24 dev "$1"
    ip -n out address add $OUTSIDE/24 dev "$1"
    ip -n node route replace default via $OUTSIDE
}

node_end() {
    local name pid
    trap - ERR
    set +e
    for pid in $(cat /run/server.*.pid 2> /dev/null | tr -d '\0'); do kill "$pid" 2> /dev/null; done
    for name in $(ls /run/netns); do ip netns delete "$name"; done
    rm -rf /run/server.*.pid /run/results /run/leases /run/dataplane /sys/fs/bpf/dataplane
}

# A network's list of plugins. main JSON: the first one; others are added by their own functions.
network() { # PLUGIN… as JSON objects
    printf '%s\n' "$@" | jq -cs '{cniVersion: "1.0.0", name: "net", plugins: .}'
}
IPAM='"ipam":{"type":"host-local","dataDir":"/run/leases","subnet":"10.1.0.0/16","routes":[{"dst":"0.0.0.0/0"}]}'
PTP='{"type":"ptp","ipMasq":true,'$IPAM'}'
BRIDGE='{"type":"bridge","bridge":"br0","isDefaultGateway":true,"ipMasq":true,'$IPAM'}'
PORTMAP='{"type":"portmap","runtimeConfig":{"portMappings":[{"hostPort":8080,"containerPort":5201,"protocol":"tcp"},{"hostPort":8080,"containerPort":5201,"protocol":"udp"}]}}'

# call COMMAND POD PLUGIN-JSON PREVIOUS-RESULT: of the plugins in $BIN, which are ours unless it is set
call() {
    jq -c --argjson previous "$4" '{cniVersion: "1.0.0", name: "net"} + . + (if $previous then {prevResult: $previous} else {} end)' <<< "$3" |
        on node env -i CNI_COMMAND="$1" CNI_CONTAINERID="$2" CNI_NETNS="/run/netns/$2" CNI_IFNAME=eth0 CNI_PATH="${BIN:-/run/bin}" \
            "${BIN:-/run/bin}/$(jq -r .type <<< "$3")"
}

# attach POD PLUGIN-JSON…: makes the namespace and calls ADD of each; the last result is kept.
attach() {
    local pod=$1 result=null plugin
    shift
    [ -e "/run/netns/$pod" ] || { ip netns add "$pod"; ip -n "$pod" link set lo up; }
    for plugin in "$@"; do
        result=$(call ADD "$pod" "$plugin" "$result") || { fail "ADD: $result"; return 1; }
    done
    printf '%s\n' "$result" > "/run/results/$pod"
}
check() { # POD PLUGIN-JSON…
    local pod=$1 plugin
    shift
    for plugin in "$@"; do call CHECK "$pod" "$plugin" "$(cat "/run/results/$pod")"; done
}
detach() { # POD PLUGIN-JSON…
    local pod=$1 i
    shift
    for ((i = $#; i > 0; i--)); do call DEL "$pod" "${!i}" "$(cat "/run/results/$pod")"; done
}
address() { jq -r '.ips[0].address | sub("/.*"; "")' "/run/results/$1"; }
host_device() { # POD: its device on the node
    ip -n node -j link | jq -r --argjson index "$(ip -n "$1" -j link show dev eth0 | jq '.[0].link_index')" '.[] | select(.ifindex == $index).ifname'
}
counter() { # NAME: packets
    on node dpctl counters --all -o json | jq --arg name "$1" '[.[] | select(.name == $name).packets] | add // 0'
}
