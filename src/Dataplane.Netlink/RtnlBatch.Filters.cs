using System.Buffers.Binary;
using static Dataplane.Netlink.RtnlConstants;
using static Dataplane.Netlink.RtnlMessages;

namespace Dataplane.Netlink;

// tc: clsact and cls_bpf.
public sealed partial class RtnlBatch
{
    /// <summary>Gives a device a clsact qdisc; one that is there already stays.</summary>
    /// <param name="ifindex">The device.</param>
    /// <returns>This batch.</returns>
    public RtnlBatch AddClsact(int ifindex)
    {
        // CREATE without EXCL: "file exists" is not an error here, and the qdisc keeps its filters.
        Begin("add clsact", Subject(ifindex), RTM_NEWQDISC, NLM_F_CREATE,
            new tcmsg { tcm_ifindex = ifindex, tcm_parent = TC_H_CLSACT, tcm_handle = TC_H_CLSACT_HANDLE });
        _writer.Attribute(TCA_KIND, "clsact");
        return End();
    }

    /// <summary>Attaches a program in direct-action mode, in the place of one with the same priority and handle.</summary>
    /// <param name="ifindex">The device.</param>
    /// <param name="ingress">What the device receives; else what it sends.</param>
    /// <param name="priority">1 runs first.</param>
    /// <param name="handle">From 1.</param>
    /// <param name="programFd">The program; the kernel takes its own reference.</param>
    /// <param name="name">What tc(8) shows.</param>
    /// <returns>This batch.</returns>
    public RtnlBatch ReplaceBpfFilter(int ifindex, bool ingress, ushort priority, uint handle, int programFd, string name)
    {
        Filter("attach program", name, RTM_NEWTFILTER, NLM_F_CREATE | NLM_F_REPLACE, ifindex, ingress, priority, handle);
        _writer.Attribute(TCA_KIND, "bpf");
        int options = _writer.BeginNested(TCA_OPTIONS);
        _writer.Attribute(TCA_BPF_FD, programFd);
        _writer.Attribute(TCA_BPF_NAME, name);
        _writer.Attribute(TCA_BPF_FLAGS, TCA_BPF_FLAG_ACT_DIRECT);
        _writer.EndNested(options);
        return End();
    }

    /// <summary>Detaches the filter of a priority and handle.</summary>
    /// <param name="ifindex">The device.</param>
    /// <param name="ingress">Direction.</param>
    /// <param name="priority">Its priority.</param>
    /// <param name="handle">Its handle.</param>
    /// <returns>This batch.</returns>
    public RtnlBatch DeleteFilter(int ifindex, bool ingress, ushort priority, uint handle)
    {
        Filter("detach program", Subject(ifindex), RTM_DELTFILTER, 0, ifindex, ingress, priority, handle);
        _writer.Attribute(TCA_KIND, "bpf");
        return End();
    }

    private void Filter(string name, string subject, ushort type, ushort flags, int ifindex, bool ingress, ushort priority, uint handle)
    {
        uint direction = ingress ? TC_H_MIN_INGRESS : TC_H_MIN_EGRESS;
        Begin(name, subject, type, flags, new tcmsg
        {
            tcm_ifindex = ifindex,
            tcm_handle = handle,
            tcm_parent = TC_H_CLSACT_HANDLE | (direction & 0xffff),
            // Priority, and the protocol in network byte order.
            tcm_info = ((uint)priority << 16) | BinaryPrimitives.ReverseEndianness(ETH_P_ALL),
        });
    }
}
