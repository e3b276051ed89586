using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Dataplane.Interop;
using Dataplane.TestKit;

namespace Dataplane.Netlink.Tests;

public sealed class QdiscTests
{
    public static TheoryData<ulong, uint, uint> Buckets => new()
    {
        { 2, 1, 1 },                                    // the reference's own test: 16 bit/s, burst of 8 bits
        { 2, 16384, 16384 },                            // more time than a dump can show
        { 1_250_000, 16384, 47_634 },                   // 10 Mbit/s
        { 12_500_000, 62_500, 375_000 },                // 100 Mbit/s
        { 125_000_000, 625_000, 3_750_000 },            // 1 Gbit/s
        { 1_250_000_000, 125_000_000, 156_250_000 },    // 10 Gbit/s, 100 ms
        { 12_500_000_000, 62_500_000, 375_000_000 },    // 100 Gbit/s: above 32 bits
        { 1_000_000, 4_000_000, 4_025_000 },            // four seconds
        { 1_000_000_000, 4_000_000_000, 4_025_000_000 },
    };

    [NeedsTheory(Needs.Namespaces), MemberData(nameof(Buckets))]
    public void A_token_bucket_is_what_tc_shows_and_what_was_asked_for(ulong rate, uint burst, uint limit)
    {
        using var bed = new Bed("qt");
        (LinkInfo host, _) = bed.AddVeth();
        var spec = new TbfSpec(rate, burst, limit);
        bed.Rtnl.Send(bed.Rtnl.Batch().ReplaceTbf(host.Index, spec));

        QdiscInfo found = bed.Rtnl.FindRootQdisc(host.Index)!;
        Assert.Equal(("tbf", true, host.Index), (found.Kind, found.IsRoot, found.Ifindex));
        Assert.Equal((rate, limit), (found.Tbf!.Rate, found.Tbf.Limit));
        Assert.True(spec.IsAbout(found.Tbf), $"{spec} is dumped as {found.Tbf}");

        JsonElement shown = Assert.Single(Show(bed.Host, "qdisc"));
        Assert.Equal(("tbf", $"{found.Handle >> 16:x}:", true), (shown.GetProperty("kind").GetString(), shown.GetProperty("handle").GetString(), shown.GetProperty("root").GetBoolean()));
        JsonElement options = shown.GetProperty("options");
        Assert.Equal(rate, options.GetProperty("rate").GetUInt64());
        Assert.InRange((double)options.GetProperty("burst").GetUInt64(), (found.Tbf.Burst * 0.999) - 1, (found.Tbf.Burst * 1.001) + 1);
    }

    [NeedsFact(Needs.Namespaces)]
    public void A_bucket_is_changed_in_its_place_and_takes_the_place_of_another_qdisc()
    {
        using var bed = new Bed("qc");
        (LinkInfo host, _) = bed.AddVeth();
        // As the reference makes it, with handle 1:.
        Tc(bed.Host, "qdisc", "add", "dev", "veth0", "handle", "1:", "root", "tbf", "rate", "1mbit", "burst", "10k", "limit", "20k");
        bed.Rtnl.Send(bed.Rtnl.Batch().ReplaceTbf(host.Index, new TbfSpec(1_000_000, 20_000, 60_000)));
        QdiscInfo first = bed.Rtnl.FindRootQdisc(host.Index)!;
        Assert.Equal((0x0001_0000u, 1_000_000ul), (first.Handle, first.Tbf!.Rate));

        bed.Rtnl.Send(bed.Rtnl.Batch().ReplaceHtb(host.Index, new HtbSpec(1_000_000, 20_000, 60_000)));
        bed.Rtnl.Send(bed.Rtnl.Batch().ReplaceTbf(host.Index, new TbfSpec(2_000_000, 30_000, 80_000)));
        QdiscInfo second = bed.Rtnl.FindRootQdisc(host.Index)!;
        bed.Rtnl.Send(bed.Rtnl.Batch().ReplaceTbf(host.Index, new TbfSpec(3_000_000, 40_000, 90_000)));
        QdiscInfo third = bed.Rtnl.FindRootQdisc(host.Index)!;
        Assert.Equal((second.Handle, new TbfSpec(3_000_000, 40_000, 90_000)), (third.Handle, third.Tbf));

        bed.Rtnl.Send(bed.Rtnl.Batch().DeleteRootQdisc(host.Index));
        Assert.Equal("noqueue", bed.Rtnl.FindRootQdisc(host.Index)?.Kind ?? "noqueue");
        Assert.Equal(Errno.ENOENT, Assert.Throws<NetlinkException>(() => bed.Rtnl.Send(bed.Rtnl.Batch().DeleteRootQdisc(host.Index))).Errno);
    }

