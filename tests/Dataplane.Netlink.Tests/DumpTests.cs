using Dataplane.TestKit;

namespace Dataplane.Netlink.Tests;

public sealed class DumpTests
{
    private const int Pairs = 250;

    [NeedsFact(Needs.Namespaces)]
    public void A_dump_of_500_devices_is_whole_while_others_come_and_go()
    {
        using var bed = new Bed("du");
        for (int i = 0; i < Pairs; i++)
        {
            bed.Rtnl.Send(bed.Rtnl.Batch().CreateVeth(new VethSpec { HostName = $"a{i}", PeerName = $"b{i}", PeerNamespace = bed.HostSpace.Handle }));
        }

        using var stop = new ManualResetEventSlim();
        int changes = 0;
        Exception? failure = null;
        var changer = new Thread(() =>
        {
            try
            {
                using RtnlSocket rtnl = RtnlSocket.Open(bed.HostSpace);
                while (!stop.IsSet)
                {
                    rtnl.Send(rtnl.Batch().CreateVeth(new VethSpec { HostName = "x", PeerName = "y", PeerNamespace = bed.HostSpace.Handle }));
                    rtnl.Send(rtnl.Batch().SetMtu(rtnl.FindLink("x")!.Index, 1400).DeleteLink("x"));
                    changes++;
                }
            }
            catch (Exception e)
            {
                failure = e;
            }
        });
        changer.Start();
        int rounds = 0;
        try
        {
            while (rounds < 20 || (changes < 3 && changer.IsAlive))
            {
                var names = new HashSet<string>(bed.Rtnl.DumpLinks().Select(l => l.Name));
                for (int i = 0; i < Pairs; i++)
                {
                    Assert.Contains($"a{i}", names);
                    Assert.Contains($"b{i}", names);
                }

                rounds++;
            }
        }
        finally
        {
            stop.Set();
            changer.Join();
        }

        Assert.Null(failure);
        Assert.True(changes >= 3);
    }
}
