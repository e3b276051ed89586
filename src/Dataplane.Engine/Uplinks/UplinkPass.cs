using System.Net;
using Dataplane.Abi;
using Dataplane.Bpf;
using Dataplane.Interop;
using Dataplane.Netlink;

namespace Dataplane.Engine;

/// <summary>
/// Compares devices with their rows. A pass that only looks needs no lock; one that changes something holds the lock of the uplinks and has
/// read the rows under it.
/// </summary>
/// <param name="node">The node.</param>
/// <param name="patterns">What is an uplink instead of what the routes say; empty: nothing.</param>
/// <param name="log">What is told.</param>
internal sealed class UplinkPass(Node node, IReadOnlyList<string> patterns, ILog log)
{
    /// <summary>The loopback device has this index in every namespace.</summary>
    public const int LoopbackIndex = 1;

    private const ushort ARPHRD_ETHER = 1;
    private const ushort ARPHRD_LOOPBACK = 772;
    private const uint IFF_LOOPBACK = 8;
    private const int E2BIG = 7;

    private readonly NodePrograms _programs = node.Programs;
    private readonly LocalAddressTable _addresses = new(node.Programs);

    /// <summary>Looks at the loopback device: for its addresses alone.</summary>
    public void VisitLoopback() => _addresses.Set(LoopbackIndex, node.Rtnl.DumpAddresses(LoopbackIndex));

    /// <summary>Looks at a device that has a row.</summary>
    /// <param name="ifIndex">The device.</param>
    /// <param name="row">Its row.</param>
    /// <param name="change">Make its row and its programs what they should be.</param>
    /// <returns>Whether they were not.</returns>
    public bool Visit(int ifIndex, DeviceRow row, bool change)
    {
        if ((row.Flags & DeviceFlags.Domain) != 0)
        {
            return false;
        }

        DeviceSurvey survey = DeviceSurvey.Take(node.Rtnl, ifIndex);
        _addresses.Set(ifIndex, survey.Addresses);
        bool wasUplink = (row.Flags & DeviceFlags.Uplink) != 0;
        bool isUplink = survey.IsGone ? false
            : patterns.Count > 0 ? node.Rtnl.FindLink(ifIndex) is { } named && DeviceGlob.MatchesAny(patterns, named.Name)
            : survey.Reason != UplinkReason.NoRoute || (survey.IsDown && wasUplink);
        if (isUplink && !wasUplink)
        {
            // Rare enough for the question that waits for the RTNL lock.
            return node.Rtnl.FindLink(ifIndex) is { } link && Reason(patterns, link, survey) <= UplinkReason.Route
                && Settle(ifIndex, link, row, survey, isUplink: true, change);
        }

        return Settle(ifIndex, null, row, survey, isUplink, change);
    }

    /// <summary>Looks at a device without a row. Only under the lock: whatever is found is written.</summary>
    /// <param name="link">The device.</param>
    public void VisitNew(LinkInfo link)
    {
        if (link.Index == LoopbackIndex)
        {
            VisitLoopback();
            return;
        }

        DeviceSurvey survey = DeviceSurvey.Take(node.Rtnl, link.Index);
        if (survey.IsGone)
        {
            return;
        }

        _addresses.Set(link.Index, survey.Addresses);
        bool isUplink = Reason(patterns, link, survey) <= UplinkReason.Route;
        if (isUplink || !IsOfAnotherNamespace(link))
        {
            Settle(link.Index, link, null, survey, isUplink, change: true);
        }
    }

    /// <summary>
    /// Looks at a device with a row as if it had none: it may have been renamed, have become a port or have lost its programs.
    /// </summary>
    public void VisitAnew(LinkInfo link, DeviceRow row)
    {
        if ((row.Flags & DeviceFlags.Domain) != 0)
        {
            return;
        }

        DeviceSurvey survey = DeviceSurvey.Take(node.Rtnl, link.Index);
        bool wasUplink = (row.Flags & DeviceFlags.Uplink) != 0;
        UplinkReason reason = Reason(patterns, link, survey);
        bool isUplink = reason <= UplinkReason.Route || (reason == UplinkReason.NoRoute && survey.IsDown && wasUplink);
        Settle(link.Index, link, row, survey, isUplink, change: true);
        if (isUplink && wasUplink && UplinkPrograms.Hook(node, _programs, link.Index).Length == 0)
        {
            UplinkPrograms.Attach(node, _programs, link.Index);
            log.Info($"{link.Name}: the programs were missing");
        }
    }

