using System.Net;
using System.Net.Sockets;
using Dataplane.Abi;
using Dataplane.Bpf;
using Dataplane.Interop;
using Dataplane.Netlink;

namespace Dataplane.Engine;

/// <summary>
/// The devices by which containers' packets leave the node, found by route, with the programs that translate there. Every ADD looks at those
/// that are known and at those that are new since the last one; what it costs does not depend on how many containers there are.
/// </summary>
public static class Uplinks
{
    internal const string LockName = "uplinks";

    // So many new devices are looked at one by one, of more all are listed once.
    private const uint MostNew = 256;
    private static readonly IPAddress s_anywhere4 = new([128, 66, 0, 1]);
    private static readonly IPAddress s_anywhere6 = new([0x20, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1]);

    /// <summary>
    /// Makes the node's uplinks what its routes and addresses are now. For an ADD: it looks at the devices that have a row, at those
    /// that were made since the last ADD, and at the ones by which default routes leave.
    /// </summary>
    /// <param name="node">The node.</param>
    /// <param name="own">Interface index of the host end of the container's own veth, which is the newest device.</param>
    /// <param name="log">What is told.</param>
    /// <param name="patterns">The configuration's "uplinks", which hold for the node from now on; null: it has none.</param>
    /// <exception cref="NodeException">The programs cannot be attached to an uplink.</exception>
    public static void Keep(Node node, int own, ILog log, IReadOnlyList<string>? patterns = null)
    {
        ArgumentNullException.ThrowIfNull(node);
        IReadOnlyList<string> known = UplinkOverride.Read(node.Run);
        bool isNewChoice = patterns is not null && !UplinkOverride.IsSame(known, patterns);
        IReadOnlyList<string> chosen = patterns ?? known;
        uint examined = node.Programs.Row.Examined;
        List<int> unknown = Unknown(node, examined, own);
        bool all = examined == 0 || isNewChoice || own > examined + MostNew;
        if (!isNewChoice && !all && unknown.Count == 0 && !VisitKnown(node, new UplinkPass(node, chosen, log), change: false))
        {
            node.Programs.NoteExamined((uint)own);
            return;
        }

        using (node.Run.Lock(LockName))
        {
            if (isNewChoice)
            {
                UplinkOverride.Write(node.Run, chosen);
            }

            var pass = new UplinkPass(node, chosen, log);
            VisitKnown(node, pass, change: true);
            if (all)
            {
                VisitAll(node, pass, own);
            }

            foreach (int ifIndex in unknown)
            {
                if (node.Rtnl.FindLink(ifIndex) is { } link && !node.Programs.Devices.TryLookup((uint)ifIndex, out _))
                {
                    pass.VisitNew(link);
                }
            }
        }

        node.Programs.NoteExamined((uint)own);
    }

    /// <summary>
    /// What an ADD of a routed or masqueraded network does: the gateways on the container's link are addresses of the node, and the uplinks are
    /// kept. Where nothing is masqueraded, an uplink that refuses the programs costs the short cut out of the node and nothing else.
    /// </summary>
    /// <param name="node">The node.</param>
    /// <param name="own">Interface index of the host end of the container's own veth.</param>
    /// <param name="domain">The device that has the gateways' addresses; 0: none of the node's.</param>
    /// <param name="plan">The container's addresses.</param>
    /// <param name="options">How it is treated.</param>
    /// <param name="log">What is told.</param>
    internal static void KeepForAdd(Node node, int own, int domain, AddressPlan plan, EndpointOptions options, ILog log)
    {
        foreach (PlannedAddress address in plan.Addresses)
        {
            if (domain != 0 && address.Gateway is { } gateway)
            {
                LocalAddressTable.Add(node.Programs, domain, gateway);
            }
        }

        try
        {
            Keep(node, own, log, options.Uplinks);
        }
        catch (NodeException e) when (options.Masquerade is null)
        {
            log.Warn(e.Message);
        }
    }

