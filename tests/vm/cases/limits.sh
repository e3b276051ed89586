# Limits by departure times: the qdisc fq, which the kernel of the other tests lacks.

# bandwidth BITS [FIELDS]: both ways. The burst is 20 ms: 0.7 % of what is measured.
bandwidth() {
    jq -cn --argjson rate "$1" --argjson more "{${2:-}}" \
        '{type: "bandwidth", ingressRate: $rate, ingressBurst: ($rate / 50), egressRate: $rate, egressBurst: ($rate / 50)} + $more'
}

# One limited pod and one that is not, whose servers wait on every side.
limited() { # MAIN BITS [FIELDS]
    local limit
    limit=$(bandwidth "${@:2}")
    attach a "$1" "$PORTMAP" "$limit"
    check a "$1" "$PORTMAP" "$limit"
    attach b "$1"
    serve a
    serve b
    serve out
}

engines() { on node dpctl bandwidth -o json | jq -r '[.[] | .direction + " " + .engine + " " + .state] | sort | join(", ")'; }
edt() { expect 'dpctl bandwidth' "$(engines)" 'egress edt kept, ingress edt kept'; }
root_qdisc() { ip -n "$1" -j link show dev "$2" | jq -r '.[0].qdisc'; }

# Every load, both ways; all are measured before the test fails.
cells() { # WAY RATE OUT-OPTION IN-OPTION FROM ADDRESS [OPTION…]: what turns the stream from or to the pod
    local way=$1 rate=$2 bad=0 direction turn
    modprobe tcp_bbr || skip 'the kernel has no bbr'
    for direction in from to; do
        turn=$3
        [ $direction = from ] || turn=$4
        for load in 'cubic 1' 'cubic 8' 'bbr 1' 'bbr 8'; do
            shaped "$way, $direction the pod, $load" "$rate" "${@:5}" $turn --congestion "${load% *}" --parallel "${load#* }" || bad=1
        done
        shaped "$way, $direction the pod, UDP" "$rate" "${@:5}" $turn --udp --bitrate $((rate * 13 / 10)) --length 1400 || bad=1
    done
    return $bad
}
outside() { cells outside "$1" '' --reverse a $OUTSIDE; }
from_node() { cells node "$1" --reverse '' node "$(address a)"; }
pods() { cells 'other pod' "$1" '' --reverse a "$(address b)"; }
host_port() { cells 'host port' "$1" --reverse '' out $NODE --port 8080; }

test_10M_outside()   { limited "$PTP" 10000000; edt; outside 10000000; }
test_10M_node()      { limited "$PTP" 10000000; from_node 10000000; }
test_10M_pods()      { limited "$BRIDGE" 10000000; pods 10000000; }
test_10M_host_port() { limited "$BRIDGE" 10000000; host_port 10000000; }
test_100M_outside()   { limited "$BRIDGE" 100000000; edt; outside 100000000; }
test_100M_node()      { limited "$BRIDGE" 100000000; from_node 100000000; }
test_100M_pods()      { limited "$PTP" 100000000; pods 100000000; }
test_100M_host_port() { limited "$PTP" 100000000; host_port 100000000; }

light_flows() { # RATE LOAD…
    local bad=0 load
    limited "$PTP" "$1"
    for load in "${@:2}" '' "--udp --bitrate $(($1 * 13 / 10)) --length 1400"; do
        beside light "beside what it sends ${load:-in one stream}" a $OUTSIDE 2000 -- a $OUTSIDE $load || bad=1
        beside light "beside what it gets ${load:-in one stream}" out "$(address a)" 2000 -- a $OUTSIDE --reverse $load || bad=1
    done
    return $bad
}
test_10M_light_flows_do_not_wait() { light_flows 10000000 '--parallel 8'; }
test_100M_light_flows_do_not_wait() { light_flows 100000000 '--parallel 8'; }

test_neighbours_are_not_held_up() {
    limited "$BRIDGE" 100000000
    attach c "$BRIDGE"
    serve c
    serve out 5202
    beside free 'neighbour to outside' 100000000 b $OUTSIDE --port 5202 -- a $OUTSIDE
    beside free 'neighbour to neighbour' 100000000 b "$(address c)" -- a $OUTSIDE --reverse
    expect 'qdisc of a neighbour' "$(root_qdisc b eth0) $(root_qdisc node "$(host_device b)")" 'noqueue noqueue'
}

test_set_and_removed_limits() {
    limited "$PTP" 10000000
    on node dpctl bandwidth set a --ingress-rate 40M --egress-rate 20M > /dev/null
    shaped 'set, to the pod' 40000000 a $OUTSIDE --reverse
    shaped 'set, from the pod' 20000000 a $OUTSIDE
    detach a "$(bandwidth 10000000)"
    expect 'limits' "$(engines)" ''
    expect 'qdiscs' "$(root_qdisc a eth0) $(root_qdisc node "$(host_device a)")" 'noqueue noqueue'
    free 'removed, to the pod' 40000000 a $OUTSIDE --reverse
    free 'removed, from the pod' 40000000 a $OUTSIDE
}

test_some_peers_only() {
    limited "$BRIDGE" 20000000 '"shapedSubnets": ["198.51.100.0/24"]'
    shaped 'shaped, from the pod' 20000000 a $OUTSIDE
    shaped 'shaped, to the pod' 20000000 a $OUTSIDE --reverse
    free 'not shaped, from the pod' 20000000 a "$(address b)"
    free 'not shaped, to the pod' 20000000 a "$(address b)" --reverse
}

# Without fq the program still drops what would leave too late; without that as well the guard does.
test_a_pod_that_removes_its_queue_gains_little() {
    limited "$PTP" 20000000
    local load='--omit 1 --time 3 --udp --bitrate 80M --length 1400' got
    on a tc qdisc delete dev eth0 root
    got=$(stream a $OUTSIDE $load)
    within 'UDP without the queue' "$got" 20000000 0.9 1.03
    on a tc qdisc delete dev eth0 clsact
    got=$(stream a $OUTSIDE $load)
    within 'UDP without queue and program' "$got" 20000000 0.9 1.4
    [ "$(counter drop_limit_guard)" -gt 0 ] || fail 'the guard dropped nothing'
}

test_token_buckets_on_request() {
    limited "$BRIDGE" 20000000 '"dataplane": {"shaper": "tbf"}'
    expect 'dpctl bandwidth' "$(engines)" 'egress tbf kept, ingress tbf kept'
    shaped 'from the pod' 20000000 a $OUTSIDE
    shaped 'to the pod' 20000000 a $OUTSIDE --reverse
    shaped 'from the other pod' 20000000 b "$(address a)"
}
