using Dataplane.Interop;
using Dataplane.Netlink;

namespace Dataplane.Engine;

/// <summary>Attaches containers by a device of one end, born in the container's namespace under its final name.</summary>
/// <param name="node">The node.</param>
/// <param name="log">What is told.</param>
public sealed class DeviceNetwork(Node node, ILog log)
{
    /// <summary>Attaches a container, or leaves nothing behind.</summary>
    /// <param name="request">The container and its device.</param>
    /// <param name="addresses">Its addresses' source; null for a container without any.</param>
    /// <exception cref="NodeException">It could not be attached.</exception>
    public PendingAttachment<DeviceAttachment> Add(DeviceRequest request, IAddressSource? addresses) =>
        Add(request, addresses, journal => addresses is null ? new AddressPlan() : AddressLease.Take(journal, addresses));

    /// <summary>Attaches a container with addresses that somebody else has got, or leaves nothing behind.</summary>
    /// <param name="request">The container and its device.</param>
    /// <param name="plan">The addresses.</param>
    /// <exception cref="NodeException">It could not be attached.</exception>
    public PendingAttachment<DeviceAttachment> Add(DeviceRequest request, AddressPlan plan) => Add(request, null, _ => plan);

    private PendingAttachment<DeviceAttachment> Add(DeviceRequest request, IAddressSource? addresses, Func<Journal, AddressPlan> take)
    {
        ArgumentNullException.ThrowIfNull(request);
        using PodSide pod = PodSide.Open(request.NetnsPath);
        var record = new AttachmentRecord { Id = request.Id, Network = request.Network, Plugin = request.Plugin, NetnsPath = request.NetnsPath };
        return new Attachments(node, log).Add(record, addresses, journal => Attach(request, take, journal, pod));
    }

    private DeviceAttachment Attach(DeviceRequest request, Func<Journal, AddressPlan> take, Journal journal, PodSide pod)
    {
        LinkInfo link = Create(request, journal, pod);
        AddressPlan plan = take(journal);
        pod.Configure(link, plan, request.Announces, request.DetectDuplicates);
        log.Debug($"{request.Id}: a {request.Kind}{(link.PeerIndex == 0 ? "" : $" on device {link.PeerIndex}")}");
        return new DeviceAttachment(link.Mac);
    }

    private LinkInfo Create(DeviceRequest request, Journal journal, PodSide pod)
    {
        string kind = request.Kind;
        RtnlSocket from = request.Master is { InContainer: true } ? pod.Rtnl : node.Rtnl;
        LinkInfo? master = MasterDevice.For(request, node, pod.Rtnl);
        MacAddress? mac = request.Mac ?? (request.ChoosesMac ? InterfaceNames.RandomMac() : null);
        // A tap device is made before it gets its address.
        AttachmentStep step = AttachmentStep.Device(kind, pod.Cookie, request.Tap is null && mac is { } own ? own.ToString() : "");
        journal.Write(step);
        if (pod.Rtnl.FindLink(request.Id.IfName) is not null)
        {
            throw Taken(request, journal, step);
        }

        if (request.Tap is not null)
        {
            TapMaker.Create(request, pod);
        }
        else
        {
            Create(request, journal, step, from, master, mac, pod);
        }

        return pod.Rtnl.FindLink(request.Id.IfName) ?? throw new NodeException($"failed to lookup \"{request.Id.IfName}\": it is gone");
    }

    private static void Create(
        DeviceRequest request, Journal journal, AttachmentStep step, RtnlSocket from, LinkInfo? master, MacAddress? mac, PodSide pod)
    {
        DeviceSpec device = request.Device! with
        {
            Name = request.Id.IfName,
            Mac = mac,
            Mtu = request.Mtu,
            MasterIndex = master?.Index ?? 0,
            Namespace = pod.Namespace.Handle,
        };
        try
        {
            from.Send(from.Batch().CreateDevice(device));
        }
        catch (NetlinkException e) when (e.Errno == Errno.EEXIST)
        {
            // Before 6.13 the kernel looks for the name where the request comes from: the host has one of this name.
            CreateAndRename(request, device, from, pod);
        }
        catch (NetlinkException e)
        {
            throw new NodeException($"failed to create {request.Kind}: {Kernel.Reason(e)}", e);
        }
    }

    private static void CreateAndRename(DeviceRequest request, DeviceSpec device, RtnlSocket from, PodSide pod)
    {
        string passing = InterfaceNames.Passing(request.Id);
        try
        {
            from.Send(from.Batch().CreateDevice(device with { Name = passing }));
            LinkInfo link = pod.Rtnl.FindLink(passing) ?? throw new NodeException($"failed to refetch {request.Kind} \"{passing}\": it is gone");
            pod.Rtnl.Send(pod.Rtnl.Batch().SetName(link.Index, request.Id.IfName));
        }
        catch (NetlinkException e)
        {
            throw new NodeException($"failed to create {request.Kind}: {Kernel.Reason(e)}", e);
        }
    }

    // What has the name is not ours to delete.
    private static NodeException Taken(DeviceRequest request, Journal journal, AttachmentStep step)
    {
        journal.Retract(step);
        return new NodeException($"failed to create {request.Plugin}: the container has a device \"{request.Id.IfName}\" already: file exists");
    }
}
