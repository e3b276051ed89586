# The plugin firewall: what the programs read of netfilter, and what conntrack tells them, is the kernel's own.

FIREWALL='{"type":"firewall"}'
ISOLATED='{"type":"firewall","ingressPolicy":"isolated"}'

# Ping once, without waiting for long: whether it is answered.
answered() { on "$1" ping -c 1 -W 2 "$2" > /dev/null && echo yes || echo no; }

# RULES…: what the node has; a pod with the plugin gets through, one without does not.
through() {
    attach a "$PTP" "$FIREWALL"
    attach b "$PTP"
    check a "$PTP" "$FIREWALL"
    on node nft "add table inet fw; add chain inet fw forward { type filter hook forward priority 0; policy drop; }$1" || skip 'no nft'
    serve out
    expect 'with the plugin' "$(answered a $OUTSIDE)" yes
    expect 'without it' "$(answered b $OUTSIDE)" no
    reaches 'with the plugin' a $OUTSIDE
    expect 'to another pod' "$(answered a "$(address b)")" yes
    expect 'from another pod' "$(answered b "$(address a)")" no
    [ "$(counter flow_allowed)" -gt 0 ] || fail 'flow_allowed is 0'
    detach a "$PTP" "$FIREWALL"
    detach b "$PTP"
    expect 'endpoints' "$(on node dpctl endpoints -o json | jq length)" 0
}

test_past_FORWARD_where_nobody_translates() { through ''; }

test_past_FORWARD_where_somebody_could() {
    through '; add chain inet fw nat { type nat hook prerouting priority -100; }; add rule inet fw forward ct state established counter'
}

test_kept_apart() {
    attach a "$BRIDGE" "$ISOLATED"
    attach b "$BRIDGE" "$ISOLATED"
    attach c "$BRIDGE"
    expect 'isolated pods' "$(answered a "$(address b)")" no
    expect 'one without a policy' "$(answered a "$(address c)")" yes
    expect 'outside' "$(answered a $OUTSIDE)" yes
    [ "$(counter drop_policy)" -gt 0 ] || fail 'drop_policy is 0'
}
