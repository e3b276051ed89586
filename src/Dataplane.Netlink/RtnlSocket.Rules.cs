using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Dataplane.Interop;
using static Dataplane.Netlink.RtnlConstants;
using static Dataplane.Netlink.RtnlMessages;

namespace Dataplane.Netlink;

// Routing rules.
public sealed unsafe partial class RtnlSocket
{
    /// <summary>The rules of both families.</summary>
    /// <returns>In the order in which the kernel looks at them, IPv4's first.</returns>
    public List<RuleInfo> DumpRules()
    {
        var all = new List<RuleInfo>();
        foreach (byte family in (ReadOnlySpan<byte>)[LibC.AF_INET, LibC.AF_INET6])
        {
            BeginRequest(RTM_GETRULE, NLM_F_DUMP, new fib_rule_hdr { family = family }).EndMessage();
            all.AddRange(Dump(RTM_NEWRULE, "dump rules", ParseRule));
        }

        return all;
    }

    private static RuleInfo? ParseRule(ReadOnlySpan<byte> payload)
    {
        var header = MemoryMarshal.Read<fib_rule_hdr>(payload);
        IPAddress? source = null;
        uint table = header.table, priority = 0;
        var attributes = new NetlinkAttributes(After<fib_rule_hdr>(payload));
        while (attributes.Next())
        {
            switch (attributes.Type)
            {
                case FRA_SRC when attributes.Payload.Length is 4 or 16:
                    source = new IPAddress(attributes.Payload);
                    break;
                case FRA_TABLE:
                    table = attributes.UInt32;
                    break;
                case FRA_PRIORITY:
                    priority = attributes.UInt32;
                    break;
            }
        }

        AddressFamily family = header.family == LibC.AF_INET ? AddressFamily.InterNetwork : AddressFamily.InterNetworkV6;
        return new RuleInfo(family, source, header.src_len, header.action == FR_ACT_TO_TBL ? table : 0, priority);
    }
}
