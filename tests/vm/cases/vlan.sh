# VLANs: as the uplink, and inside a bridge.

vlan_uplink() {
    ip -n node link add link eth0 name up.5 type vlan id 5 || skip 'the kernel has no VLAN devices'
    ip -n out link add link eth0 name up.5 type vlan id 5
    ip -n node link set up.5 up
    ip -n out link set up.5 up
    node_address up.5
}

test_an_uplink_that_is_a_VLAN() {
    vlan_uplink
    attach a "$BRIDGE" "$PORTMAP"
    ip -n out route delete 10.1.0.0/16 2> /dev/null || true
    serve a
    serve out
    pings a $OUTSIDE > /dev/null
    reaches 'pod to outside' a $OUTSIDE
    reaches 'outside to a host port' out $NODE --port 8080
    expect uplinks "$(on node dpctl uplinks -o json | jq -r '[.[] | select(.role == "uplink").device] | join(" ")')" up.5
}

test_a_bridge_that_filters_VLANs() {
    local conf
    conf=$(jq -c '. + {vlan: 100}' <<< "$BRIDGE")
    attach a "$conf"
    attach b "$conf"
    attach other "$(jq -c '. + {vlan: 200}' <<< "$BRIDGE")"
    pings b "$(address a)" > /dev/null
    serve a
    reaches 'within the VLAN' b "$(address a)"
    ! on other ping -q -c 2 -W 1 "$(address a)" > /dev/null || fail 'another VLAN got through'
}
