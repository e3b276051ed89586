using Dataplane.TestKit;
using Xunit;

namespace Dataplane.Conformance.Tests;

/// <summary>Each table of cases is a class, so that they run side by side; every case has nodes of its own.</summary>
public abstract class CaseTable(IEnumerable<Case> cases)
{
    protected const Needs What = Needs.Namespaces | Needs.ReferencePlugins | Needs.OurPlugins;

    protected static IEnumerable<object[]> Names(IEnumerable<Case> cases) => cases.Select(static given => new object[] { given.Name });

    protected void Run(string name) => CaseComparison.Assert(cases.Single(given => given.Name == name));
}

public sealed class BridgeConformance() : CaseTable(BridgeCases.All)
{
    public static IEnumerable<object[]> Cases => Names(BridgeCases.All);

    [NeedsTheory(What), MemberData(nameof(Cases))]
    public void Ours_does_what_the_reference_does(string name) => Run(name);
}

public sealed class BridgeVlanConformance() : CaseTable(BridgeCases.Vlan)
{
    public static IEnumerable<object[]> Cases => Names(BridgeCases.Vlan);

    [NeedsTheory(What | Needs.BridgeVlanFiltering), MemberData(nameof(Cases))]
    public void Ours_does_what_the_reference_does(string name) => Run(name);
}

public sealed class PtpAndLoopbackConformance() : CaseTable(PtpCases.All)
{
    public static IEnumerable<object[]> Cases => Names(PtpCases.All);

    [NeedsTheory(What), MemberData(nameof(Cases))]
    public void Ours_does_what_the_reference_does(string name) => Run(name);
}

public sealed class MacvlanConformance() : CaseTable(MacvlanCases.All)
{
    public static IEnumerable<object[]> Cases => Names(MacvlanCases.All);

    [NeedsTheory(What | Needs.Macvlan), MemberData(nameof(Cases))]
    public void Ours_does_what_the_reference_does(string name) => Run(name);
}

public sealed class HostDeviceConformance() : CaseTable(HostDeviceCases.All)
{
    public static IEnumerable<object[]> Cases => Names(HostDeviceCases.All);

    [NeedsTheory(What | Needs.Tun), MemberData(nameof(Cases))]
    public void Ours_does_what_the_reference_does(string name) => Run(name);
}

public sealed class TapConformance() : CaseTable(TapCases.All)
{
    public static IEnumerable<object[]> Cases => Names(TapCases.All);

    [NeedsTheory(What | Needs.Tun), MemberData(nameof(Cases))]
    public void Ours_does_what_the_reference_does(string name) => Run(name);
}

public sealed class PortmapConformance() : CaseTable(PortmapCases.All)
{
    public static IEnumerable<object[]> Cases => Names(PortmapCases.All);

    [NeedsTheory(What | Needs.Iptables | Needs.Ip6tables), MemberData(nameof(Cases))]
    public void Ours_does_what_the_reference_does(string name) => Run(name);
}

public sealed class BandwidthConformance() : CaseTable(BandwidthCases.All)
{
    public static IEnumerable<object[]> Cases => Names(BandwidthCases.All);

    [NeedsTheory(What), MemberData(nameof(Cases))]
    public void Ours_does_what_the_reference_does(string name) => Run(name);
}

public sealed class HostLocalConformance() : CaseTable(HostLocalCases.All)
{
    public static IEnumerable<object[]> Cases => Names(HostLocalCases.All);

    [NeedsTheory(What), MemberData(nameof(Cases))]
    public void Ours_does_what_the_reference_does(string name) => Run(name);
}

public sealed class StaticConformance() : CaseTable(StaticCases.All)
{
    public static IEnumerable<object[]> Cases => Names(StaticCases.All);

    [NeedsTheory(What), MemberData(nameof(Cases))]
    public void Ours_does_what_the_reference_does(string name) => Run(name);
}

public sealed class DhcpConformance() : CaseTable(DhcpCases.All)
{
    public static IEnumerable<object[]> Cases => Names(DhcpCases.All);

    [NeedsTheory(What | Needs.Dnsmasq | Needs.Macvlan), MemberData(nameof(Cases))]
    public void Ours_does_what_the_reference_does(string name) => Run(name);
}

public sealed class TuningConformance() : CaseTable(TuningCases.All)
{
    public static IEnumerable<object[]> Cases => Names(TuningCases.All);

    [NeedsTheory(What), MemberData(nameof(Cases))]
    public void Ours_does_what_the_reference_does(string name) => Run(name);
}

public sealed class SbrConformance() : CaseTable(SbrCases.All)
{
    public static IEnumerable<object[]> Cases => Names(SbrCases.All);

    [NeedsTheory(What), MemberData(nameof(Cases))]
    public void Ours_does_what_the_reference_does(string name) => Run(name);
}

public sealed class VrfConformance() : CaseTable(VrfCases.All)
{
    public static IEnumerable<object[]> Cases => Names(VrfCases.All);

    [NeedsTheory(What), MemberData(nameof(Cases))]
    public void Ours_does_what_the_reference_does(string name) => Run(name);
}

public sealed class FlannelConformance() : CaseTable(FlannelCases.All)
{
    public static IEnumerable<object[]> Cases => Names(FlannelCases.All);

    [NeedsTheory(What), MemberData(nameof(Cases))]
    public void Ours_does_what_the_reference_does(string name) => Run(name);
}

public sealed class DebugConformance() : CaseTable(DebugCases.All)
{
    public static IEnumerable<object[]> Cases => Names(DebugCases.All);

    [NeedsTheory(What), MemberData(nameof(Cases))]
    public void Ours_does_what_the_reference_does(string name) => Run(name);
}

public sealed class ProtocolConformance() : CaseTable(ProtocolCases.All)
{
    public static IEnumerable<object[]> Cases => Names(ProtocolCases.All);

    [NeedsTheory(What), MemberData(nameof(Cases))]
    public void Ours_does_what_the_reference_does(string name) => Run(name);
}

public sealed class MixedConformance() : CaseTable(MixedCases.All)
{
    public static IEnumerable<object[]> Cases => Names(MixedCases.All);

    [NeedsTheory(What), MemberData(nameof(Cases))]
    public void Ours_does_what_the_reference_does(string name) => Run(name);
}

public sealed class FirewallConformance() : CaseTable(FirewallCases.All)
{
    public static IEnumerable<object[]> Cases => Names(FirewallCases.All);

    [NeedsTheory(What | Needs.Iptables | Needs.Ip6tables | Needs.Ping), MemberData(nameof(Cases))]
    public void Ours_does_what_the_reference_does(string name) => Run(name);
}
