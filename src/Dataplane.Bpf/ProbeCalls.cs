using Dataplane.Interop;

namespace Dataplane.Bpf;

/// <summary>The trials of <see cref="FeatureProbes"/>: each returns 0 or an errno, and closes what it made.</summary>
internal static unsafe class ProbeCalls
{
    public const uint MapTypeArray = 2;
    public const uint MapTypeLruHash = 9;
    public const string KernelBtf = "/sys/kernel/btf/vmlinux";

    private const uint MapTypeHash = 1;
    private const uint MapTypeLpmTrie = 11;
    private const uint MapTypeQueue = 22;
    private const uint NoPreallocation = 1;
    private const uint ProgTypeSchedCls = 3;
    private const uint ProgTypeCgroupSockAddr = 18;

    // struct bpf_insn: code, registers (dst low, src high nibble), offset, immediate.
    private const ulong Exit = 0x95;
    private const ulong ZeroR0 = 0x00b7;

    /// <summary>r0 = 0; exit</summary>
    public static readonly ulong[] Return = [ZeroR0, Exit];

    /// <summary>r1 = 1; r2 = 0; call bpf_redirect_peer; exit</summary>
    public static readonly ulong[] RedirectPeer = [Move(1, 1), Move(2, 0), Helper(155), Exit];

    /// <summary>call bpf_ktime_get_coarse_ns; r0 = 0; exit</summary>
    public static readonly ulong[] KtimeCoarse = [Helper(160), ZeroR0, Exit];

    /// <summary>
    /// 64 bytes of zeros on the stack as struct bpf_fib_lookup, r2 = their address; r3 = 64; r4 = 0; call bpf_fib_lookup;
    /// r0 = 0; exit
    /// </summary>
    public static readonly ulong[] FibLookup =
    [
        StoreZero(-8), StoreZero(-16), StoreZero(-24), StoreZero(-32), StoreZero(-40), StoreZero(-48), StoreZero(-56), StoreZero(-64),
        0xa2bf, // r2 = r10
        Immediate(0x0207, -64), // r2 += -64
        Move(3, 64), Move(4, 0), Helper(69), ZeroR0, Exit,
    ];

    /// <summary>call bpf_get_netns_cookie; r0 = 1; exit</summary>
    private static readonly ulong[] SocketCookie = [Helper(122), Move(0, 1), Exit];

    /// <summary>call bpf_timer_init with a context where it takes a map's value; r0 = 0; exit</summary>
    private static readonly ulong[] TimerInit = [Helper(169), ZeroR0, Exit];

    public static int CreateMap(uint type) => Created(type, static _ => 0);

    public static int CreateQueueAndTrie()
    {
        var queue = new BpfAttr.MapCreate { MapType = MapTypeQueue, ValueSize = 4, MaxEntries = 1 };
        int errno = Used(BpfCalls.Call(BpfCommand.MapCreate, ref queue), static _ => 0);
        var trie = new BpfAttr.MapCreate { MapType = MapTypeLpmTrie, KeySize = 8, ValueSize = 4, MaxEntries = 1, MapFlags = NoPreallocation };
        return errno != 0 ? errno : Used(BpfCalls.Call(BpfCommand.MapCreate, ref trie), static _ => 0);
    }

    public static int LoadSocket() => Loaded(SocketCookie, static _ => 0, ProgTypeCgroupSockAddr, BpfAttachType.CgroupInet4Connect);

    public static int Tcx() => TcxHook.HasTcx ? 0 : BpfCalls.LastErrno;

    /// <summary>Flags that the helper does not know it refuses at once; an address family of 0, only after that.</summary>
    /// <param name="flags">BPF_FIB_LOOKUP_SRC: 16.</param>
    public static int FibLookupFlags(int flags) => Loaded([.. FibLookup.AsSpan(0, FibLookup.Length - 4), Move(4, flags), Helper(69), Exit], static fd =>
    {
        using var program = new BpfProgram(fd);
        return program.TestRun(stackalloc byte[64], [], []).Verdict == -Errno.EINVAL ? Errno.EINVAL : 0;
    });

