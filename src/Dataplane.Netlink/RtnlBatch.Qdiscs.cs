using static Dataplane.Netlink.RtnlConstants;
using static Dataplane.Netlink.RtnlMessages;

namespace Dataplane.Netlink;

// tc: what limits a device.
public sealed partial class RtnlBatch
{
    private const uint HtbHandle = 0x0001_0000;
    private const uint HtbClass = 0x0001_0001;
    private const uint HtbVersion = 3;
    private const uint HtbDirectQueue = 1000;

    // Bytes a class sends in its turn; with one class it has no effect, and without it the kernel logs that its own
    // choice, from the rate, is too small or too large.
    private const uint HtbQuantum = 65536;

    /// <summary>Makes the root of a device a token bucket. One that is there already changes its parameters and keeps its queue.</summary>
    /// <param name="ifindex">The device.</param>
    /// <param name="spec">Its parameters.</param>
    /// <returns>This batch.</returns>
    public RtnlBatch ReplaceTbf(int ifindex, TbfSpec spec)
    {
        ArgumentNullException.ThrowIfNull(spec);
        BeginRoot("replace tbf", ifindex, "tbf");
        int options = _writer.BeginNested(TCA_OPTIONS);
        _writer.Attribute(TCA_TBF_PARMS, new tc_tbf_qopt
        {
            rate = Rate(spec.Rate), limit = spec.Limit, buffer = SchedulerTicks.Of(spec.Rate, spec.Burst),
        });
        if (spec.Rate > uint.MaxValue)
        {
            _writer.Attribute(TCA_TBF_RATE64, spec.Rate);
        }

        // In bytes, not only as the time that they take: exact, and not bounded by the 32 bits of the ticks.
        _writer.Attribute(TCA_TBF_BURST, spec.Burst);
        _writer.EndNested(options);
        return End();
    }

    /// <summary>Makes the root of a device an fq. One that is there already changes its parameters and keeps its queue.</summary>
    /// <param name="ifindex">The device.</param>
    /// <param name="spec">Its parameters.</param>
    /// <returns>This batch; a kernel without sch_fq answers ENOENT.</returns>
    public RtnlBatch ReplaceFq(int ifindex, FqSpec spec)
    {
        ArgumentNullException.ThrowIfNull(spec);
        BeginRoot("replace fq", ifindex, "fq");
        int options = _writer.BeginNested(TCA_OPTIONS);
        _writer.Attribute(TCA_FQ_PLIMIT, spec.Limit);
        _writer.Attribute(TCA_FQ_FLOW_PLIMIT, spec.FlowLimit);
        _writer.EndNested(options);
        return End();
    }

    /// <summary>
    /// Makes the root of a device an htb with one class and a queue of bytes, whatever is there: what waits in it is lost.
    /// <see cref="ChangeHtb"/> changes one that is there.
    /// </summary>
    /// <param name="ifindex">The device.</param>
    /// <param name="spec">Its parameters.</param>
    /// <returns>This batch.</returns>
    public RtnlBatch ReplaceHtb(int ifindex, HtbSpec spec)
    {
        // The kernel neither changes an htb nor puts another qdisc in the place of one with the same handle, and the handle
        // is what HtbSpec.Exempt names. A fifo, whose handle the kernel chooses, makes room.
        BeginRoot("make room for htb", ifindex, "bfifo");
        _writer.Attribute(TCA_OPTIONS, new tc_fifo_qopt { limit = uint.MaxValue });
        End();

        Begin("replace htb", Subject(ifindex), RTM_NEWQDISC, NLM_F_CREATE | NLM_F_REPLACE,
            new tcmsg { tcm_ifindex = ifindex, tcm_parent = TC_H_ROOT, tcm_handle = HtbHandle });
        _writer.Attribute(TCA_KIND, "htb");
        int options = _writer.BeginNested(TCA_OPTIONS);
        _writer.Attribute(TCA_HTB_INIT, new tc_htb_glob { version = HtbVersion, rate2quantum = 10, defcls = HtbClass & 0xffff });
        _writer.Attribute(TCA_HTB_DIRECT_QLEN, HtbDirectQueue);
        _writer.EndNested(options);
        End();
        return ChangeHtb(ifindex, spec);
    }

