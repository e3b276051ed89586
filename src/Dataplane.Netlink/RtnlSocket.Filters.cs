using System.Runtime.InteropServices;
using Dataplane.Interop;
using static Dataplane.Netlink.RtnlConstants;
using static Dataplane.Netlink.RtnlMessages;

namespace Dataplane.Netlink;

// tc filters.
public sealed unsafe partial class RtnlSocket
{
    /// <summary>cls_bpf filters on the clsact of a device, both directions.</summary>
    /// <param name="ifindex">The device.</param>
    /// <returns>Ingress first; none when it has no clsact.</returns>
    public List<FilterInfo> DumpFilters(int ifindex)
    {
        var filters = new List<FilterInfo>();
        foreach (uint parent in (ReadOnlySpan<uint>)[TC_H_CLSACT_HANDLE | (TC_H_MIN_INGRESS & 0xffff), TC_H_CLSACT_HANDLE | (TC_H_MIN_EGRESS & 0xffff)])
        {
            bool ingress = (parent & 0xffff) == (TC_H_MIN_INGRESS & 0xffff);
            BeginRequest(RTM_GETTFILTER, NLM_F_DUMP, new tcmsg { tcm_ifindex = ifindex, tcm_parent = parent }).EndMessage();
            try
            {
                filters.AddRange(Dump(RTM_NEWTFILTER, "dump filters", payload => ParseFilter(payload, ingress)));
            }
            catch (NetlinkException e) when (e.Errno is Errno.EINVAL or Errno.ENODEV or Errno.ENOENT)
            {
                // No clsact there, or no such device.
            }
        }

        return filters;
    }

    private static FilterInfo? ParseFilter(ReadOnlySpan<byte> payload, bool ingress)
    {
        var header = MemoryMarshal.Read<tcmsg>(payload);
        string kind = "", name = "";
        uint id = 0;
        var attributes = new NetlinkAttributes(After<tcmsg>(payload));
        while (attributes.Next())
        {
            if (attributes.Type == TCA_KIND)
            {
                kind = attributes.Text;
            }
            else if (attributes.Type == TCA_OPTIONS && kind == "bpf")
            {
                NetlinkAttributes options = attributes.Inner;
                while (options.Next())
                {
                    switch (options.Type)
                    {
                        case TCA_BPF_NAME:
                            name = options.Text;
                            break;
                        case TCA_BPF_ID:
                            id = options.UInt32;
                            break;
                    }
                }
            }
        }

        // A filter chain without filters is dumped once with handle 0.
        return kind == "bpf" && header.tcm_handle != 0
            ? new FilterInfo(ingress, (ushort)(header.tcm_info >> 16), header.tcm_handle, name, id)
            : null;
    }
}
