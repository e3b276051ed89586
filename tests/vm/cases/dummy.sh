# dummy: what the kernel of the other tests lacks.

. "$here/lib/devices.sh"

DUMMY='{"type":"dummy",'$LINK_IPAM'}'
supported_dummy() { ip -n node link add probe type dummy 2> /dev/null || skip 'the kernel has no dummy devices'; ip -n node link delete probe; }

test_dummy_has_addresses_and_leads_nowhere() {
    supported_dummy
    # A device of the host has the name as well: eth0.
    attach a "$DUMMY"
    check a "$DUMMY"
    expect 'kind' "$(kind a)" dummy
    expect 'address' "$(ip -n a -j address show dev eth0 | jq -r '.[0].addr_info[] | select(.family == "inet").local')" "$(address a)"
    expect 'MAC' "$(jq -r '.interfaces[0].mac' /run/results/a)" "$(ip -n a -j link show dev eth0 | jq -r '.[0].address')"
    ip -n a link set lo up
    on a ping -q -c 1 -W 1 "$(address a)" > /dev/null || fail 'the container does not reach its own address'
    ip -n a link set eth0 down
    if check a "$DUMMY"; then fail 'CHECK did not see that it is down'; fi
    detach a "$DUMMY"
    detach a "$DUMMY"
    nothing_left
}

test_dummy_refuses_collects_and_tells() {
    supported_dummy
    refused '{"type":"dummy"}' 'dummy interface requires an IPAM configuration'
    attach a "$DUMMY"
    call STATUS '' "$(jq -c '.cniVersion = "1.1.0"' <<< "$DUMMY")" null
    call GC '' "$(jq -c '.cniVersion = "1.1.0" | ."cni.dev/valid-attachments" = []' <<< "$DUMMY")" null
    expect 'left in the container' "$(ip -n a -j link | jq -r '[.[].ifname] | join(" ")')" lo
    nothing_left
}
