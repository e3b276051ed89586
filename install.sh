#!/bin/bash
# Puts the plugins into a node's plugin directory, and takes them out again.
#
#   ./install.sh [--cni-dir DIR] [--bin-dir DIR]     installs, or upgrades
#   ./install.sh --rollback [--cni-dir DIR]          puts back what was there before
#
#   --cni-dir DIR    where the runtime looks for plugins (/opt/cni/bin)
#   --bin-dir DIR    where dpctl and cnitool go (/usr/local/bin)
#
# A running node notices nothing of it: every name changes from the one whole executable to the other by a
# rename. What is not ours is kept in DIR.reference first; plugins under other names are not touched. Killed
# half-way, run it again.
set -euo pipefail

fail() { echo "install: $*" >&2; exit 1; }
usage() { sed -n '2,/^set /{/^#/s/^# \{0,1\}//p}' "$self"; }

self=$(realpath -- "${BASH_SOURCE[0]}")
cni=/opt/cni/bin bin=/usr/local/bin rollback=
while [ $# -gt 0 ]; do
    case $1 in
        --cni-dir | --bin-dir)
            [ -n "${2:-}" ] || { echo "install: $1 takes a directory" >&2; exit 2; }
            if [ "$1" = --cni-dir ]; then cni=$2; else bin=$2; fi
            shift ;;
        --rollback) rollback=1 ;;
        -h | --help) usage; exit 0 ;;
        *) echo "install: what is $1? try --help" >&2; exit 2 ;;
    esac
    shift
done
cni=$(realpath -m -- "$cni") bin=$(realpath -m -- "$bin")
kept=$cni.reference
new=.dataplane-new  # how names begin that are not in place yet

# Every executable of ours, of whatever version, names its authors.
is_ours() { [ -f "$1" ] && grep -qaF 'The Dataplane authors' -- "$1"; }
exists() { [ -e "$1" ] || [ -L "$1" ]; }
# copy <file> <directory> <name>: an original as it is (a symbolic link as one), in place by a rename
copy() {
    cp -a -- "$1" "$2/$new.$3"
    [ -L "$2/$new.$3" ] || sync -- "$2/$new.$3"
    mv -fT -- "$2/$new.$3" "$2/$3"
}
# prepare <file> <directory> <name>: an executable of ours, not in place yet; whoever built it does not own it
prepare() {
    cp -- "$1" "$2/$new.$3"
    chmod 755 -- "$2/$new.$3"
    sync -- "$2/$new.$3"
}
# One installation at a time; what a killed one left is removed.
lock() {
    exec 9< "$cni"
    flock -n 9 || fail "another installation works on $cni"
    rm -f -- "$cni/$new".* "$kept/$new".* "$bin/$new".*
}

# A daemon goes on as the executable it was started from, until it is started anew.
tell_dhcp() {
    local process pid found= plugin=reference daemon
    if is_ours "$cni/dhcp"; then plugin=ours; fi
    for process in /proc/[0-9]*; do
        pid=${process#/proc/}
        case $(readlink -- "$process/exe" 2> /dev/null) in
            "$cni/dhcp" | "$cni/dhcp (deleted)") found=1 ;;
            *) continue ;;
        esac
        daemon=reference
        if is_ours "$process/exe"; then daemon=ours; fi
        if [ $daemon != $plugin ]; then
            echo "dhcp:      its daemon (pid $pid) is of the other kind: ADD and DEL of its containers fail until systemctl restart cni-dhcp.service."
            echo "           From then on nobody renews the leases they have: replace those containers (docs/dhcp.md)"
        elif [ $daemon = ours ]; then
            echo "dhcp:      its daemon (pid $pid) is of the build before: systemctl restart cni-dhcp.service; it goes on with its leases"
        fi
    done
    if [ -z "$found" ] && [ -S /run/cni/dhcp.sock ]; then
        echo "dhcp:      there is a /run/cni/dhcp.sock: a daemon from elsewhere has to be of the plugins' kind (docs/dhcp.md)"
    fi
}

install_all() {
    local tree plugin first= name count=0 keeping=0
    tree=$(dirname -- "$self")
    [ -d "$tree/cni/bin" ] || tree=$tree/artifacts
    [ -d "$tree/cni/bin" ] || fail "nothing is built in $tree: eng/build.sh does it"
    mkdir -p -- "$cni" "$bin"
    lock

    for plugin in "$tree"/cni/bin/*; do
        name=${plugin##*/}
        [ -L "$cni/$name" ] || [ ! -d "$cni/$name" ] || fail "$cni/$name is a directory"
    done
    # All originals before the first name changes.
    for plugin in "$tree"/cni/bin/*; do
        name=${plugin##*/}
        if exists "$cni/$name" && ! is_ours "$cni/$name"; then
            mkdir -p -- "$kept"
            copy "$cni/$name" "$kept" "$name"
            keeping=$((keeping + 1))
        fi
    done
    # One file under all names.
    for plugin in "$tree"/cni/bin/*; do
        name=${plugin##*/}
        if [ -z "$first" ]; then
            prepare "$plugin" "$cni" "$name.first"
            first=$cni/$new.$name.first
        fi
        ln -- "$first" "$cni/$new.$name"
        mv -fT -- "$cni/$new.$name" "$cni/$name"
        count=$((count + 1))
    done
    rm -f -- "$first"
    echo "plugins:   $count names of one executable in $cni"
    if [ "$keeping" -gt 0 ]; then
        echo "originals: $keeping kept in $kept"
    elif [ -d "$kept" ]; then
        echo "originals: $(find "$kept" -mindepth 1 | wc -l) are in $kept since an earlier installation"
    else
        echo "originals: there were none to keep"
    fi

    for plugin in "$tree"/bin/*; do
        name=${plugin##*/}
        if exists "$bin/$name" && ! is_ours "$bin/$name"; then
            echo "tools:     $bin/$name is somebody else's and stays"
        else
            prepare "$plugin" "$bin" "$name"
            mv -fT -- "$bin/$new.$name" "$bin/$name"
            echo "tools:     $bin/$name"
        fi
    done
    tell_dhcp
    echo "next:      no container has to be restarted; the next ADD loads the programs. dpctl doctor says what the node lacks."
    echo "           Back: $self --rollback$([ "$cni" = /opt/cni/bin ] || printf ' --cni-dir %q' "$cni")"
}

roll_back() {
    local file name back=0 gone=0
    [ -n "$(find "$kept" -mindepth 1 ! -name "$new.*" -print -quit 2> /dev/null)" ] ||
        fail "nothing was kept in $kept: there is nothing to put back, and $cni stays as it is"
    lock
    # The originals go back last: until then this can be run again.
    for file in "$cni"/*; do
        name=${file##*/}
        if is_ours "$file" && ! exists "$kept/$name"; then
            rm -- "$file"
            gone=$((gone + 1))
        fi
    done
    for file in "$kept"/*; do
        name=${file##*/}
        if is_ours "$cni/$name" || ! exists "$cni/$name"; then
            copy "$file" "$cni" "$name"
            back=$((back + 1))
        else
            echo "originals: $cni/$name was replaced since and stays"
        fi
        rm -- "$file"
    done
    rmdir -- "$kept"
    echo "originals: $back put back into $cni"
    echo "plugins:   $gone names removed that were not there before"
    tell_dhcp
    echo "next:      containers go on as they were attached. One of ours with host ports (dpctl hostports) was to be deleted before: when the"
    echo "           originals delete it, its port leads nowhere until no container of ours is left and \"dpctl unload\" takes the programs off the node"
}

if [ -n "$rollback" ]; then roll_back; else install_all; fi
