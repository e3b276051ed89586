# What the kernel takes.

test_every_object_loads_and_nothing_is_broken() {
    attach a "$PTP"
    local programs
    programs=$(ls /sys/fs/bpf/dataplane/*/v*/programs | sort | tr '\n' ' ')
    expect 'pinned programs' "$programs" 'from_pod from_uplink host_connect4 host_connect6 host_getpeername4 host_getpeername6 host_recvmsg4 host_recvmsg6 host_sendmsg4 host_sendmsg6 pod_limit sweep_start to_pod to_uplink '
    on node dpctl doctor || fail 'dpctl doctor found something broken'
}

test_uplinks_get_tcx_where_the_kernel_has_it() {
    attach a "$PTP"
    local how
    how=$(on node dpctl uplinks -o json | jq -r '.[] | select(.device == "eth0").hook')
    case $(uname -r) in
        6.1.*) expect 'the uplink has its programs by' $how clsact ;;
        *)     expect 'the uplink has its programs by' $how tcx ;;
    esac
}

test_expired_translations_are_swept_by_the_kernel() {
    attach a "$PTP"
    pings a $OUTSIDE > /dev/null
    sleep 12
    [ "$(on node dpctl status -o json | jq '.sweep.lastRunSeconds // 1000 | . < 11')" = true ] ||
        fail "the timer did not run: $(on node dpctl status -o json | jq -c .sweep)"
}