    /// <summary>Why a device is an uplink or none.</summary>
    public static UplinkReason Reason(IReadOnlyList<string> patterns, LinkInfo link, DeviceSurvey survey) =>
        (link.Flags & IFF_LOOPBACK) != 0 ? UplinkReason.Loopback
        : link.MasterKind == "bridge" ? UplinkReason.Port
        : patterns.Count == 0 ? survey.Reason
        : DeviceGlob.MatchesAny(patterns, link.Name) ? UplinkReason.Configured
        : UplinkReason.NotConfigured;

    /// <summary>
    /// The host end of a veth that leads elsewhere: most likely a container of another plugin. Without a row it costs later ADDs nothing.
    /// </summary>
    private static bool IsOfAnotherNamespace(LinkInfo link) => link is { Kind: "veth", PeerNetnsId: not null };

    private bool Settle(int ifIndex, LinkInfo? link, DeviceRow? row, DeviceSurvey survey, bool isUplink, bool change)
    {
        if (survey.IsGone)
        {
            if (change)
            {
                _ = _programs.Devices.Delete((uint)ifIndex);
                log.Debug(string.Concat("device ", ifIndex.ToString(System.Globalization.CultureInfo.InvariantCulture), " is gone"));
            }

            return true;
        }

        DeviceRow before = row ?? default, after = Wanted(before, link, survey, isUplink);
        if (row is not null && IsSame(before, after))
        {
            return false;
        }

        if (change)
        {
            Change(ifIndex, before, after, survey);
        }

        return true;
    }

    private static DeviceRow Wanted(DeviceRow before, LinkInfo? link, DeviceSurvey survey, bool isUplink)
    {
        DeviceFlags l3 = link is null ? before.Flags & DeviceFlags.L3
            : link.HardwareType is ARPHRD_ETHER or ARPHRD_LOOPBACK ? DeviceFlags.None : DeviceFlags.L3;
        var wanted = new DeviceRow { Flags = l3, Generation = before.Generation };
        if (!isUplink)
        {
            return wanted;
        }

        wanted.Flags |= DeviceFlags.Uplink;
        if (survey.IsDown && (before.Flags & DeviceFlags.Uplink) != 0)
        {
            // What its routes said before it went down is what they will say.
            wanted.Source4 = before.Source4;
            wanted.Source6 = before.Source6;
            return wanted;
        }

        survey.Source4?.TryWriteBytes(wanted.Source4, out _);
        survey.Source6?.TryWriteBytes(wanted.Source6, out _);
        return wanted;
    }

    private void Change(int ifIndex, DeviceRow before, DeviceRow after, DeviceSurvey survey)
    {
        bool wasUplink = (before.Flags & DeviceFlags.Uplink) != 0, isUplink = (after.Flags & DeviceFlags.Uplink) != 0;
        if (isUplink && !wasUplink)
        {
            // The flag comes last: a row that has it means programs that run, also when this process is killed in between.
            after.Generation = _programs.NextGeneration();
            DeviceRow prepared = after;
            prepared.Flags &= ~DeviceFlags.Uplink;
            Write(ifIndex, prepared);
            UplinkPrograms.Attach(node, _programs, ifIndex);
            log.Info($"device {ifIndex} is an uplink: {survey.Reason}, {survey.Source4} {survey.Source6}");
        }

        Write(ifIndex, after);
        if (wasUplink && !isUplink)
        {
            UplinkPrograms.Detach(node, ifIndex);
            log.Info($"device {ifIndex} is no uplink any more: {survey.Reason}");
        }
    }

    private void Write(int ifIndex, DeviceRow row)
    {
        try
        {
            _programs.Devices.Update((uint)ifIndex, row);
        }
        catch (LinuxException e) when (e.Errno == E2BIG && (row.Flags & DeviceFlags.Uplink) == 0)
        {
            log.Warn($"the map of devices is full; device {ifIndex} is looked at again by \"dpctl uplinks refresh\" only");
        }
    }

    private static bool IsSame(DeviceRow one, DeviceRow other) =>
        one.Flags == other.Flags && ((ReadOnlySpan<byte>)one.Source4).SequenceEqual(other.Source4) && ((ReadOnlySpan<byte>)one.Source6).SequenceEqual(other.Source6);
}
