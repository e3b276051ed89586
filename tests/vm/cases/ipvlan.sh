# ipvlan: what the kernel of the other tests lacks.

. "$here/lib/devices.sh"

ipvlan() { printf '{"type":"ipvlan","master":"eth0",%s%s}' "${1:+$1,}" "$LINK_IPAM"; }
supported() { ip -n node link add link eth0 name probe type ipvlan 2> /dev/null || skip 'the kernel has no ipvlan devices'; ip -n node link delete probe; }

test_ipvlan_as_the_reference() {
    supported
    same "$(ipvlan)"
    same "$(ipvlan '"mode":"l3"')"
    same "$(ipvlan '"mode":"l3s","mtu":1300')"
    nothing_left
}

test_ipvlan_containers_are_on_the_masters_link() {
    supported
    attach a "$(ipvlan)"
    attach b "$(ipvlan)"
    pings a $OUTSIDE > /dev/null
    pings b "$(address a)" > /dev/null
    serve a
    reaches 'outside to the container' out "$(address a)"
    detach a "$(ipvlan)"
    detach a "$(ipvlan)"
    detach b "$(ipvlan)"
    nothing_left
}

test_ipvlan_after_another_plugin_of_a_chain() {
    supported
    ip netns add a
    local previous='{"cniVersion":"1.0.0","interfaces":[{"name":"eth0","mac":"02:00:00:00:00:01"}],"ips":[{"address":"198.51.100.77/24"}],"routes":[{"dst":"0.0.0.0/0","gw":"198.51.100.9"}]}'
    local result
    result=$(call ADD a '{"type":"ipvlan"}' "$previous")
    expect 'result' "$(jq -r '[.interfaces[0].name, .interfaces[0].sandbox, .ips[0].address, (.ips[0].interface | tostring)] | join(" ")' <<< "$result")" \
        'eth0 /run/netns/a 198.51.100.77/24 0'
    pings a $OUTSIDE > /dev/null
    call CHECK a '{"type":"ipvlan"}' "$result"
    call DEL a '{"type":"ipvlan"}' "$result"
    nothing_left
    ip netns delete a
    local said
    ip netns add a
    if said=$(call ADD a '{"type":"ipvlan"}' '{"cniVersion":"1.0.0","interfaces":[],"ips":[{"address":"198.51.100.77/24"}]}'); then fail 'no master, and it succeeded'; fi
    grep -qF 'chained master failure. PrevResult lacks a single named interface' <<< "$said" || fail "$said"
}

test_ipvlan_masters() {
    supported
    refused "$(ipvlan | jq -c '.master = "none"')" 'failed to lookup master "none"'
    # The default route's device is eth0.
    attach a "$(jq -c 'del(.master)' <<< "$(ipvlan)")"
    pings a $OUTSIDE > /dev/null
    ip netns add b
    ip -n b link add up0 type veth peer name up1
    ip -n b link set up0 up
    attach b "$(ipvlan '"linkInContainer":true' | jq -c '.master = "up0"')"
    expect 'kind' "$(kind b)" ipvlan
    check b "$(ipvlan '"linkInContainer":true' | jq -c '.master = "up0"')"
    ip -n node link delete eth0
    detach a "$(ipvlan)"
    detach b "$(ipvlan)"
    nothing_left
}

test_ipvlan_checks_collects_and_tells() {
    supported
    attach a "$(ipvlan)"
    if check a "$(ipvlan '"mode":"l3"')"; then fail 'CHECK did not see the mode'; fi
    ip -n a address flush dev eth0
    if check a "$(ipvlan)"; then fail 'CHECK did not see the addresses'; fi
    call STATUS '' "$(ipvlan '"cniVersion":"1.1.0"')" null
    if call STATUS '' "$(ipvlan '"cniVersion":"1.1.0"' | jq -c '.master = "none"')" null; then fail 'STATUS did not miss the master'; fi
    call GC '' "$(ipvlan '"cniVersion":"1.1.0","cni.dev/valid-attachments":[{"containerID":"a","ifname":"eth0"}]')" null
    expect 'kind' "$(kind a)" ipvlan
    call GC '' "$(ipvlan '"cniVersion":"1.1.0","cni.dev/valid-attachments":[]')" null
    nothing_left
}

# Interfaces of one master have its address of Ethernet: servers know them by their identifiers, and broadcast.
test_ipvlan_with_addresses_by_dhcp() {
    supported
    local plugin='{"type":"ipvlan","master":"eth0","ipam":{"type":"dhcp"}}'
    on out dnsmasq --conf-file=/dev/null --port=0 --user=root --pid-file=/run/server.dnsmasq.pid --no-ping --dhcp-authoritative --interface=eth0 --bind-dynamic \
        --dhcp-range=198.51.100.150,198.51.100.160,255.255.255.0,600 --dhcp-leasefile=/run/dnsmasq.leases
    on node env -i /run/bin/dhcp daemon -pidfile /run/server.dhcp.pid 2> /run/dhcp.log &
    local daemon=$!
    until [ -s /run/server.dhcp.pid ]; do sleep 0.1; done
    attach a "$plugin"
    attach b "$plugin"
    [ "$(address a)" != "$(address b)" ] || fail "both have $(address a)"
    pings a $OUTSIDE > /dev/null
    pings b "$(address a)" > /dev/null
    check a "$plugin"
    detach a "$plugin"
    detach b "$plugin"
    while [ -s /run/dnsmasq.leases ]; do sleep 0.1; done
    kill "$(cat /run/server.dhcp.pid)"
    wait "$daemon"
    expect 'left of the daemon' "$(find /run/cni -name '*.json' -o -name '*.sock' | wc -l)" 0
    nothing_left
}

test_ipvlan_refuses() {
    supported
    refused "$(ipvlan '"mode":"l4"')" 'unknown ipvlan mode: "l4"'
    refused '{"type":"ipvlan","master":"eth0"}' 'no plugin name provided'
    refused "$(ipvlan '"mtu":"large"')" 'failed to load netconf: json: cannot unmarshal'
}
