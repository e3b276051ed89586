using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Dataplane.Interop;
using Dataplane.Netlink;

namespace Dataplane.Engine;

/// <summary>The gateways' addresses: on the bridge, or on the device "bridge.vlan", a veth whose other end is an access port of the VLAN.</summary>
internal static class BridgeGateway
{
    /// <summary>Finds or makes the device "bridge.vlan". It stays, as the bridge does.</summary>
    public static LinkInfo EnsureVlanDevice(Node node, LinkInfo bridge, BridgeRequest request)
    {
        string name = string.Create(CultureInfo.InvariantCulture, $"{bridge.Name}.{request.Vlan}");
        try
        {
            LinkInfo? gateway = node.Rtnl.FindLink(name);
            if (gateway is null || HalfMadePort(node, bridge, gateway) is not null)
            {
                using LockedFile creation = node.Run.Lock($"bridge-{bridge.Name}");
                gateway = node.Rtnl.FindLink(name);
                if (gateway is null)
                {
                    gateway = CreateVlanDevice(node, bridge, name, request);
                }
                else if (HalfMadePort(node, bridge, gateway) is { } port)
                {
                    ConfigurePort(node, port.Index, request);
                }
            }

            if (!gateway.IsUp)
            {
                RtnlBatch batch = node.Rtnl.Batch();
                batch.SetLinkUp(gateway.Index);
                node.Rtnl.Send(batch);
            }

            return gateway;
        }
        catch (Exception e) when (e is NodeException or NetlinkException)
        {
            throw new NodeException($"failed to create vlan gateway \"{name}\": {Kernel.Reason(e)}", e);
        }
    }

    /// <summary>Puts every gateway on the device. A device that carries them already is not touched.</summary>
    public static void EnsureAddresses(Node node, LinkInfo device, BridgeRequest request, AddressPlan plan)
    {
        List<AddressInfo> present = node.Rtnl.DumpAddresses(device.Index);
        if (AllPresent(present, plan))
        {
            return;
        }

        using LockedFile change = node.Run.Lock($"bridge-{request.Bridge}");
        present = node.Rtnl.DumpAddresses(device.Index);
        foreach (AddressFamily family in (ReadOnlySpan<AddressFamily>)[AddressFamily.InterNetwork, AddressFamily.InterNetworkV6])
        {
            foreach (PlannedAddress address in plan.Addresses)
            {
                if (address.Address.AddressFamily == family)
                {
                    Ensure(node, device, request, present, address.Gateway!, address.PrefixLength);
                }
            }
        }
    }

    private static LinkInfo CreateVlanDevice(Node node, LinkInfo bridge, string name, BridgeRequest request)
    {
        VethPair pair = VethPair.Create(node, null, name, node.HostNamespace, bridge.Mtu, null, bridge.Index);
        try
        {
            BridgePort.DisableIpv6(pair.HostName);
            ConfigurePort(node, pair.HostIndex, request);
        }
        catch
        {
            // It would be found by its name, and lead nowhere.
            node.Rtnl.Send(node.Rtnl.Batch().DeleteLink(pair.HostIndex));
            throw;
        }

        return node.Rtnl.FindLink(name) ?? throw new NodeException($"failed to lookup \"{name}\": it is gone");
    }

    // Up in a message of its own: the kernel goes on behind one that it refuses, and a port that is up is one that has its VLAN.
    private static void ConfigurePort(Node node, int ifIndex, BridgeRequest request)
    {
        RtnlBatch batch = node.Rtnl.Batch();
        BridgePort.Configure(batch, node, ifIndex, hairpin: false, isolated: false, request.Vlan, null, request.PreserveDefaultVlan);
        node.Rtnl.Send(batch);
        node.Rtnl.Send(node.Rtnl.Batch().SetLinkUp(ifIndex));
    }

    // The other end of the device where whoever made it was killed before the port was up. A device of another make is its maker's.
    private static LinkInfo? HalfMadePort(Node node, LinkInfo bridge, LinkInfo gateway) =>
        gateway is { Kind: "veth", PeerIndex: > 0 }
        && node.Rtnl.FindLink(gateway.PeerIndex) is { Kind: "veth", IsUp: false } port
        && port.PeerIndex == gateway.Index
        && port.MasterIndex == bridge.Index
            ? port
            : null;

    private static bool AllPresent(List<AddressInfo> present, AddressPlan plan)
    {
        foreach (PlannedAddress address in plan.Addresses)
        {
            if (!IsPresent(present, address.Gateway!, address.PrefixLength))
            {
                return false;
            }
        }

        return true;
    }

    private static bool IsPresent(List<AddressInfo> present, IPAddress address, int prefixLength)
    {
        foreach (AddressInfo info in present)
        {
            if (info.PrefixLength == prefixLength && info.Address.Equals(address))
            {
                return true;
            }
        }

        return false;
    }

    private static void Ensure(Node node, LinkInfo device, BridgeRequest request, List<AddressInfo> present, IPAddress gateway, int prefixLength)
    {
        if (IsPresent(present, gateway, prefixLength))
        {
            return;
        }

        RtnlBatch batch = node.Rtnl.Batch();
        for (int i = present.Count - 1; i >= 0; i--)
        {
            AddressInfo other = present[i];
            if (!IsInTheWay(other, gateway, prefixLength))
            {
                continue;
            }

            if (!request.ForceAddress)
            {
                throw new NodeException(
                    $"failed to set bridge addr: \"{device.Name}\" already has an IP address different from {gateway}/{prefixLength}",
                    new NodeException($"{device.Name} has {other.Address}/{other.PrefixLength}; remove it, or set \"forceAddress\": true to have it replaced"));
            }

            batch.DeleteAddress(device.Index, other.Address, other.PrefixLength);
            present.RemoveAt(i);
        }

        batch.AddAddress(device.Index, gateway, prefixLength, noDad: gateway.AddressFamily == AddressFamily.InterNetworkV6 && !request.EnableDad);
        // Its own address, set: a bridge made by somebody else would otherwise take another one with its next port.
        batch.SetMac(device.Index, device.Mac);
        try
        {
            node.Rtnl.Send(batch);
        }
        catch (NetlinkException e) when (e.Errno == Errno.EEXIST)
        {
            // Added meanwhile by something that knows nothing of the lock.
        }
        catch (NetlinkException e)
        {
            throw new NodeException($"failed to set bridge addr: could not add IP address to \"{device.Name}\": {Kernel.Reason(e)}", e);
        }

        // The next gateway may be in this one's way.
        present.Clear();
        present.AddRange(node.Rtnl.DumpAddresses(device.Index));
    }

    // As the reference: one IPv4 address, and IPv6 addresses whose subnets do not overlap.
    private static bool IsInTheWay(AddressInfo other, IPAddress gateway, int prefixLength) =>
        other.Address.AddressFamily == gateway.AddressFamily
        && (gateway.AddressFamily == AddressFamily.InterNetwork
            || Subnet.Contains(other.Address, other.PrefixLength, gateway)
            || Subnet.Contains(gateway, prefixLength, other.Address));
}
