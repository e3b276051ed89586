using System.Text.Json;
using Dataplane.TestKit;

namespace Dataplane.Netlink.Tests;

/// <summary>A host namespace and a pod's, with a socket in each, and iproute2 as the second opinion.</summary>
internal sealed class Bed : IDisposable
{
    public Bed(string label)
    {
        Host = TestNamespace.Create(label + "h");
        Pod = TestNamespace.Create(label + "p");
        HostSpace = NetworkNamespace.Open(Host.Path);
        PodSpace = NetworkNamespace.Open(Pod.Path);
        Rtnl = RtnlSocket.Open(HostSpace);
        PodRtnl = RtnlSocket.Open(PodSpace);
    }

    public TestNamespace Host { get; }

    public TestNamespace Pod { get; }

    public NetworkNamespace HostSpace { get; }

    public NetworkNamespace PodSpace { get; }

    public RtnlSocket Rtnl { get; }

    public RtnlSocket PodRtnl { get; }

    /// <summary>A pair "veth0" here, "eth0" in the pod.</summary>
    public (LinkInfo Host, LinkInfo Pod) AddVeth(bool up = false)
    {
        Rtnl.Send(Rtnl.Batch().CreateVeth(new VethSpec { HostName = "veth0", HostUp = up, PeerName = "eth0", PeerNamespace = PodSpace.Handle }));
        LinkInfo pod = PodRtnl.FindLink("eth0")!;
        if (up)
        {
            PodRtnl.Send(PodRtnl.Batch().SetLinkUp(pod.Index));
        }

        return (Rtnl.FindLink("veth0")!, pod);
    }

    /// <summary>What iproute2 prints as JSON, of the namespace.</summary>
    public static JsonElement[] Json(TestNamespace ns, string tool, params string[] arguments)
    {
        string output = Tool.Out(tool, ["-n", ns.Name, "-d", "-j", .. arguments]);
        return output.Length == 0 ? [] : [.. JsonDocument.Parse(output).RootElement.EnumerateArray().Where(e => e.EnumerateObject().Any())];
    }

    public static JsonElement One(TestNamespace ns, string tool, params string[] arguments) => Assert.Single(Json(ns, tool, arguments));

    public void Dispose()
    {
        Rtnl.Dispose();
        PodRtnl.Dispose();
        HostSpace.Dispose();
        PodSpace.Dispose();
        Host.Dispose();
        Pod.Dispose();
    }
}
