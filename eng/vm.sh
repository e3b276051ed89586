#!/bin/bash
# Runs a command under one of Debian's kernels, on an emulated machine (no KVM).
#
#   eng/vm.sh [options] VERSION COMMAND [ARG...]     VERSION: 6.1, 6.12: see apt-cache search linux-image
#   eng/vm.sh --fetch VERSION                        only downloads and unpacks the kernel
#
#   --memory MIB     default 2000
#   --timeout SEC    of the whole run, in time outside; default 900
#   --modules "A B"  loaded before COMMAND starts; what the kernel loads by itself needs no naming
#
# COMMAND starts as root in the present directory. It sees this machine's files; what it writes
# is lost, but for /run/host, which is the directory build/vm/out here. Its output is ours, and
# so is its status; 124: out of time; 125: the machine ended without one.
#
# Time in there is counted in instructions (1 ns each) and leaps while nothing runs: what is
# measured is a machine of one CPU that is no busier than its own work makes it, however slow
# or loaded the one outside is.
set -euo pipefail
cd_from=$PWD
cd "$(dirname "${BASH_SOURCE[0]}")/.."
home=$PWD/build/vm

say() { printf 'vm: %s\n' "$*" >&2; }
fail() { say "$@"; exit 2; }

fetch_only=0 memory=2000 limit=900 modules=''
while [ $# -gt 0 ]; do
    case $1 in
        --fetch)   fetch_only=1; shift ;;
        --memory)  memory=$2; shift 2 ;;
        --timeout) limit=$2; shift 2 ;;
        --modules) modules=$2; shift 2 ;;
        -*)        fail "unknown option $1" ;;
        *)         break ;;
    esac
