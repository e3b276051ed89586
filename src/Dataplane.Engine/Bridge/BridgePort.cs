using Dataplane.Netlink;

namespace Dataplane.Engine;

/// <summary>A host veth as the port of a bridge.</summary>
internal static class BridgePort
{
    private const ushort DefaultVlan = 1;

    /// <summary>
    /// A port has no address: its bridge has. Without this the kernel gives it a link-local one, and routes, duplicate address
    /// detection and group reports with it, under the lock that every configuration takes: 2 ms of each ADD beside 4000 ports.
    /// Best effort, as long as the port is down.
    /// </summary>
    /// <param name="ifName">The port.</param>
    public static void DisableIpv6(string ifName) => ContainerInterface.TrySysctl("1", "net", "ipv6", "conf", ifName, "disable_ipv6");

    /// <summary>Adds the requests that set a port's flags, VLANs included.</summary>
    /// <param name="batch">Where they go.</param>
    /// <param name="node">The node.</param>
    /// <param name="ifIndex">Of the port.</param>
    /// <param name="hairpin">Frames may leave by the port they came from.</param>
    /// <param name="isolated">It reaches no other isolated port.</param>
    /// <param name="vlan">The access VLAN, or 0.</param>
    /// <param name="trunk">The tagged VLANs, or null.</param>
    /// <param name="preserveDefault">What VLANs the bridge put on the port stay.</param>
    public static void Configure(RtnlBatch batch, Node node, int ifIndex, bool hairpin, bool isolated, int vlan, IReadOnlyList<int>? trunk, bool preserveDefault)
    {
        // Both are off on a new port: what has the value already is not written.
        if (hairpin || isolated)
        {
            batch.SetBridgePort(ifIndex, hairpin, isolated);
        }

        bool trunked = trunk is { Count: > 0 };
        if (vlan == 0 && !trunked)
        {
            return;
        }

        if (!preserveDefault)
        {
            foreach (BridgeVlanInfo present in node.Rtnl.DumpBridgeVlans(ifIndex))
            {
                batch.DeleteBridgeVlan(ifIndex, present.VlanId);
            }
        }

        if (vlan != 0)
        {
            batch.AddBridgeVlan(ifIndex, (ushort)vlan, pvid: true, untagged: true);
        }
        else
        {
            batch.AddBridgeVlan(ifIndex, DefaultVlan, pvid: true, untagged: true);
        }

        for (int i = 0; trunked && i < trunk!.Count; i++)
        {
            batch.AddBridgeVlan(ifIndex, (ushort)trunk[i], pvid: false, untagged: false);
        }
    }
}
