# Attach, traffic, masquerade, host ports, detach: on both main plugins.

# What is seen outside, and what takes the fast path.
basic() {
    local main=$1
    attach a "$main" "$PORTMAP"
    attach b "$main"
    check a "$main" "$PORTMAP"

    pings b "$(address a)" > /dev/null
    serve a
    serve out
    reaches 'pod to pod' b "$(address a)"
    [ "$(counter "$2")" -gt 100 ] || fail "packets of $2: $(counter "$2")"

    # Outside answers the node's address only: without masquerade nothing comes back.
    ip -n out route delete 10.1.0.0/16
    pings a $OUTSIDE > /dev/null
    reaches 'pod to outside' a $OUTSIDE

    reaches 'outside to a host port' out $NODE --port 8080
    reaches 'node to its own host port' node 127.0.0.1 --port 8080
    reaches 'pod to the host port' b $NODE --port 8080

    detach a "$main" "$PORTMAP"
    detach b "$main"
    expect 'endpoints' "$(on node dpctl endpoints -o json | jq length)" 0
    expect 'devices' "$(ip -n node -j link show type veth | jq -r '[.[].ifname] | join(" ")')" eth0
}

test_ptp() { basic "$PTP" fast_l3; }
test_bridge() { basic "$BRIDGE" fast_l2; }