    /// <summary>Changes class and queue of an htb that <see cref="ReplaceHtb"/> made; what waits keeps waiting.</summary>
    /// <param name="ifindex">The device.</param>
    /// <param name="spec">The new parameters.</param>
    /// <returns>This batch.</returns>
    public RtnlBatch ChangeHtb(int ifindex, HtbSpec spec)
    {
        ArgumentNullException.ThrowIfNull(spec);
        Begin("replace htb class", Subject(ifindex), RTM_NEWTCLASS, NLM_F_CREATE | NLM_F_REPLACE,
            new tcmsg { tcm_ifindex = ifindex, tcm_parent = HtbHandle, tcm_handle = HtbClass });
        _writer.Attribute(TCA_KIND, "htb");
        int options = _writer.BeginNested(TCA_OPTIONS);
        uint buffer = SchedulerTicks.Of(spec.Rate, spec.Burst);
        _writer.Attribute(TCA_HTB_PARMS, new tc_htb_opt
        {
            rate = Rate(spec.Rate), ceil = Rate(spec.Rate), buffer = buffer, cbuffer = buffer, quantum = HtbQuantum,
        });
        if (spec.Rate > uint.MaxValue)
        {
            _writer.Attribute(TCA_HTB_RATE64, spec.Rate);
            _writer.Attribute(TCA_HTB_CEIL64, spec.Rate);
        }

        _writer.EndNested(options);
        End();

        Begin("replace htb queue", Subject(ifindex), RTM_NEWQDISC, NLM_F_CREATE | NLM_F_REPLACE,
            new tcmsg { tcm_ifindex = ifindex, tcm_parent = HtbClass });
        _writer.Attribute(TCA_KIND, "bfifo");
        _writer.Attribute(TCA_OPTIONS, new tc_fifo_qopt { limit = spec.Limit });
        return End();
    }

    /// <summary>Deletes the root qdisc of a device: the kernel's own takes its place. Without one the kernel answers ENOENT.</summary>
    /// <param name="ifindex">The device.</param>
    /// <returns>This batch.</returns>
    public RtnlBatch DeleteRootQdisc(int ifindex) => DeleteQdisc("delete root qdisc", ifindex, TC_H_ROOT);

    /// <summary>
    /// Deletes the ingress or clsact qdisc of a device, which have one place, with its filters. Without one the kernel answers
    /// EINVAL or ENOENT.
    /// </summary>
    /// <param name="ifindex">The device.</param>
    /// <returns>This batch.</returns>
    public RtnlBatch DeleteIngressQdisc(int ifindex) => DeleteQdisc("delete ingress qdisc", ifindex, TC_H_CLSACT);

    private RtnlBatch DeleteQdisc(string name, int ifindex, uint parent)
    {
        Begin(name, Subject(ifindex), RTM_DELQDISC, 0, new tcmsg { tcm_ifindex = ifindex, tcm_parent = parent });
        return End();
    }

    // Without a handle: a root of this kind is changed, any other is replaced, the kernel chooses the handle.
    private void BeginRoot(string name, int ifindex, string kind)
    {
        Begin(name, Subject(ifindex), RTM_NEWQDISC, NLM_F_CREATE | NLM_F_REPLACE, new tcmsg { tcm_ifindex = ifindex, tcm_parent = TC_H_ROOT });
        _writer.Attribute(TCA_KIND, kind);
    }

    private static tc_ratespec Rate(ulong rate) =>
        // A link layer that is named spares the kernel the table of times from which it would guess it.
        new() { linklayer = TC_LINKLAYER_ETHERNET, rate = (uint)Math.Min(rate, uint.MaxValue) };
}
