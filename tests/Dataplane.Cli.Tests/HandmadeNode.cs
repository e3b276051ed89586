using System.Net;
using Dataplane.Abi;
using Dataplane.Bpf;
using Dataplane.Engine;
using Dataplane.Netlink;
using Dataplane.TestKit;

namespace Dataplane.Cli.Tests;

/// <summary>
/// A node with two pods on a bridge whose rows, records and filters were written by hand: what dpctl reads is
/// known without the plugins.
/// </summary>
internal sealed class HandmadeNode : IDisposable
{
    public HandmadeNode()
    {
        Bed = new NodeBed(pods: 2);
        Bed.Host.Ip("link", "add", "cni0", "type", "bridge");
        Bed.Host.Ip("link", "set", "cni0", "up");
        Programs = NodePrograms.Ensure(Bed.Cookie, new NodeOptions { FlowEntries = 1024 });
        Web = Attach(Bed.Pods[0], "web", "vethweb", "10.22.0.2", default);
        Client = Attach(Bed.Pods[1], "client", "vethclient", "10.22.0.3", EndpointFlags.MacCheck);
    }

    public NodeBed Bed { get; }

    public NodePrograms Programs { get; }

    public uint Web { get; }

    public uint Client { get; }

    public string RecordPath(string container) => Path.Combine(Bed.RunDirectory, "attachments", $"{container}:eth0");

    public void Dispose()
    {
        Programs.Dispose();
        Bed.Dispose();
    }

    private uint Attach(TestNamespace pod, string container, string device, string address, EndpointFlags flags)
    {
        Bed.Host.Ip("link", "add", device, "type", "veth", "peer", "name", "eth0", "netns", pod.Name);
        Bed.Host.Ip("link", "set", device, "master", "cni0", "up");
        pod.Ip("address", "add", $"{address}/24", "dev", "eth0");
        pod.Ip("link", "set", "eth0", "up");

        using NetworkNamespace host = NetworkNamespace.Open(Bed.Host.Path);
        using NetworkNamespace inside = NetworkNamespace.Open(pod.Path);
        using RtnlSocket rtnl = RtnlSocket.Open(host);
        using RtnlSocket podRtnl = RtnlSocket.Open(inside);
        uint ifindex = (uint)rtnl.FindLink(device)!.Index;
        uint bridge = (uint)rtnl.FindLink("cni0")!.Index;
        uint generation = Programs.NextGeneration();
        var endpoint = new Endpoint { Flags = EndpointFlags.L2 | flags, Generation = generation, Domain = bridge, Mtu = 1500 };
        podRtnl.FindLink("eth0")!.Mac.CopyTo(endpoint.Mac);
        Programs.Endpoints.Update(ifindex, endpoint);
        var key = new AddressKey { Domain = bridge };
        IPAddress.Parse(address).MapToIPv6().GetAddressBytes().CopyTo(key.Address);
        Programs.Addresses.Update(key, new AddressRow { Ifindex = ifindex, Generation = generation });

        RtnlBatch batch = rtnl.Batch();
        batch.AddClsact((int)ifindex);
        batch.ReplaceBpfFilter((int)ifindex, ingress: true, 1, 1, Programs.FromPod.Fd, "dp_from_pod");
        batch.ReplaceBpfFilter((int)ifindex, ingress: false, 1, 1, Programs.ToPod.Fd, "dp_to_pod");
        rtnl.Send(batch);

        var record = new AttachmentRecord { Id = new AttachmentId(container, "eth0"), Network = "handmade", Plugin = "bridge", NetnsPath = pod.Path };
        AttachmentStep[] steps =
        [
            AttachmentStep.Veth(device, rtnl.FindLink(device)!.Mac.ToString()),
            AttachmentStep.Endpoint((int)ifindex, generation),
            AttachmentStep.AddressRow((int)bridge, generation, IPAddress.Parse(address)),
            AttachmentStep.Done,
        ];
        Directory.CreateDirectory(Path.GetDirectoryName(RecordPath(container))!);
        File.WriteAllText(RecordPath(container), record.Preamble() + string.Concat(steps.Select(s => s + "\n")));
        return ifindex;
    }
}
