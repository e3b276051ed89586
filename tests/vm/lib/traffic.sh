# Streams and pings, and what they have to reach. Time in the machine is exact: see eng/vm.sh.

# serve NAMESPACE [PORT]: an iperf3 server till the test's end; it takes one client at a time.
serve() {
    local port=${2:-5201} i
    on "$1" iperf3 --server --port "$port" --daemon --pidfile "/run/server.$1.$port.pid" --logfile "/run/server.$1.$port.log"
    for i in {1..20}; do
        # 0A: listening.
        if on "$1" cat /proc/net/tcp /proc/net/tcp6 | grep -q "$(printf ':%04X [0:]* 0A' "$port")"; then return 0; fi
        sleep 0.1
    done
    fail "no server in $1"
}

# stream FROM ADDRESS [OPTION…]: bits a second that arrived.
stream() {
    # What went wrong is said in the answer only.
    on "$1" iperf3 --client "$2" --json "${@:3}" > /run/stream.json || true
    if jq -e .error /run/stream.json > /run/error; then
        fail "iperf3 from $1 to $2: $(cat /run/error)"
        return 1
    fi
    jq '.end.sum_received.bits_per_second // (.end.sum | .bits_per_second * (100 - .lost_percent) / 100) | round' /run/stream.json
}

# within WHAT GOT RATE LEAST MOST: of the rate.
within() {
    awk -v what="$1" -v got="$2" -v rate="$3" -v least="$4" -v most="$5" 'BEGIN {
        printf "    %-44s %.3f of %d Mbit/s\n", what, got / rate, rate / 1e6
        exit !(got >= least * rate && got <= most * rate)
    }' || fail "$1: not between $4 and $5 of the rate"
}

# shaped WHAT RATE FROM ADDRESS [OPTION…]: what arrives in 3 s, after the first one. Too little is measured once
# more, for longer: bbr that loses its first packets takes some seconds to find the rate. Too much never is.
shaped() {
    local got
    got=$(stream "${@:3}" --omit 1 --time 3) || { printf '%s\n' "$got"; return 1; }
    if [ "$got" -lt $(($2 * 92 / 100)) ]; then
        printf '    %-44s %d bit/s at first\n' "$1" "$got"
        got=$(stream "${@:3}" --omit 3 --time 5) || { printf '%s\n' "$got"; return 1; }
    fi
    within "$1" "$got" "$2" 0.92 1.03
}

# So many bytes, not so much time: time in which nothing waits takes long outside.
SOME='--bytes 24M'

# reaches WHAT FROM ADDRESS [OPTION…]: a stream does.
reaches() {
    local got
    got=$(stream "${@:2}" $SOME) || { printf '%s\n' "$got"; return 1; }
    printf '    %-44s %d Mbit/s\n' "$1" $((got / 1000000))
}

# free WHAT RATE FROM ADDRESS [OPTION…]: at least four times a limit that is not there.
free() {
    local got
    got=$(stream "${@:3}" $SOME) || { printf '%s\n' "$got"; return 1; }
    within "$1" "$got" "$2" 4 1e6
}

# pings FROM ADDRESS: all come back; prints the longest round trip in microseconds.
pings() {
    local said
    said=$(on "$1" ping -q -c 15 -i 0.1 "$2") || { fail "$1 does not reach $2: $said"; return 1; }
    grep -q ' 0% packet loss' <<< "$said" || { fail "$1 to $2: $said"; return 1; }
    awk -F / '/^rtt/ { printf "%d\n", $6 * 1000 }' <<< "$said"
}

# beside COMMAND… -- FROM ADDRESS [OPTION…]: the command, while a stream that began a second ago fills the limit.
beside() {
    local command=() busy status=0
    while [ "$1" != -- ]; do command+=("$1"); shift; done
    on "$2" iperf3 --client "$3" --time 4 "${@:4}" > /dev/null 2>&1 &
    busy=$!
    sleep 1.2
    "${command[@]}" || status=1
    wait "$busy" || fail 'the stream beside failed'
    return $status
}

# light WHAT FROM ADDRESS MICROSECONDS: a light flow's longest round trip is shorter.
light() {
    local longest
    longest=$(pings "$2" "$3") || { printf '%s\n' "$longest"; return 1; }
    printf '    %-44s longest round trip %d us\n' "$1" "$longest"
    [ "$longest" -lt "$4" ] || fail "$1: a light flow waits"
}
