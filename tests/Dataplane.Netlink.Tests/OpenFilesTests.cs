using Dataplane.Interop;
using Dataplane.TestKit;

namespace Dataplane.Netlink.Tests;

/// <summary>Counts descriptors of the whole process, so nothing else may run meanwhile.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class Alone
{
    public const string Name = "alone";
}

[Collection(Alone.Name)]
public sealed class OpenFilesTests
{
    [NeedsFact(Needs.Namespaces)]
    public void Nothing_stays_open()
    {
        using var bed = new Bed("no");
        (LinkInfo host, _) = bed.AddVeth(up: true);
        Round(bed, host.Index);
        int[] before = Count();
        for (int i = 0; i < 10; i++)
        {
            Round(bed, host.Index);
        }

        Assert.Equal(before, Count());
    }

    private static void Round(Bed bed, int ifindex)
    {
        using (NetworkNamespace space = NetworkNamespace.Open(bed.Host.Path))
        using (RtnlSocket rtnl = RtnlSocket.Open(space))
        {
            rtnl.ListenForLinks();
            Assert.True(rtnl.WaitOperUp(ifindex, 5000));
            Assert.NotEqual(0ul, space.Cookie);
            Assert.NotNull(rtnl.FindLink("veth0"));
        }

        Assert.Throws<NotANamespaceException>(() => NetworkNamespace.Open("/tmp"));
        Assert.Throws<LinuxException>(() => NetworkNamespace.Open("/run/netns/nobody-made-this"));
        using NetworkNamespace uts = NetworkNamespace.Open("/proc/self/ns/uts");
        Assert.Throws<LinuxException>(() => uts.Enter());
        _ = Sysctl.Read("net", "ipv4", "ip_forward");
    }

    private static int[] Count() =>
        [OpenFiles.Matching("socket:[").Count, OpenFiles.Matching("net:[").Count, OpenFiles.Matching("netns/").Count, OpenFiles.Matching("uts").Count, OpenFiles.Matching("/proc/").Count];
}
