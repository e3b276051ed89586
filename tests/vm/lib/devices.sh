# Plugins whose interface is one device of the container, beside the reference's of the same name.

# Addresses on the link of the node's uplink: the container and the outside are neighbours.
LINK_IPAM='"ipam":{"type":"host-local","dataDir":"/run/leases","ranges":[[{"subnet":"198.51.100.0/24","rangeStart":"198.51.100.100"}]]}'
REFERENCE=/usr/lib/cni

# What is in a container, without what differs from run to run or from kernel to kernel's mood.
seen() { # POD
    ip -n "$1" -d -j address show dev eth0 |
        jq -cS 'map(del(.ifindex, .link_index, .link_netnsid, .txqlen, .operstate) | .addr_info |= map(select(.scope != "link")))'
    ip -n "$1" -j route | jq -cS .
}

# lives PLUGIN-JSON: ADD, CHECK and DEL, with the plugins of $BIN; prints what was there.
lives() {
    local plugin
    plugin=$(jq -c --arg side "$(basename -- "${BIN:-ours}")" 'if .ipam then .ipam.dataDir = "/run/leases/" + $side else . end' <<< "$1")
    attach twin "$plugin"
    check twin "$plugin"
    seen twin
    jq -cS 'del(.dns)' /run/results/twin
    detach twin "$plugin"
    expect 'left in the container' "$(ip -n twin -j link | jq -r '[.[].ifname] | join(" ")')" lo
}

# same PLUGIN-JSON: ours and the reference's tell and leave the same.
same() {
    [ -x "$REFERENCE/$(jq -r .type <<< "$1")" ] || skip "the reference installed here has no $(jq -r .type <<< "$1")"
    expect "$1" "$(lives "$1")" "$(BIN=$REFERENCE lives "$1")"
}

# refused PLUGIN-JSON TEXT [COMMAND]: the call fails with the text, and nothing is left.
refused() {
    local said
    ip netns add refused
    if said=$(call "${3:-ADD}" refused "$1" null); then fail "${3:-ADD} succeeded: $said"; fi
    grep -qF -- "$2" <<< "$(jq -r '.msg // empty' <<< "$said")" || fail "said $said, wanted $2"
    expect 'left in the container' "$(ip -n refused -j link | jq -r '[.[].ifname] | join(" ")')" lo
    ip netns delete refused
    nothing_left
}

nothing_left() {
    expect 'records' "$({ find /run/dataplane -path '*/attachments/*' -type f 2> /dev/null || true; } | wc -l)" 0
    expect 'leases' "$({ find /run/leases -name '198.*' 2> /dev/null || true; } | wc -l)" 0
}

kind() { # POD [DEVICE]
    ip -n "$1" -d -j link show dev "${2:-eth0}" | jq -r '.[0].linkinfo.info_kind'
}