    /// <summary>
    /// Looks at every device anew, as an ADD does not: what was renamed, became a port or left one, and what lost its programs.
    /// </summary>
    /// <param name="node">The node; its programs are loaded if they are not.</param>
    /// <param name="log">What is told.</param>
    /// <returns>The devices afterwards, as <see cref="List"/> gives them.</returns>
    /// <exception cref="NodeException">The programs cannot be loaded, or not be attached to an uplink.</exception>
    public static List<UplinkDevice> Refresh(Node node, ILog log)
    {
        ArgumentNullException.ThrowIfNull(node);
        NodePrograms programs = node.Programs;
        using (node.Run.Lock(LockName))
        {
            programs.RequireLoaded();
            var pass = new UplinkPass(node, UplinkOverride.Read(node.Run), log);
            var links = new Dictionary<uint, LinkInfo>();
            foreach (LinkInfo link in node.Rtnl.DumpLinks())
            {
                links[(uint)link.Index] = link;
            }

            foreach ((uint ifIndex, DeviceRow row) in programs.Devices.Entries())
            {
                if (!links.TryGetValue(ifIndex, out LinkInfo? link))
                {
                    _ = programs.Devices.Delete(ifIndex);
                }
                else
                {
                    pass.VisitAnew(link, row);
                }
            }

            VisitAll(node, pass, own: 0);
            new LocalAddressTable(programs).RemoveAllBut(node.Rtnl.DumpAddresses());
        }

        return List(node);
    }

    /// <summary>Every device that is no container's, as it is now. Changes nothing.</summary>
    /// <param name="node">The node.</param>
    /// <returns>By interface index; without a row where the programs are not pinned.</returns>
    public static List<UplinkDevice> List(Node node)
    {
        ArgumentNullException.ThrowIfNull(node);
        return new UplinkList(node, UplinkOverride.Read(node.Run)).Read();
    }

    /// <summary>The patterns that say what an uplink is instead of the routes; empty: none.</summary>
    /// <param name="node">The node.</param>
    public static IReadOnlyList<string> Patterns(Node node)
    {
        ArgumentNullException.ThrowIfNull(node);
        return UplinkOverride.Read(node.Run);
    }

    /// <summary>Throws unless this node's programs run on every uplink.</summary>
    /// <param name="node">The node.</param>
    /// <exception cref="NodeException">One does not run them.</exception>
    public static void Verify(Node node)
    {
        ArgumentNullException.ThrowIfNull(node);
        if (node.TryPinned() is not { } programs)
        {
            return;
        }

        foreach ((uint ifIndex, DeviceRow row) in programs.Devices.Entries())
        {
            if ((row.Flags & DeviceFlags.Uplink) != 0 && node.Rtnl.FindLink((int)ifIndex) is { } link
                && UplinkPrograms.Hook(node, programs, link.Index).Length == 0)
            {
                throw new NodeException($"the uplink {link.Name} does not run the node's programs; \"dpctl uplinks refresh\" attaches them");
            }
        }
    }

    /// <summary>
    /// Says that containers' addresses are on a device's link, a bridge that is their gateway: it is no uplink from now on, whatever routes it has.
    /// Before it gets an address.
    /// </summary>
    /// <param name="node">The node.</param>
    /// <param name="ifIndex">The device.</param>
    public static void MarkDomain(Node node, int ifIndex)
    {
        ArgumentNullException.ThrowIfNull(node);
        NodePrograms programs = node.Programs;
        if (programs.Devices.TryLookup((uint)ifIndex, out DeviceRow row) && (row.Flags & DeviceFlags.Domain) != 0)
        {
            return;
        }

        using LockedFile changes = node.Run.Lock(LockName);
        ForgetDomains(node, programs);
        bool wasUplink = programs.Devices.TryLookup((uint)ifIndex, out row) && (row.Flags & DeviceFlags.Uplink) != 0;
        programs.Devices.Update((uint)ifIndex, new DeviceRow { Flags = (row.Flags & DeviceFlags.L3) | DeviceFlags.Domain, Generation = row.Generation });
        if (wasUplink)
        {
            UplinkPrograms.Detach(node, ifIndex);
        }
    }

