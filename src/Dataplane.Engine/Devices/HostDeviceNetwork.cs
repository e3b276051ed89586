using Dataplane.Netlink;

namespace Dataplane.Engine;

/// <summary>Attaches containers by moving a device of the host into them.</summary>
/// <param name="node">The node.</param>
/// <param name="log">What is told.</param>
public sealed class HostDeviceNetwork(Node node, ILog log)
{
    /// <summary>The name of the plugin in records.</summary>
    public const string Plugin = "host-device";

    /// <summary>Attaches a container, or leaves the device where it was, as it was.</summary>
    /// <param name="request">The container and its device.</param>
    /// <param name="addresses">Its addresses' source; null for a container without any.</param>
    /// <returns>The interface; null: a driver in user space has the device.</returns>
    /// <exception cref="NodeException">It could not be attached.</exception>
    public PendingAttachment<DeviceAttachment?> Add(HostDeviceRequest request, IAddressSource? addresses)
    {
        ArgumentNullException.ThrowIfNull(request);
        using PodSide pod = PodSide.Open(request.NetnsPath);
        var record = new AttachmentRecord { Id = request.Id, Network = request.Network, Plugin = Plugin, NetnsPath = request.NetnsPath };
        return new Attachments(node, log).Add(record, addresses, journal => Attach(request, addresses, journal, pod));
    }

    /// <summary>Detaches a container: its device goes back to the host under the name it had there, down.</summary>
    /// <param name="id">The interface.</param>
    /// <param name="netnsPath">CNI_NETNS; may be empty or lead nowhere.</param>
    /// <param name="addresses">The addresses' source, or null.</param>
    /// <param name="inUserSpace">A driver in user space has the device, as far as the configuration says.</param>
    /// <exception cref="NodeException">It could not be moved; it is still in the container.</exception>
    public void Delete(AttachmentId id, string netnsPath, IAddressSource? addresses, bool inUserSpace) =>
        new Attachments(node, log).Delete(id, addresses, record =>
        {
            // Where nothing was moved, a device of the interface's name is the container's own: DPDK makes a tap of that name.
            bool moved = record is null ? !inUserSpace : record.Find(StepKind.Moved) is not null;
            if (moved)
            {
                MovedDevice.GiveBackUnrecorded(node, netnsPath, id.IfName);
            }
        });

    private DeviceAttachment? Attach(HostDeviceRequest request, IAddressSource? addresses, Journal journal, PodSide pod)
    {
        LinkInfo? link = request.InUserSpace ? null : Move(request, journal, pod);
        AddressPlan plan = addresses is null ? new AddressPlan() : AddressLease.Take(journal, addresses);
        if (link is null)
        {
            return null;
        }

        pod.Configure(link, plan, announces: false, request.DetectDuplicates);
        return new DeviceAttachment(link.Mac);
    }

    private LinkInfo Move(HostDeviceRequest request, Journal journal, PodSide pod)
    {
        string ifName = request.Id.IfName;
        LinkInfo device = HostDevices.Find(node.Rtnl, request.Choice);
        if (pod.Rtnl.FindLink(ifName) is not null)
        {
            throw new NodeException($"failed to move link failed to rename device \"{device.Name}\" to \"{ifName}\": the container has one of this name: file exists");
        }

        AttachmentStep step = AttachmentStep.Moved(device.Name, pod.Cookie, device.IsUp);
        journal.Write(step);
        try
        {
            // First of all: by the alias it is found again, wherever it is and whatever it is called there.
            node.Rtnl.Send(node.Rtnl.Batch().SetAlias(device.Index, device.Name));
            node.Rtnl.Send(node.Rtnl.Batch().MoveLink(device.Index, pod.Namespace.Handle, ifName));
        }
        catch (NetlinkException e)
        {
            throw new NodeException($"failed to move link {device.Name}: {Kernel.Reason(e)}", e);
        }

        log.Debug($"{request.Id}: {device.Name} moved into the container");
        return pod.Rtnl.FindLink(ifName) ?? throw new NodeException($"failed to find \"{ifName}\": it is gone");
    }
}