done
[ $# -gt 0 ] || fail 'which kernel? e.g. eng/vm.sh 6.1 uname -r'
version=$1
shift
[ "$(id -u)" = 0 ] || fail 'run as root'

# The newest package of a kernel, if apt knows one. Names stay in its index when their packages are gone.
newest() {
    local name
    apt-cache pkgnames "linux-image-$version." | grep -E '^linux-image-[0-9.]+(-[0-9]+|\+deb[0-9]+)-amd64$' | sort -V |
        while read -r name; do
            [ -z "$(apt-cache show --no-all-versions "$name" 2> /dev/null)" ] || printf '%s\n' "$name"
        done | tail -n 1 || true
}

# download TREE: the package into it; 77 means "not to be had": skip.
download() {
    local package try
    for try in 1 2; do
        package=$(newest)
        if [ -n "$package" ] &&
            (cd "$1" && apt-get download -qq -o APT::Sandbox::User=root "$package" > log 2>&1); then
            return 0
        fi
        # What apt knows may be too old, or nothing yet.
        [ "$try" = 2 ] || apt-get update -qq > /dev/null 2>&1 || true
    done
    if [ -z "$package" ]; then
        say "apt knows no package linux-image-$version.*-amd64"
    else
        say "apt cannot download $package: $(tail -n 1 "$1/log")"
    fi
    exit 77
}

# The kernel, unpacked beside its modules: boot/ and lib/modules/.
fetch() {
    local tree=$home/$version
    [ ! -e "$tree/complete" ] || return 0
    rm -rf -- "$tree"
    mkdir -p -- "$tree"
    download "$tree"
    dpkg-deb --fsys-tarfile "$tree"/*.deb | tar -x -C "$tree" \
        --exclude './usr' --exclude './lib/modules/*/kernel/sound' --exclude './lib/modules/*/kernel/drivers/[!ntv]*'
    rm -f -- "$tree"/*.deb
    depmod --basedir "$tree" "$(ls "$tree/lib/modules")"
    touch "$tree/complete"
}
fetch
[ "$fetch_only" = 0 ] || exit 0
[ $# -gt 0 ] || fail 'what is to be run?'
for tool in qemu-system-x86_64 busybox modprobe; do
    command -v "$tool" > /dev/null || fail "no $tool: run eng/setup.sh --vm"
done

tree=$home/$version
release=$(ls "$tree/lib/modules")
mkdir -p "$home/out"
work=$(mktemp -d "$home/run.XXXXXX")
trap 'rm -rf -- "$work"' EXIT

# The first process's file system: busybox, the modules that reach our files, what to run.
init=$work/init
mkdir -p "$init"/{bin,proc,sys,dev,modules,lower,upper,root}
cp -- "$(command -v busybox)" "$init/bin/busybox"
number=100
for module in virtio_pci 9pnet_virtio 9p overlay; do
    while read -r verb file _; do
        [ "$verb" = insmod ] || continue
        name=$(basename -- "${file%.xz}")
        ! compgen -G "$init/modules/*-$name" > /dev/null || continue
        number=$((number + 1))
        case $file in
            *.xz) xz -dc -- "$file" ;;
            *) cat -- "$file" ;;
        esac > "$init/modules/$number-$name"
    done < <(modprobe --dirname "$tree" --set-version "$release" --show-depends "$module")
done
{
    printf 'export PATH=%q HOME=/root TERM=dumb LANG=C.UTF-8\n' "$PATH"
    printf 'cd %q || exit 125\n' "$cd_from"
    printf 'exec'
    printf ' %q' "$@"
} > "$init/command"

# Files here are the lower half of an overlay, by their paths: nothing in there can change them.
cat > "$init/init" <<INIT
#!/bin/busybox sh
/bin/busybox --install -s /bin
export PATH=/bin
mount -t proc proc /proc
mount -t sysfs sysfs /sys
mount -t devtmpfs dev /dev
for module in /modules/*; do insmod \$module; done
share=trans=virtio,version=9p2000.L,msize=512000
mount -t 9p -o ro,\$share,cache=loose files /lower
mount -t tmpfs tmpfs /upper
mkdir /upper/files /upper/work
mount -t overlay -o lowerdir=/lower,upperdir=/upper/files,workdir=/upper/work root /root
for name in proc sys dev; do mount --move /\$name /root/\$name; done
mount -t tmpfs -o mode=755 run /root/run
mkdir -p /root/run/host /root/run/netns /root/lib/modules/$release
mount -t 9p -o \$share out /root/run/host
mount --bind /root$(printf %q "$tree")/lib/modules/$release /root/lib/modules/$release
cp /command /start /root/run/
exec switch_root /root /bin/bash /run/start
INIT
cat > "$init/start" <<START
mkdir -p /dev/pts /dev/shm
mount -t devpts devpts /dev/pts
mount -t tmpfs shm /dev/shm
ln -sfn /proc/self/fd /dev/fd
umount -R /sys/fs/cgroup 2> /dev/null
mount -t cgroup2 cgroup2 /sys/fs/cgroup
mount -t bpf bpf /sys/fs/bpf
mount -t debugfs debugfs /sys/kernel/debug
mount -t tracefs tracefs /sys/kernel/tracing
ip link set lo up
hostname vm
for module in $modules; do modprobe \$module; done
stty -F /dev/ttyS1 raw
# Through a pipe: a terminal would be coloured, and has no width.
setsid bash /run/command < /dev/null 2>&1 | cat > /dev/ttyS1
echo \${PIPESTATUS[0]} > /run/host/${work##*/}
sync
echo b > /proc/sysrq-trigger
START
chmod +x "$init/init"
(cd "$init" && find . | busybox cpio -o -H newc 2> /dev/null) > "$work/initramfs"

share() { # ID DIRECTORY [OPTION]
    printf 'local,id=%s,path=%s,security_model=none,multidevs=remap%s' "$1" "${2//,/,,}" "${3:-}"
}
status=0
timeout --foreground "$limit" qemu-system-x86_64 \
    -machine q35,sata=off,smbus=off -nodefaults -no-user-config -display none -no-reboot \
    -accel tcg,thread=single -icount shift=0,sleep=off -rtc clock=vm -cpu max,la57=off -m "$memory" \
    -kernel "$(ls "$tree"/boot/vmlinuz-*)" -initrd "$work/initramfs" \
    -append 'console=ttyS0 loglevel=4 panic=-1 reboot=t random.trust_cpu=on nokaslr mitigations=off' \
    -chardev "file,id=console,path=$work/console" -serial chardev:console \
    -chardev stdio,id=output,signal=off -serial chardev:output \
    -fsdev "$(share files / ,readonly=on)" -device virtio-9p-pci,fsdev=files,mount_tag=files \
    -fsdev "$(share out "$home/out")" -device virtio-9p-pci,fsdev=out,mount_tag=out < /dev/null || status=$?

report=$home/out/${work##*/}
if [ "$status" = 124 ]; then
    say "out of time after $limit s"
    exit 124
fi
if [ ! -s "$report" ]; then
    say "the machine ended without a status (qemu: $status); its console's end:"
    tail -n 30 "$work/console" >&2
    exit 125
fi
status=$(cat "$report")
rm -f -- "$report"
exit "$status"