    /// <summary>
    /// As <see cref="MarkDomain"/>, for the bridge of a container that a plugin of somebody else attached: unless the node's own way out leads
    /// over that bridge.
    /// </summary>
    internal static void MarkForeignDomain(Node node, int ifIndex)
    {
        foreach (IPAddress anywhere in (ReadOnlySpan<IPAddress>)[s_anywhere4, s_anywhere6])
        {
            if (node.Rtnl.GetRoute(new RouteQuery { Destination = anywhere }, out _) is { } route && route.OutIfIndex == ifIndex)
            {
                return;
            }
        }

        MarkDomain(node, ifIndex);
    }

    /// <summary>Gives the uplinks the programs of this build.</summary>
    internal static void ReplaceAll(Node node, NodePrograms programs)
    {
        foreach ((uint ifIndex, DeviceRow row) in programs.Devices.Entries())
        {
            if ((row.Flags & DeviceFlags.Uplink) == 0)
            {
                continue;
            }

            try
            {
                UplinkPrograms.Attach(node, programs, (int)ifIndex);
            }
            catch (NodeException)
            {
                // The programs of the build before go on there, with the same maps; CHECK says so.
            }
        }
    }

    private static bool VisitKnown(Node node, UplinkPass pass, bool change)
    {
        pass.VisitLoopback();
        bool differs = false;
        foreach ((uint ifIndex, DeviceRow row) in node.Programs.Devices.Entries())
        {
            differs |= pass.Visit((int)ifIndex, row, change);
        }

        return differs;
    }

    private static void VisitAll(Node node, UplinkPass pass, int own)
    {
        var containers = new HashSet<uint>();
        foreach ((uint ifIndex, Endpoint _) in node.Programs.Endpoints.Entries())
        {
            containers.Add(ifIndex);
        }

        foreach (LinkInfo link in node.Rtnl.DumpLinks())
        {
            if (link.Index != own && !containers.Contains((uint)link.Index) && !node.Programs.Devices.TryLookup((uint)link.Index, out _))
            {
                pass.VisitNew(link);
            }
        }
    }

    /// <summary>Devices without a row that may be uplinks: made since the last ADD, or the way of a default route.</summary>
    private static List<int> Unknown(Node node, uint examined, int own)
    {
        List<int> unknown = [];
        for (uint i = examined + 1; examined != 0 && i < own && own <= examined + MostNew; i++)
        {
            // A container's veth that another ADD made meanwhile has its row, or is made this moment: it is a port, or leads elsewhere.
            if (node.Rtnl.HasLink((int)i) && !node.Programs.Endpoints.TryLookup(i, out _) && !node.Programs.Devices.TryLookup(i, out _))
            {
                unknown.Add((int)i);
            }
        }

        foreach (IPAddress anywhere in (ReadOnlySpan<IPAddress>)[s_anywhere4, s_anywhere6])
        {
            if (node.Rtnl.GetRoute(new RouteQuery { Destination = anywhere }, out _) is { OutIfIndex: > UplinkPass.LoopbackIndex and int device }
                && !unknown.Contains(device)
                && !node.Programs.Devices.TryLookup((uint)device, out _)
                && !node.Programs.Endpoints.TryLookup((uint)device, out _))
            {
                unknown.Add(device);
            }
        }

        return unknown;
    }

    // A node whose networks come and go would fill the map with bridges that are no more.
    private static void ForgetDomains(Node node, NodePrograms programs)
    {
        foreach ((uint ifIndex, DeviceRow row) in programs.Devices.Entries())
        {
            if ((row.Flags & DeviceFlags.Domain) != 0 && !node.Rtnl.HasLink((int)ifIndex))
            {
                _ = programs.Devices.Delete(ifIndex);
            }
        }
    }
}
