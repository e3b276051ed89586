# dpctl unload: nothing of ours hangs anywhere afterwards, by whichever hook a kernel gave the uplink its programs, and the next ADD finds a node as after a boot.

# What runs on the node's devices and in its cgroup, by name: of clsact, tcx and cgroup alike.
programs() {
    on node bpftool net show | grep -oE 'dp_[a-z_]+' || true
    bpftool cgroup tree | grep -oE 'host_[a-z0-9_]+' || true
}

test_unload() {
    attach a "$PTP" "$PORTMAP"
    echo "    the uplink's programs: $(on node dpctl uplinks -o json | jq -r '.[] | select(.device == "eth0").hook')"
    serve a
    reaches 'before' out $NODE --port 8080
    [ -n "$(programs)" ] || fail 'nothing runs'

    local before
    before=$(programs)
    ! on node dpctl unload > /run/said 2>&1 || fail "unloaded beside a container: $(cat /run/said)"
    expect 'programs, refused' "$(programs)" "$before"
    reaches 'refused' out $NODE --port 8080

    detach a "$PTP" "$PORTMAP"
    on node dpctl unload
    expect 'programs' "$(programs)" ''
    expect 'pins' "$(ls /sys/fs/bpf/dataplane)" ''
    expect 'records' "$(ls /run/dataplane)" ''
    on node dpctl unload

    # Only masqueraded does an answer find its way back.
    ip -n out route delete 10.1.0.0/16
    attach a "$PTP" "$PORTMAP"
    pings a $OUTSIDE > /dev/null
    reaches 'after' out $NODE --port 8080
    detach a "$PTP" "$PORTMAP"
}