    [NeedsTheory(Needs.Namespaces), MemberData(nameof(Buckets))]
    public void An_htb_has_one_class_with_a_queue_of_bytes(ulong rate, uint burst, uint limit)
    {
        using var bed = new Bed("qh");
        (LinkInfo host, _) = bed.AddVeth();
        var spec = new HtbSpec(rate, burst, limit);
        bed.Rtnl.Send(bed.Rtnl.Batch().ReplaceHtb(host.Index, spec));
        QdiscInfo found = bed.Rtnl.FindRootQdisc(host.Index)!;
        Assert.Equal(("htb", 0x0001_0000u, true), (found.Kind, found.Handle, found.IsRoot));
        Assert.True(spec.IsAbout(found.Htb!), $"{spec} is dumped as {found.Htb}");
        Assert.Null(found.Tbf);

        JsonElement[] shown = Show(bed.Host, "qdisc");
        Assert.Equal(["htb", "bfifo"], shown.Select(q => q.GetProperty("kind").GetString()));
        Assert.Equal(("1:", "0x1"), (shown[0].GetProperty("handle").GetString(), shown[0].GetProperty("options").GetProperty("default").GetString()));
        Assert.Equal("1:1", shown[1].GetProperty("parent").GetString());
        Assert.Equal(limit, shown[1].GetProperty("options").GetProperty("limit").GetUInt32());
        // tc 6.1 writes classes as text alone.
        string text = Tool.Out("tc", "-n", bed.Host.Name, "class", "show", "dev", "veth0");
        Assert.StartsWith("class htb 1:1 root ", text, StringComparison.Ordinal);
        Assert.Contains($" rate {Bits(rate)} ceil {Bits(rate)} burst ", text, StringComparison.Ordinal);

        // Again, from scratch and as a change.
        bed.Rtnl.Send(bed.Rtnl.Batch().ReplaceHtb(host.Index, spec));
        HtbSpec other = spec with { Rate = 1_000_000, Burst = 20_000, Limit = 50_000 };
        uint leaf = bed.Rtnl.DumpQdiscs(host.Index)[1].Handle;
        bed.Rtnl.Send(bed.Rtnl.Batch().ChangeHtb(host.Index, other));
        Assert.True(other.IsAbout(bed.Rtnl.FindRootQdisc(host.Index)!.Htb!));
        Assert.False(spec.IsAbout(bed.Rtnl.FindRootQdisc(host.Index)!.Htb!));
        Assert.Equal(leaf, bed.Rtnl.DumpQdiscs(host.Index)[1].Handle);
    }

    [NeedsFact(Needs.Namespaces)]
    public void Counters_are_those_that_tc_shows()
    {
        using var bed = new Bed("qs");
        // Its multicast reports (90 bytes) would leave among the datagrams.
        bed.Host.Run(() => Sysctl.Write("1", "net", "ipv6", "conf", "default", "disable_ipv6"));
        (LinkInfo host, _) = bed.AddVeth(up: true);
        bed.Host.Ip("address", "add", "10.1.1.1/24", "dev", "veth0");
        bed.Host.Ip("neighbour", "add", "10.1.1.2", "lladdr", "0a:58:00:00:00:02", "dev", "veth0");
        bed.Rtnl.Send(bed.Rtnl.Batch().ReplaceTbf(host.Index, new TbfSpec(1000, 3000, 10_000)));
        bed.Host.Run(() =>
        {
            using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp) { SendBufferSize = 1 << 20 };
            for (int i = 0; i < 20; i++)
            {
                socket.SendTo(new byte[1000], new IPEndPoint(IPAddress.Parse("10.1.1.2"), 9));
            }
        });

        // A packet may leave between two questions: at 1000 bytes a second rarely twice.
        Assert.True(Enumerable.Range(0, 5).Any(_ => Same()), "tc shows other counters, five times");
        QdiscInfo now = bed.Rtnl.FindRootQdisc(host.Index)!;
        Assert.True(
            now is { Drops: > 0, Overlimits: > 0, QueueLength: > 0, BacklogBytes: > 1000, Packets: > 0 } && now.Bytes >= now.Packets * 1042,
            $"{now.Drops} drops, {now.Overlimits} over limits, {now.QueueLength} packets of {now.BacklogBytes} bytes wait, {now.Packets} packets of {now.Bytes} bytes left");