    /// <summary>The verifier knows the helper and does not like the argument (EACCES), or it does not know it (EINVAL).</summary>
    public static int Timer()
    {
        int errno = Loaded(TimerInit, static _ => 0);
        return errno == Errno.EACCES ? 0 : errno;
    }

    public static int Batch() => Created(MapTypeHash, static fd =>
    {
        ulong cursor = 0, keys = 0, values = 0;
        var attr = new BpfAttr.MapBatch { OutBatch = (ulong)&cursor, Keys = (ulong)&keys, Values = (ulong)&values, Count = 1, MapFd = (uint)fd.Number };
        // There is nothing in it, which says that it was looked for.
        int errno = BpfCalls.Call(BpfCommand.MapLookupBatch, ref attr) == 0 ? 0 : BpfCalls.LastErrno;
        return errno == Errno.ENOENT ? 0 : errno;
    });

    public static int LoadTc(ulong[] program) => Loaded(program, static _ => 0);

    public static int IsCompiled() => Loaded(Return, static fd =>
    {
        BpfProgInfo info = default;
        var attr = new BpfAttr.Info { BpfFd = (uint)fd.Number, InfoLen = (uint)sizeof(BpfProgInfo), InfoPointer = (ulong)&info };
        return BpfCalls.Call(BpfCommand.ObjGetInfoByFd, ref attr) != 0 ? BpfCalls.LastErrno
            : info.JitedProgLen > 0 ? 0 : Errno.EOPNOTSUPP;
    });

    public static int Readable(string path) => File.Exists(path) ? 0 : Errno.ENOENT;

    /// <summary>"nodev\tbpf", a line of filesystems(5).</summary>
    public static int FileSystem(string name)
    {
        foreach (string line in File.ReadLines("/proc/filesystems"))
        {
            if (line.EndsWith("\t" + name, StringComparison.Ordinal))
            {
                return 0;
            }
        }

        return Errno.ENODEV;
    }

    /// <summary>
    /// A kfunc is called by its number in the kernel's or the module's BTF: where its name is in there, so is it. The
    /// module's BTF appears when it is loaded.
    /// </summary>
    public static int ConntrackLookup() =>
        Names(KernelBtf, "\0bpf_skb_ct_lookup\0"u8) || Names("/sys/kernel/btf/nf_conntrack", "\0bpf_skb_ct_lookup\0"u8) ? 0 : Errno.ENOENT;

    private static bool Names(string btf, ReadOnlySpan<byte> name) => File.Exists(btf) && File.ReadAllBytes(btf).AsSpan().IndexOf(name) >= 0;

    private static int Created(uint type, Func<FileDescriptor, int> use)
    {
        var attr = new BpfAttr.MapCreate { MapType = type, KeySize = 4, ValueSize = 4, MaxEntries = 1 };
        return Used(BpfCalls.Call(BpfCommand.MapCreate, ref attr), use);
    }

    private static int Loaded(ulong[] program, Func<FileDescriptor, int> use, uint type = ProgTypeSchedCls, BpfAttachType attach = 0)
    {
        fixed (ulong* instructions = program)
        {
            fixed (byte* license = "GPL\0"u8)
            {
                var attr = new BpfAttr.ProgLoad
                {
                    ProgType = type,
                    InsnCnt = (uint)program.Length,
                    Insns = (ulong)instructions,
                    License = (ulong)license,
                    ExpectedAttachType = attach,
                };
                return Used(BpfCalls.Call(BpfCommand.ProgLoad, ref attr), use);
            }
        }
    }

    private static int Used(int fd, Func<FileDescriptor, int> use)
    {
        if (fd < 0)
        {
            return BpfCalls.LastErrno;
        }

        using var owned = new FileDescriptor(fd);
        return use(owned);
    }

    private static ulong Move(int register, int value) => Immediate(0x00b7 | ((uint)register << 8), value);

    private static ulong Helper(int number) => Immediate(0x85, number);

    // *(u64 *)(r10 + offset) = 0
    private static ulong StoreZero(short offset) => 0x0a7a | ((ulong)(ushort)offset << 16);

    private static ulong Immediate(uint code, int value) => code | ((ulong)(uint)value << 32);
}
