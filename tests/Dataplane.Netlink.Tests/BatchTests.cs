using System.Net;
using Dataplane.Interop;
using Dataplane.TestKit;

namespace Dataplane.Netlink.Tests;

public sealed class BatchTests
{
    [NeedsFact(Needs.Namespaces)]
    public void The_first_failure_is_reported_and_the_rest_is_done()
    {
        using var bed = new Bed("bf");
        (LinkInfo host, _) = bed.AddVeth();
        var error = Assert.Throws<NetlinkException>(() => bed.Rtnl.Send(bed.Rtnl.Batch()
            .SetMtu(host.Index, 1400)
            .SetMtu(4711, 1400)
            .SetMaster(4712, 1)
            .SetLinkUp(host.Index)));
        Assert.Equal((1, "set MTU", "4711", Errno.ENODEV), (error.Index, error.Request, error.Subject, error.Errno));
        host = bed.Rtnl.FindLink(host.Index)!;
        Assert.Equal((1400, true), (host.Mtu, host.IsUp));
    }

    [NeedsFact(Needs.Namespaces)]
    public void More_failures_than_a_receive_buffer_holds_are_all_read()
    {
        using var bed = new Bed("bm");
        (LinkInfo host, _) = bed.AddVeth();
        RtnlBatch batch = bed.Rtnl.Batch();
        for (int i = 0; i < 2000; i++)
        {
            batch.AddAddress(i == 1500 ? 4711 : host.Index, IPAddress.Parse($"10.{i / 200}.{i % 200}.1"), 24);
        }

        var error = Assert.Throws<NetlinkException>(() => bed.Rtnl.Send(batch));
        Assert.Equal((1500, Errno.ENODEV), (error.Index, error.Errno));
        Assert.Equal(1999, bed.Rtnl.DumpAddresses(host.Index).Count);

        batch = bed.Rtnl.Batch();
        for (int i = 0; i < 2000; i++)
        {
            batch.DeleteLink($"no{i}");
        }

        Assert.Equal(0, Assert.Throws<NetlinkException>(() => bed.Rtnl.Send(batch)).Index);
        Assert.NotNull(bed.Rtnl.FindLink(host.Index));
    }

    [NeedsFact(Needs.Namespaces)]
    public void An_empty_batch_is_nothing()
    {
        using var bed = new Bed("be");
        bed.Rtnl.Send(bed.Rtnl.Batch());
        Assert.NotNull(bed.Rtnl.FindLink("lo"));
    }

    [NeedsFact(Needs.Namespaces)]
    public void Names_that_exist_are_refused_whichever_end_has_them()
    {
        using var bed = new Bed("bx");
        bed.AddVeth();
        NetlinkException Create(string host, string peer) => Assert.Throws<NetlinkException>(() => bed.Rtnl.Send(
            bed.Rtnl.Batch().CreateVeth(new VethSpec { HostName = host, PeerName = peer, PeerNamespace = bed.PodSpace.Handle })));
        Assert.Equal((Errno.EEXIST, "veth0"), (Create("veth0", "eth9").Errno, Create("veth0", "eth9").Subject));
        Assert.Equal(Errno.EEXIST, Create("veth9", "eth0").Errno);
        Assert.Null(bed.Rtnl.FindLink("veth9"));
        Assert.Null(bed.PodRtnl.FindLink("eth9"));

        var error = Assert.Throws<NetlinkException>(() => bed.Rtnl.Send(bed.Rtnl.Batch().CreateBridge("a-name-that-is-far-too-long")));
        Assert.Equal(Errno.ERANGE, error.Errno);
        Assert.NotEmpty(error.ExtendedAck);
    }

    [NeedsFact(Needs.Namespaces)]
    public void A_reused_batch_and_a_grown_one_allocate_little()
    {
        using var bed = new Bed("bg");
        (LinkInfo host, _) = bed.AddVeth();
        void Round() => bed.Rtnl.Send(bed.Rtnl.Batch().SetMtu(host.Index, 1400).SetLinkUp(host.Index).SetPromisc(host.Index, false));
        Round();
        long before = GC.GetAllocatedBytesForCurrentThread();
        Round();
        // Three subjects; nothing for messages, attributes or answers.
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 512);
    }
}