        bool Same()
        {
            QdiscInfo ours = bed.Rtnl.FindRootQdisc(host.Index)!;
            JsonElement theirs = Show(bed.Host, "qdisc")[0];
            return (ours.Bytes, ours.Packets, ours.Drops, ours.Overlimits, ours.BacklogBytes, ours.QueueLength) ==
                (theirs.GetProperty("bytes").GetUInt64(), theirs.GetProperty("packets").GetUInt64(), theirs.GetProperty("drops").GetUInt32(),
                theirs.GetProperty("overlimits").GetUInt32(), theirs.GetProperty("backlog").GetUInt32(), theirs.GetProperty("qlen").GetUInt32());
        }
    }

    [NeedsFact(Needs.Namespaces)]
    public void What_htb_is_told_to_exempt_goes_past_its_class()
    {
        using var bed = new Bed("qe");
        (LinkInfo host, _) = bed.AddVeth(up: true);
        bed.Host.Ip("address", "add", "10.1.1.1/24", "dev", "veth0");
        bed.Host.Ip("neighbour", "add", "10.1.1.2", "lladdr", "0a:58:00:00:00:02", "dev", "veth0");
        bed.Rtnl.Send(bed.Rtnl.Batch().ReplaceHtb(host.Index, new HtbSpec(1000, 3000, 10_000)));
        using (FileDescriptor program = AcceptAll.LoadPriority(HtbSpec.Exempt))
        {
            bed.Rtnl.Send(bed.Rtnl.Batch().AddClsact(host.Index).ReplaceBpfFilter(host.Index, ingress: false, 1, 1, program.Number, "exempt"));
        }

        bed.Host.Run(() =>
        {
            using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp) { SendBufferSize = 1 << 20 };
            for (int i = 0; i < 50; i++)
            {
                socket.SendTo(new byte[1000], new IPEndPoint(IPAddress.Parse("10.1.1.2"), 9));
            }
        });
        QdiscInfo found = bed.Rtnl.FindRootQdisc(host.Index)!;
        Assert.True(found is { DirectPackets: >= 50, Drops: 0, BacklogBytes: 0 }, $"{found.DirectPackets} direct, {found.Drops} dropped");
        Assert.NotNull(bed.Rtnl.FindClsact(host.Index));
        bed.Rtnl.Send(bed.Rtnl.Batch().DeleteIngressQdisc(host.Index));
        Assert.Null(bed.Rtnl.FindClsact(host.Index));
    }

    [NeedsFact(Needs.Namespaces)]
    public void What_is_not_there_is_null_and_a_dump_has_every_device()
    {
        using var bed = new Bed("qn");
        (LinkInfo host, LinkInfo pod) = bed.AddVeth();
        Assert.Null(bed.Rtnl.FindRootQdisc(4711));
        Assert.Null(bed.Rtnl.FindRootQdisc(0));
        Assert.Null(bed.Rtnl.FindClsact(host.Index));
        bed.Rtnl.Send(bed.Rtnl.Batch().AddClsact(host.Index).ReplaceTbf(host.Index, new TbfSpec(1000, 3000, 10_000)));
        Assert.Null(bed.Rtnl.FindRootQdisc(host.Index)!.Htb);
        Assert.Equal(["tbf", "clsact"], bed.Rtnl.DumpQdiscs(host.Index).Select(q => q.Kind));
        Assert.Equal(Show(bed.Host, "qdisc").Length, bed.Rtnl.DumpQdiscs(host.Index).Count);
        Assert.Contains(bed.Rtnl.DumpQdiscs(0), q => q.Ifindex == host.Index && q.Kind == "tbf");
        Assert.DoesNotContain(bed.PodRtnl.DumpQdiscs(pod.Index), q => q.Kind != "noqueue");
        // Dumps and answers in turn: nothing of one is taken for the other.
        Assert.Equal("tbf", bed.Rtnl.FindRootQdisc(host.Index)!.Kind);
        Assert.Equal("veth0", bed.Rtnl.FindLink(host.Index)!.Name);
    }

    // As tc writes a rate of few digits.
    private static string Bits(ulong rate)
    {
        ulong bits = rate * 8;
        int unit = 0;
        while (bits >= 1000 && bits % 1000 == 0)
        {
            (bits, unit) = (bits / 1000, unit + 1);
        }

        return $"{bits}{new[] { "", "K", "M", "G" }[unit]}bit";
    }

    private static void Tc(TestNamespace ns, params string[] arguments) => Tool.Out("tc", ["-n", ns.Name, .. arguments]);

    private static JsonElement[] Show(TestNamespace ns, string what) =>
        [.. JsonDocument.Parse(Tool.Out("tc", "-n", ns.Name, "-s", "-j", what, "show", "dev", "veth0")).RootElement.EnumerateArray()];
}
