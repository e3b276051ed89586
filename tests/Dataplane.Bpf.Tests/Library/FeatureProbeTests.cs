using Dataplane.Interop;
using Dataplane.TestKit;

namespace Dataplane.Bpf.Tests.Library;

/// <summary>Verdicts on the kernel, and the sentences about them.</summary>
public sealed class FeatureProbeTests
{
    [NeedsFact(Needs.Namespaces)]
    public void Where_the_programs_load_nothing_they_need_is_missing()
    {
        using (BpfObject programs = BpfObject.Open("from_pod"))
        {
            Assert.Null(programs.TryLoad());
        }
        Assert.Null(FeatureProbes.FirstMissing());
        Assert.All(FeatureProbes.Run().Where(p => p.Required), p => Assert.True(p.Available, p.Sentence));
    }

    [NeedsFact(Needs.Namespaces)]
    public void The_kfunc_is_found_where_the_kernel_lists_it()
    {
        bool listed = File.ReadLines("/proc/kallsyms").Any(l => l.Contains(" bpf_skb_ct_lookup", StringComparison.Ordinal));
        Assert.Equal(listed, FeatureProbes.Run().Single(p => p.Name == "bpf_skb_ct_lookup").Available);
    }

    [NeedsTheory(Needs.Namespaces)]
    [InlineData("tcx", " tcx_prog_attach")]
    [InlineData("bpf_timer", " bpf_timer_init")]
    [InlineData("cgroup socket programs", " __cgroup_bpf_run_filter_sock_addr")]
    public void A_feature_is_found_where_the_kernel_lists_its_function(string feature, string symbol)
    {
        bool listed = File.ReadLines("/proc/kallsyms").Any(l => l.EndsWith(symbol, StringComparison.Ordinal));
        FeatureProbe probe = FeatureProbes.Run().Single(p => p.Name == feature);
        Assert.True(listed == probe.Available, probe.Sentence);
    }

    [NeedsFact(Needs.Namespaces)]
    public void A_flag_that_no_fib_lookup_has_is_refused()
    {
        Assert.Equal(Errno.EINVAL, ProbeCalls.FibLookupFlags(1 << 30));
        Assert.Equal(0, ProbeCalls.FibLookupFlags(0));
    }

    [NeedsFact(Needs.Namespaces)]
    public void A_helper_that_no_kernel_has_is_refused()
    {
        // call 99999; r0 = 0; exit
        Assert.Equal(Errno.EINVAL, ProbeCalls.LoadTc([0x85 | (99999ul << 32), .. ProbeCalls.Return]));
    }

    [Fact]
    public void What_is_missing_is_said_in_one_sentence_with_option_and_version()
    {
        FeatureProbe missing = FeatureProbes.Verdict("bpf_redirect_peer", true, "CONFIG_NET_CLS_ACT", "5.10", "packets are delivered with it", Errno.EINVAL);
        Assert.False(missing.Available);
        Assert.Equal(
            "bpf_redirect_peer: this kernel lacks it (invalid argument); it is in Linux 5.10 and later with CONFIG_NET_CLS_ACT; packets are delivered with it",
            missing.Sentence);
    }

    [Fact]
    public void What_is_not_permitted_is_not_called_missing() =>
        Assert.Contains("not permitted", FeatureProbes.Verdict("bpf(2)", true, "X", "4.4", "y", Errno.EPERM).Sentence, StringComparison.Ordinal);
}
