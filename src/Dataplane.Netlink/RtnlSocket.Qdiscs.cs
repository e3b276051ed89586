using System.Globalization;
using System.Runtime.InteropServices;
using Dataplane.Interop;
using static Dataplane.Netlink.RtnlConstants;
using static Dataplane.Netlink.RtnlMessages;

namespace Dataplane.Netlink;

// Queueing disciplines.
public sealed unsafe partial class RtnlSocket
{
    private const uint HtbClass = 0x0001_0001;

    /// <summary>The qdiscs of a device, those of classes and the clsact with them.</summary>
    /// <remarks>The kernel knows only dumps of all devices: for one device of many, <see cref="FindRootQdisc"/>.</remarks>
    /// <param name="ifindex">The device; 0: all.</param>
    /// <returns>In the kernel's order, a root before what is under it.</returns>
    public List<QdiscInfo> DumpQdiscs(int ifindex)
    {
        BeginRequest(RTM_GETQDISC, NLM_F_DUMP, new tcmsg { tcm_ifindex = ifindex }).EndMessage();
        return Dump(RTM_NEWQDISC, "dump qdiscs", payload => ParseQdisc(payload) is var qdisc && (ifindex == 0 || qdisc.Ifindex == ifindex) ? qdisc : null);
    }

    /// <summary>The root qdisc of a device; of an htb that <see cref="RtnlBatch.ReplaceHtb"/> made its class and queue as well.</summary>
    /// <param name="ifindex">The device.</param>
    /// <returns>The qdisc; null: no such device, or the kernel's "noqueue" is there.</returns>
    public QdiscInfo? FindRootQdisc(int ifindex)
    {
        QdiscInfo? root = FindQdisc(ifindex, TC_H_ROOT);
        if (root is { Kind: "htb", DefaultClass: HtbClass & 0xffff })
        {
            BeginRequest(RTM_GETTCLASS, NLM_F_ACK | NLM_F_ECHO, new tcmsg { tcm_ifindex = ifindex, tcm_parent = TC_H_ROOT, tcm_handle = HtbClass }).EndMessage();
            HtbSpec? found = Get("get htb class", Subject(ifindex), ParseHtbClass, [Errno.ENOENT, Errno.ENODEV, Errno.EINVAL]);
            root.Htb = found is not null && FindQdisc(ifindex, HtbClass) is { Kind: "bfifo" } queue ? found with { Limit = queue.FifoLimit } : null;
        }

        return root;
    }

    /// <summary>The clsact or ingress qdisc of a device.</summary>
    /// <param name="ifindex">The device.</param>
    /// <returns>The qdisc; null: no such device, or there is none.</returns>
    public QdiscInfo? FindClsact(int ifindex) => FindQdisc(ifindex, TC_H_CLSACT);

    private QdiscInfo? FindQdisc(int ifindex, uint parent)
    {
        if (ifindex <= 0)
        {
            return null;
        }

        // ACK: for a qdisc that it does not show, the kernel answers with nothing else, or with EINVAL. ECHO: before 6.0 an answer
        // was sent to those who listen to changes alone, unless it is asked for so.
        BeginRequest(RTM_GETQDISC, NLM_F_ACK | NLM_F_ECHO, new tcmsg { tcm_ifindex = ifindex, tcm_parent = parent }).EndMessage();
        return Get("get qdisc", Subject(ifindex), ParseQdisc, [Errno.ENOENT, Errno.ENODEV, Errno.EINVAL]);
    }

    private static string Subject(int ifindex) => ifindex.ToString(CultureInfo.InvariantCulture);

    internal static QdiscInfo ParseQdisc(ReadOnlySpan<byte> payload)
    {
        var header = MemoryMarshal.Read<tcmsg>(payload);
        var qdisc = new QdiscInfo { Ifindex = header.tcm_ifindex, Handle = header.tcm_handle, Parent = header.tcm_parent };
        var attributes = new NetlinkAttributes(After<tcmsg>(payload));
        while (attributes.Next())
        {
            switch (attributes.Type)
            {
                case TCA_KIND:
                    qdisc.Kind = attributes.Text;
                    break;
                case TCA_OPTIONS:
                    ParseQdiscOptions(qdisc, attributes);
                    break;
                case TCA_STATS2:
                    ParseStatistics(qdisc, attributes.Inner);
                    break;
            }
        }

        return qdisc;
    }

