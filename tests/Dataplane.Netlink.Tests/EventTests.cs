using System.Text.Json;
using Dataplane.TestKit;

namespace Dataplane.Netlink.Tests;

public sealed class EventTests
{
    [NeedsFact(Needs.Namespaces)]
    public void A_device_that_is_up_already_is_not_waited_for()
    {
        using var bed = new Bed("eu");
        (LinkInfo host, _) = bed.AddVeth(up: true);
        Assert.True(bed.Rtnl.WaitOperUp(host.Index, 5000));
        Assert.True(bed.Rtnl.WaitOperUp(host.Index, 0));
        Assert.Equal("UP", Bed.One(bed.Host, "ip", "link", "show", "veth0").GetProperty("operstate").GetString());
    }

    [NeedsFact(Needs.Namespaces)]
    public void A_bridge_port_forwards_when_the_wait_is_over()
    {
        using var bed = new Bed("eb");
        bed.Rtnl.Send(bed.Rtnl.Batch().CreateBridge("br0"));
        LinkInfo bridge = bed.Rtnl.FindLink("br0")!;
        bed.Rtnl.Send(bed.Rtnl.Batch().SetLinkUp(bridge.Index));
        bed.Rtnl.Send(bed.Rtnl.Batch().CreateVeth(new VethSpec
        {
            HostName = "veth0", HostUp = true, MasterIndex = bridge.Index, PeerName = "eth0", PeerNamespace = bed.PodSpace.Handle,
        }));
        LinkInfo host = bed.Rtnl.FindLink("veth0")!;
        Assert.False(bed.Rtnl.WaitOperUp(host.Index, 20)); // the peer is down
        bed.PodRtnl.Send(bed.PodRtnl.Batch().SetLinkUp(bed.PodRtnl.FindLink("eth0")!.Index));
        Assert.True(bed.Rtnl.WaitOperUp(host.Index, 5000));
        Assert.Equal((byte)3, bed.Rtnl.FindLink(host.Index)!.PortState); // BR_STATE_FORWARDING
    }

    [NeedsFact(Needs.Namespaces)]
    public void The_kernels_event_ends_the_wait_wherever_the_thread_is()
    {
        using var bed = new Bed("ee");
        (LinkInfo host, LinkInfo pod) = bed.AddVeth();
        bed.Rtnl.Send(bed.Rtnl.Batch().SetLinkUp(host.Index));
        var up = new Thread(() =>
        {
            Thread.Sleep(100);
            bed.PodRtnl.Send(bed.PodRtnl.Batch().SetLinkUp(pod.Index));
        });
        using (bed.PodSpace.Enter())
        {
            up.Start();
            // The time limit is far beyond what an event takes: reaching it fails the test.
            Assert.True(bed.Rtnl.WaitOperUp(host.Index, 30_000));
        }

        up.Join();
    }

    [NeedsFact(Needs.Namespaces)]
    public void A_device_that_goes_away_ends_the_wait()
    {
        using var bed = new Bed("eg");
        (LinkInfo host, _) = bed.AddVeth();
        var delete = new Thread(() =>
        {
            Thread.Sleep(100);
            bed.PodRtnl.Send(bed.PodRtnl.Batch().DeleteLink("eth0"));
        });
        delete.Start();
        Assert.False(bed.Rtnl.WaitOperUp(host.Index, 30_000));
        delete.Join();
        Assert.False(bed.Rtnl.WaitOperUp(4711, 30_000));
    }
}
