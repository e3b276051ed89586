using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using Dataplane.Interop;
using Dataplane.Interop.Tests;
using Dataplane.TestKit;

namespace Dataplane.Netlink.Tests;

public sealed class FqTests
{
    private static readonly string[] s_headers = ["linux/rtnetlink.h", "linux/pkt_sched.h"];
    private static readonly FqSpec s_spec = new(10_000, 9_999);

    [NeedsFact(Needs.Namespaces)]
    public void A_request_is_byte_for_byte_what_the_headers_say()
    {
        using var bed = new Bed("fqb");
        Dictionary<string, long> c = CProgram.Evaluate(
            s_headers,
            ["RTM_NEWQDISC", "NLM_F_REQUEST | NLM_F_ACK | NLM_F_CREATE | NLM_F_REPLACE", "TC_H_ROOT", "TCA_KIND", "TCA_OPTIONS | NLA_F_NESTED", "TCA_FQ_PLIMIT", "TCA_FQ_FLOW_PLIMIT"]);
        List<byte> expected =
        [
            .. Int(16 + 20 + 8 + 20), .. Short(c["RTM_NEWQDISC"]), .. Short(c["NLM_F_REQUEST | NLM_F_ACK | NLM_F_CREATE | NLM_F_REPLACE"]), .. Int(0), .. Int(0),
            .. Int(0), .. Int(7), .. Int(0), .. Int(c["TC_H_ROOT"]), .. Int(0),
            .. Short(4 + 3), .. Short(c["TCA_KIND"]), .. "fq\0\0"u8,
            .. Short(4 + 8 + 8), .. Short(c["TCA_OPTIONS | NLA_F_NESTED"]),
            .. Short(8), .. Short(c["TCA_FQ_PLIMIT"]), .. Int(10_000),
            .. Short(8), .. Short(c["TCA_FQ_FLOW_PLIMIT"]), .. Int(9_999),
        ];
        RtnlBatch batch = bed.Rtnl.Batch().ReplaceFq(7, s_spec);
        Assert.Equal(Convert.ToHexString([.. expected]), Convert.ToHexString(batch.Requests(0, 1)));
    }

    [NeedsFact(Needs.Namespaces)]
    public void An_answer_is_read_as_a_request_is_written()
    {
        using var bed = new Bed("fqp");
        ReadOnlySpan<byte> request = bed.Rtnl.Batch().ReplaceFq(7, s_spec).Requests(0, 1);
        QdiscInfo read = RtnlSocket.ParseQdisc(request[Unsafe.SizeOf<RtnlMessages.nlmsghdr>()..]);
        Assert.Equal(("fq", 7, true, s_spec), (read.Kind, read.Ifindex, read.IsRoot, read.Fq));
    }

    [NeedsFact(Needs.Namespaces)]
    public void A_kernel_makes_it_or_says_that_it_has_none()
    {
        using var bed = new Bed("fqm");
        (LinkInfo host, _) = bed.AddVeth();
        try
        {
            bed.Rtnl.Send(bed.Rtnl.Batch().ReplaceFq(host.Index, s_spec));
        }
        catch (NetlinkException e)
        {
            Assert.Equal(("replace fq", Errno.ENOENT), (e.Request, e.Errno));
            return;
        }

        Assert.Equal(s_spec, bed.Rtnl.FindRootQdisc(host.Index)!.Fq);
        string shown = Tool.Out("tc", "-n", bed.Host.Name, "qdisc", "show", "dev", "veth0");
        Assert.Contains(" limit 10000p flow_limit 9999p ", shown, StringComparison.Ordinal);
        bed.Rtnl.Send(bed.Rtnl.Batch().ReplaceFq(host.Index, new FqSpec(500, 400)));
        Assert.Equal(new FqSpec(500, 400), bed.Rtnl.FindRootQdisc(host.Index)!.Fq);
    }

    private static byte[] Short(long value)
    {
        byte[] bytes = new byte[2];
        BinaryPrimitives.WriteUInt16LittleEndian(bytes, (ushort)value);
        return bytes;
    }

    private static byte[] Int(long value)
    {
        byte[] bytes = new byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, (uint)value);
        return bytes;
    }
}
