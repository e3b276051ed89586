using Dataplane.Cli.Output;
using Dataplane.Cli.Readers;
using Dataplane.Cli.Rows;

namespace Dataplane.Cli.Doctor;

/// <summary>Do the devices towards the outside run our programs, and is what is known of them still so.</summary>
internal static class UplinkChecks
{
    private const string Area = "uplinks";
    private const string Remedy = "'dpctl uplinks refresh', or the next ADD,";

    /// <summary>Looks at a node.</summary>
    public static IEnumerable<Finding> Run(NodeView node) => node.IsPresent
        ? [.. Of(node.Uplinks, node.Endpoints.Values.Count(e => e.Flags.HasFlag(Abi.EndpointFlags.Masquerade))), .. ReversePath(node)]
        : [];

    /// <summary>Compares rows and devices.</summary>
    /// <param name="devices">Of the node.</param>
    /// <param name="masqueraded">Endpoints that leave the node under its address.</param>
    public static IReadOnlyList<Finding> Of(IReadOnlyList<UplinkRow> devices, int masqueraded)
    {
        var findings = new List<Finding>();
        int healthy = 0;
        foreach (UplinkRow device in devices)
        {
            if (device.Device.Length == 0)
            {
                findings.Add(new Finding(Area, $"device {device.Ifindex}", Verdict.Warning, $"is a row of a device that is gone; {Remedy} removes it"));
            }
            else if (device.Role == UplinkRoleNames.Uplink && device.Hook.Length == 0)
            {
                findings.Add(new Finding(Area, device.Device, Verdict.Broken,
                    "does not run the node's to_uplink and from_uplink: something removed or replaced them; 'dpctl uplinks refresh' attaches them"));
            }
            else if (device.Role == UplinkRoleNames.Uplink && !device.ShouldBeUplink)
            {
                findings.Add(new Finding(Area, device.Device, Verdict.Warning, $"is an uplink, but {device.Reason}; {Remedy} changes that"));
            }
            else if (device.Role != UplinkRoleNames.Uplink && device.ShouldBeUplink)
            {
                findings.Add(new Finding(Area, device.Device, Verdict.Warning,
                    $"is no uplink yet, but {device.Reason}: what leaves by it is not translated; {Remedy} makes it one"));
            }
            else if (device.Role == UplinkRoleNames.Uplink)
            {
                healthy++;
            }
        }

        if (healthy > 0)
        {
            findings.Add(new Finding(Area, "to_uplink, from_uplink", Verdict.Ok, $"run on {Humanize.Count(healthy, "uplink")}"));
        }
        else if (findings.Count == 0)
        {
            findings.Add(masqueraded == 0
                ? new Finding(Area, "uplinks", Verdict.Ok, "are absent: no endpoint is masqueraded")
                : new Finding(Area, "uplinks", Verdict.Warning, $"are absent, but {Humanize.Count(masqueraded, "endpoint")} should be masqueraded: no route leads out of the node"));
        }

        return findings;
    }

    /// <summary>
    /// rp_filter 1 on one of several uplinks drops answers that come in by another than their route back (ip-sysctl.rst). What counts
    /// is the larger of "all" and the device's.
    /// </summary>
    public static IEnumerable<Finding> ReversePath(IReadOnlyList<(string Device, string? Value)> uplinks, string? all)
    {
        if (uplinks.Count < 2)
        {
            yield break;
        }

        foreach ((string device, string? value) in uplinks)
        {
            if (Math.Max(Number(value), Number(all)) == 1)
            {
                yield return new Finding("sysctl", $"net.ipv4.conf.{device}.rp_filter", Verdict.Warning,
                    $"is strict and there are {uplinks.Count} uplinks: answers that come in by another uplink than their route back are dropped; set 2 (loose) unless routing is symmetric");
            }
        }
    }

    private static IEnumerable<Finding> ReversePath(NodeView node) => ReversePath(
        [.. node.Uplinks.Where(u => u.Role == UplinkRoleNames.Uplink && u.Device.Length > 0).Select(u => (u.Device, node.Sysctl("net", "ipv4", "conf", u.Device, "rp_filter")))],
        node.Sysctl("net", "ipv4", "conf", "all", "rp_filter"));

    private static int Number(string? value) => int.TryParse(value, out int number) ? number : 0;
}
