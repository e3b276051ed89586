using Dataplane.Interop;

namespace Dataplane.Bpf;

/// <summary>
/// What the kernel can do, found by trying: a distribution's kernel has features of later versions and lacks
/// options of its own. Nothing is left behind. Some milliseconds; not part of an ADD that succeeds.
/// </summary>
public static class FeatureProbes
{
    private static readonly Feature[] s_features =
    [
        new("bpf(2)", true, "CONFIG_BPF_SYSCALL", "4.4", "maps are created with it",
            static () => ProbeCalls.CreateMap(ProbeCalls.MapTypeArray)),
        new("bpffs", true, "CONFIG_BPF_SYSCALL", "4.4", "programs and maps are kept in it", static () => ProbeCalls.FileSystem("bpf")),
        new("tc programs", true, "CONFIG_BPF_SYSCALL and CONFIG_NET_CLS_BPF", "4.1", "every container's packets run through them",
            static () => ProbeCalls.LoadTc(ProbeCalls.Return)),
        new("BPF JIT", false, "CONFIG_BPF_JIT and net.core.bpf_jit_enable=1", "3.18", "programs are interpreted without it, several times slower",
            static () => ProbeCalls.IsCompiled()),
        new("kernel BTF", true, "CONFIG_DEBUG_INFO_BTF", "5.4", "the programs' references to kernel types are resolved with it",
            static () => ProbeCalls.Readable(ProbeCalls.KernelBtf)),
        new("LRU hash maps", true, "CONFIG_BPF_SYSCALL", "4.10", "the flow tables are such",
            static () => ProbeCalls.CreateMap(ProbeCalls.MapTypeLruHash)),
        new("bpf_fib_lookup", true, "CONFIG_INET", "4.18", "a packet's next hop is asked for with it",
            static () => ProbeCalls.LoadTc(ProbeCalls.FibLookup)),
        new("bpf_redirect_peer", true, "CONFIG_NET_CLS_ACT", "5.10", "packets are delivered into a container with it",
            static () => ProbeCalls.LoadTc(ProbeCalls.RedirectPeer)),
        new("bpf_ktime_get_coarse_ns", true, "CONFIG_BPF_SYSCALL", "5.11", "flows are aged with it",
            static () => ProbeCalls.LoadTc(ProbeCalls.KtimeCoarse)),
        new("queue and LPM maps", true, "CONFIG_BPF_SYSCALL", "4.20", "what is not masqueraded, and what has to be cleared, is kept in such",
            static () => ProbeCalls.CreateQueueAndTrie()),
        new("cgroup socket programs", true, "CONFIG_CGROUP_BPF", "5.8", "the node's own processes reach host ports by them",
            static () => ProbeCalls.LoadSocket()),
        new("tcx", false, "CONFIG_NET_XGRESS", "6.6", "the programs of uplinks run from clsact without it, and a rule of another tool there may come before them",
            static () => ProbeCalls.Tcx()),
        new("BPF_FIB_LOOKUP_SRC", false, "CONFIG_INET", "6.7", "containers are masqueraded as the address that the routes of their uplink prefer, not as that of each destination's route, without it",
            static () => ProbeCalls.FibLookupFlags(16)),
        new("bpf_timer", false, "CONFIG_BPF_SYSCALL", "5.15", "expired translations are cleared at ADD and DEL alone without it",
            static () => ProbeCalls.Timer()),
        new("batch lookups", false, "CONFIG_BPF_SYSCALL", "5.6", "tables are read one entry at a time without them",
            static () => ProbeCalls.Batch()),
        new("bpf_skb_ct_lookup", false, "CONFIG_NF_CONNTRACK with CONFIG_DEBUG_INFO_BTF_MODULES", "5.18",
            "a TCP flow that is evicted from the table while an iptables rule drops INVALID packets is not repaired without it",
            static () => ProbeCalls.ConntrackLookup()),
    ];

    /// <summary>Tries everything.</summary>
    /// <returns>One verdict a feature, in the order in which one rests on another.</returns>
    public static IReadOnlyList<FeatureProbe> Run()
    {
        var found = new FeatureProbe[s_features.Length];
        for (int i = 0; i < found.Length; i++)
        {
            found[i] = s_features[i].Try();
        }

        return found;
    }

    /// <summary>Tries until something that the programs need is missing.</summary>
    /// <returns>It, or null: nothing is.</returns>
    public static FeatureProbe? FirstMissing()
    {
        foreach (Feature feature in s_features)
        {
            if (feature.Required && feature.Try() is { Available: false } missing)
            {
                return missing;
            }
        }

        return null;
    }

    /// <summary>The verdict on a feature whose trial ended with an errno, 0 for success.</summary>
    internal static FeatureProbe Verdict(string name, bool required, string option, string since, string use, int errno)
    {
        string sentence = errno switch
        {
            0 => $"{name}: works",
            Errno.EPERM => $"{name}: not permitted; run as root with CAP_BPF, CAP_NET_ADMIN and CAP_SYS_ADMIN, and not under lockdown=confidentiality",
            _ => $"{name}: this kernel lacks it ({Errno.Text(errno)}); it is in Linux {since} and later with {option}; {use}",
        };
        return new FeatureProbe(name, errno == 0, required, sentence);
    }

    private sealed record Feature(string Name, bool Required, string Option, string Since, string Use, Func<int> Trial)
    {
        public FeatureProbe Try() => Verdict(Name, Required, Option, Since, Use, Trial());
    }
}