    private static void ParseQdiscOptions(QdiscInfo qdisc, NetlinkAttributes given)
    {
        switch (qdisc.Kind)
        {
            case "pfifo" or "bfifo" when given.Payload.Length >= sizeof(tc_fifo_qopt):
                qdisc.FifoLimit = MemoryMarshal.Read<tc_fifo_qopt>(given.Payload).limit;
                break;
            case "tbf":
                qdisc.Tbf = ParseTbf(given.Inner);
                break;
            case "fq":
                qdisc.Fq = ParseFq(given.Inner);
                break;
            case "htb":
                NetlinkAttributes options = given.Inner;
                while (options.Next())
                {
                    if (options.Type == TCA_HTB_INIT && options.Payload.Length >= sizeof(tc_htb_glob))
                    {
                        var glob = MemoryMarshal.Read<tc_htb_glob>(options.Payload);
                        (qdisc.DefaultClass, qdisc.DirectPackets) = (glob.defcls, glob.direct_pkts);
                    }
                }

                break;
        }
    }

    private static TbfSpec? ParseTbf(NetlinkAttributes options)
    {
        tc_tbf_qopt parameters = default;
        ulong rate = 0;
        while (options.Next())
        {
            if (options.Type == TCA_TBF_PARMS && options.Payload.Length >= sizeof(tc_tbf_qopt))
            {
                parameters = MemoryMarshal.Read<tc_tbf_qopt>(options.Payload);
            }
            else if (options.Type == TCA_TBF_RATE64)
            {
                rate = MemoryMarshal.Read<ulong>(options.Payload);
            }
        }

        rate = Math.Max(rate, parameters.rate.rate);
        return rate == 0 ? null : new TbfSpec(rate, SchedulerTicks.Bytes(rate, parameters.buffer), parameters.limit);
    }

    private static FqSpec ParseFq(NetlinkAttributes options)
    {
        var fq = new FqSpec(0, 0);
        while (options.Next())
        {
            fq = options.Type switch
            {
                TCA_FQ_PLIMIT => fq with { Limit = options.UInt32 },
                TCA_FQ_FLOW_PLIMIT => fq with { FlowLimit = options.UInt32 },
                _ => fq,
            };
        }

        return fq;
    }

    private static HtbSpec? ParseHtbClass(ReadOnlySpan<byte> payload)
    {
        tc_htb_opt parameters = default;
        ulong rate = 0;
        var attributes = new NetlinkAttributes(After<tcmsg>(payload));
        while (attributes.Next())
        {
            NetlinkAttributes options = attributes.Type == TCA_OPTIONS ? attributes.Inner : default;
            while (options.Next())
            {
                if (options.Type == TCA_HTB_PARMS && options.Payload.Length >= sizeof(tc_htb_opt))
                {
                    parameters = MemoryMarshal.Read<tc_htb_opt>(options.Payload);
                }
                else if (options.Type == TCA_HTB_RATE64)
                {
                    rate = MemoryMarshal.Read<ulong>(options.Payload);
                }
            }
        }

        rate = Math.Max(rate, parameters.rate.rate);
        return rate == 0 ? null : new HtbSpec(rate, SchedulerTicks.Bytes(rate, parameters.buffer), 0);
    }

    private static void ParseStatistics(QdiscInfo qdisc, NetlinkAttributes statistics)
    {
        while (statistics.Next())
        {
            switch (statistics.Type)
            {
                // struct gnet_stats_basic: bytes, then packets in 32 bits; all 64 of them follow where the kernel is 5.5 or later.
                case TCA_STATS_BASIC when statistics.Payload.Length >= 12:
                    qdisc.Bytes = MemoryMarshal.Read<ulong>(statistics.Payload);
                    qdisc.Packets = MemoryMarshal.Read<uint>(statistics.Payload[8..]);
                    break;
                case TCA_STATS_PKT64 when statistics.Payload.Length >= 8:
                    qdisc.Packets = MemoryMarshal.Read<ulong>(statistics.Payload);
                    break;
                case TCA_STATS_QUEUE when statistics.Payload.Length >= sizeof(gnet_stats_queue):
                    var queue = MemoryMarshal.Read<gnet_stats_queue>(statistics.Payload);
                    (qdisc.QueueLength, qdisc.BacklogBytes, qdisc.Drops, qdisc.Overlimits) = (queue.qlen, queue.backlog, queue.drops, queue.overlimits);
                    break;
            }
        }
    }
}
