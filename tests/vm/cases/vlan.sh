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

# As an ADD leaves it that is killed behind the making of the pair: the port is down, and in the bridge's own VLAN.
test_the_gateway_of_a_VLAN_that_is_half_made_is_finished() {
    # Of that name there is a plugin in PATH as well.
    local conf port vlans=/usr/sbin/bridge
    conf=$(jq -c '. + {vlan: 100}' <<< "$BRIDGE")
    attach a "$conf"
    detach a "$conf"
    port=$(ip -n node -j link show br0.100 | jq -r '.[0].link')
    ip -n node link set "$port" down
    on node $vlans vlan delete dev "$port" vid 100
    on node $vlans vlan add dev "$port" vid 1 pvid untagged
    attach a "$conf"
    pings a 10.1.0.1 > /dev/null
    expect VLANs "$(on node $vlans -j vlan show dev "$port" | jq -c '[.[0].vlans[].vlan]')" '[100]'
}

# The plugin "vlan".
. "$here/lib/devices.sh"

vlan() { printf '{"type":"vlan","master":"eth0","vlanId":5,%s%s}' "${1:+$1,}" "$LINK_IPAM"; }
supported_vlan() { ip -n node link add link eth0 name probe type vlan id 4 2> /dev/null || skip 'the kernel has no VLAN devices'; ip -n node link delete probe; }

test_vlan_plugin_as_the_reference() {
    supported_vlan
    same "$(vlan)"
    same "$(vlan '"mtu":1300')"
    ip -n node link set eth0 mtu 1400
    same "$(vlan)"
    nothing_left
}

test_vlan_plugin_has_the_frames_of_its_VLAN() {
    supported_vlan
    ip -n out link add link eth0 name up.5 type vlan id 5
    ip -n out link set up.5 up
    ip -n out address flush dev eth0
    ip -n out address add $OUTSIDE/24 dev up.5
    attach a "$(vlan)"
    pings a $OUTSIDE > /dev/null
    attach b "$(vlan | jq -c '.vlanId = 6')"
    ! on b ping -q -c 2 -W 1 $OUTSIDE > /dev/null || fail 'another VLAN got through'
    detach a "$(vlan)"
    detach a "$(vlan)"
    ip -n node link delete eth0
    detach b "$(vlan)"
    nothing_left
}

test_vlan_plugin_checks_collects_and_tells() {
    supported_vlan
    attach a "$(vlan)"
    if check a "$(vlan | jq -c '.vlanId = 6')"; then fail 'CHECK did not see the VLAN'; fi
    if check a "$(vlan '"mtu":1300')"; then fail 'CHECK did not see the MTU'; fi
    call STATUS '' "$(vlan '"cniVersion":"1.1.0"')" null
    call GC '' "$(vlan '"cniVersion":"1.1.0","cni.dev/valid-attachments":[]')" null
    nothing_left
}

test_vlan_plugin_refuses() {
    supported_vlan
    refused "$(vlan | jq -c 'del(.master)')" '"master" field is required. It specifies the host interface name to create the VLAN for'
    refused "$(vlan | jq -c '.master = "none"')" 'none'
    refused "$(vlan | jq -c '.vlanId = 4095')" 'invalid VLAN ID 4095 (must be between 0 and 4095 inclusive)'
    refused "$(vlan '"mtu":1501')" 'invalid MTU 1501, must be [0, master MTU(1500)]'
    refused "$(vlan '"mtu":-1')" 'invalid MTU -1, must be [0, master MTU(1500)]'
    refused '{"type":"vlan","master":"eth0","vlanId":5}' 'failed to execute IPAM delegate: no plugin name provided'
    attach a "$(vlan)"
    ip netns add b
    if call ADD b "$(vlan)" null; then fail 'a VLAN of a master has one device'; fi
}

test_vlan_plugin_on_a_device_of_the_container() {
    supported_vlan
    ip netns add a
    ip -n a link add up0 type veth peer name up1
    ip -n a link set up0 up
    attach a "$(vlan '"linkInContainer":true' | jq -c '.master = "up0"')"
    expect 'kind' "$(kind a)" vlan
    check a "$(vlan '"linkInContainer":true' | jq -c '.master = "up0"')"
    detach a "$(vlan '"linkInContainer":true' | jq -c '.master = "up0"')"
    nothing_left
}
