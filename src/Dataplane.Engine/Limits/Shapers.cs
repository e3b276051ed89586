using Dataplane.Interop;
using Dataplane.Netlink;

namespace Dataplane.Engine;

/// <summary>Which engine the kernel can run.</summary>
public static class Shapers
{
    private const int Loopback = 1; // in every network namespace

    /// <summary>Whether the kernel has the qdisc fq, found by adding one in a network namespace that ends with the call.</summary>
    /// <exception cref="LinuxException">No namespace could be made.</exception>
    public static bool HasFq()
    {
        using NetworkNamespace.Scope inside = NetworkNamespace.EnterNew();
        using RtnlSocket rtnl = RtnlSocket.Open();
        return LimitQueue.TryFq(rtnl, Loopback, "lo");
    }

    /// <summary>The engine that an ADD would run.</summary>
    /// <param name="choice">What the configuration asks for.</param>
    /// <exception cref="NodeException">Departure times are asked for and the kernel has no fq.</exception>
    public static Shaper Choose(ShaperChoice choice) => choice switch
    {
        ShaperChoice.Tbf => Shaper.Tbf,
        ShaperChoice.Edt => HasFq() ? Shaper.Edt : throw Missing(),
        _ => HasFq() ? Shaper.Edt : Shaper.Tbf,
    };

    internal static NodeException Missing(Exception? inner = null) => new(
        "\"shaper\" is edt, which needs the qdisc fq that this kernel does not have: load the module sch_fq (CONFIG_NET_SCH_FQ), or choose auto or tbf", inner);
}
