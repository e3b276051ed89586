# The plugin vrf, which needs a kernel with VRF devices.

vrf_probe() { ip -n node link add probe type vrf table 9 2> /dev/null && ip -n node link delete probe || skip 'the kernel has no VRF devices'; }

test_a_container_in_a_VRF() {
    vrf_probe
    local red='{"type":"vrf","vrfname":"red"}'
    attach a "$PTP" "$red"
    expect master "$(ip -n a -j link show dev eth0 | jq -r '.[0].master')" red
    expect table "$(ip -n a -j -d link show dev red | jq -r '.[0].linkinfo.info_data.table')" 1
    expect 'default route' "$(ip -n a route show default)" ''
    expect 'default route of the VRF' "$(ip -n a -j route show vrf red default | jq -r '.[0].dev')" eth0
    on a ip vrf exec red ping -q -c 2 -W 2 $OUTSIDE > /dev/null || on a ping -I red -q -c 2 -W 2 $OUTSIDE > /dev/null
    check a "$red"
    ip -n a link set eth0 nomaster
    ! check a "$red" > /dev/null || fail 'CHECK found nothing'
    ip -n a link set eth0 master red
    call DEL a "$red" "$(cat /run/results/a)"
    expect 'VRF after DEL' "$(ip -n a -j link show type vrf | jq length)" 0
    call DEL a "$red" "$(cat /run/results/a)"
    detach a "$PTP"
}

test_two_interfaces_share_a_VRF() {
    vrf_probe
    attach a "$PTP"
    ip -n a link add eth1 type veth peer name far
    local red='{"type":"vrf","vrfname":"red","table":77}' previous
    previous=$(cat /run/results/a)
    call ADD a "$red" "$previous" > /dev/null
    vrf_second ADD "$red" "$previous" > /dev/null
    expect members "$(ip -n a -j link show master red | jq length)" 2
    call DEL a "$red" "$previous"
    expect members "$(ip -n a -j link show master red | jq length)" 1
    vrf_second DEL "$red" "$previous"
    expect VRF "$(ip -n a -j link show type vrf | jq length)" 0
}

# The same for eth1.
vrf_second() { # COMMAND PLUGIN-JSON PREVIOUS-RESULT
    jq -c --argjson previous "$3" '{cniVersion: "1.0.0", name: "net"} + . + {prevResult: $previous}' <<< "$2" |
        on node env -i CNI_COMMAND="$1" CNI_CONTAINERID=a CNI_NETNS=/run/netns/a CNI_IFNAME=eth1 CNI_PATH=/run/bin /run/bin/vrf
}

vrf_refused() { { call ADD a "$1" "$2" || true; } | jq -r .msg; } # PLUGIN-JSON PREVIOUS-RESULT

test_a_VRF_refuses() {
    vrf_probe
    attach a "$PTP"
    local previous
    previous=$(cat /run/results/a)
    ip -n a link add red type vrf table 5
    expect 'another table' "$(vrf_refused '{"type":"vrf","vrfname":"red","table":6}' "$previous")" 'cmdAdd failed: VRF red already exist with different routing table 5'
    ip -n a link add br9 type bridge
    ip -n a link set eth0 master br9
    expect 'another master' "$(vrf_refused '{"type":"vrf","vrfname":"blue"}' "$previous")" 'cmdAdd failed: interface eth0 has already a master set: br9'
    expect 'what is left' "$(ip -n a -j link show type vrf | jq -r '.[].ifname')" red
}

test_STATUS_of_vrf() {
    vrf_probe
    printf '{"cniVersion":"1.1.0","name":"net","type":"vrf","vrfname":"red"}' | on node env -i CNI_COMMAND=STATUS CNI_PATH=/run/bin /run/bin/vrf
}
