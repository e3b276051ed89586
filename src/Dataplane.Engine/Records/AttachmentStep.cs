using System.Globalization;
using System.Net;
using Dataplane.Abi;

namespace Dataplane.Engine;

/// <summary>One line of an attachment's record: a step that was about to be taken.</summary>
/// <param name="Kind">Which step.</param>
/// <param name="Name">Of the host veth (veth) or of the IPAM plugin (ipam), the kind (device), the device (moved), the path (sysctl), "unshaped" or "shaped" (limit's subnet), else empty.</param>
/// <param name="Mac">Of the host veth or the device as text, else empty.</param>
/// <param name="Index">The interface index the row is for: of the host veth, of the domain (address) or of the container's device (podqueue).</param>
/// <param name="Generation">Of the endpoint.</param>
/// <param name="Address">The address, or null.</param>
/// <param name="Length">Bits of the prefix (exclusion, limit's subnet).</param>
public sealed record AttachmentStep(
    StepKind Kind, string Name = "", string Mac = "", int Index = 0, uint Generation = 0, IPAddress? Address = null, int Length = 0)
{
    /// <summary>Of a host port.</summary>
    public TransportProtocol Protocol { get; init; }

    /// <summary>Of a host port: the node's, in host byte order.</summary>
    public ushort Port { get; init; }

    /// <summary>Of a limit: which way.</summary>
    public LimitDirection Direction { get; init; }

    /// <summary>Of a limit: as the configuration has it; null: an operator took it away.</summary>
    public BandwidthLimit? Limit { get; init; }

    /// <summary>Of a limit: the engine that is asked for.</summary>
    public ShaperChoice Shaper { get; init; }

    /// <summary>Of a container's own device: the cookie of its namespace.</summary>
    public ulong Cookie { get; init; }

    /// <summary>Of a device of the host: it was up.</summary>
    public bool IsUp { get; init; }

    /// <summary>Of a sysctl: what it was before.</summary>
    public string Value { get; init; } = "";

    /// <summary>The ADD succeeded.</summary>
    public static AttachmentStep Done { get; } = new(StepKind.Done);

    /// <summary>A veth pair is about to be made.</summary>
    /// <param name="hostName">Of its host end.</param>
    /// <param name="hostMac">Of its host end; it tells ours from another device that got the name later.</param>
    public static AttachmentStep Veth(string hostName, string hostMac) => new(StepKind.Veth, hostName, hostMac);

    /// <summary>Addresses are about to be asked for.</summary>
    /// <param name="type">The IPAM plugin.</param>
    public static AttachmentStep Ipam(string type) => new(StepKind.Ipam, type);

    /// <summary>The endpoint's row is about to be written.</summary>
    /// <param name="ifIndex">Of the host veth.</param>
    /// <param name="generation">Of the endpoint.</param>
    public static AttachmentStep Endpoint(int ifIndex, uint generation) => new(StepKind.Endpoint, Index: ifIndex, Generation: generation);

    /// <summary>An address's row is about to be written.</summary>
    /// <param name="domain">The interface index of the device whose link the address is on.</param>
    /// <param name="generation">Of the endpoint.</param>
    /// <param name="address">The address.</param>
    public static AttachmentStep AddressRow(int domain, uint generation, IPAddress address) =>
        new(StepKind.Address, Index: domain, Generation: generation, Address: address);

    /// <summary>The programs are about to be attached to a device that a foreign plugin made.</summary>
    /// <param name="ifIndex">Of the host veth.</param>
    public static AttachmentStep Filters(int ifIndex) => new(StepKind.Filters, Index: ifIndex);

    /// <summary>A host port's row is about to be written.</summary>
    /// <param name="ifIndex">Of the host veth.</param>
    /// <param name="generation">Of the endpoint.</param>
    /// <param name="address">The node's address; unspecified: every one of its family.</param>
    /// <param name="protocol">The protocol.</param>
    /// <param name="port">The node's port.</param>
    public static AttachmentStep HostPort(int ifIndex, uint generation, IPAddress address, TransportProtocol protocol, ushort port) =>
        new(StepKind.HostPort, Index: ifIndex, Generation: generation, Address: address) { Protocol = protocol, Port = port };

    /// <summary>Rows of a destination that is not masqueraded to are about to be written.</summary>
    /// <param name="ifIndex">Of the host veth.</param>
    /// <param name="generation">Of the endpoint.</param>
    /// <param name="prefix">The destination.</param>
    public static AttachmentStep Exclusion(int ifIndex, uint generation, AddressPrefix prefix) =>
        new(StepKind.Exclusion, Index: ifIndex, Generation: generation, Address: prefix.Address, Length: prefix.Length);

    /// <summary>The root qdisc of a host veth is about to be made.</summary>
    /// <param name="ifIndex">Of the host veth.</param>
    /// <param name="generation">Of the endpoint.</param>
    public static AttachmentStep Queue(int ifIndex, uint generation) => new(StepKind.Queue, Index: ifIndex, Generation: generation);

    /// <summary>Root qdisc, program and row of a container's own device are about to be made.</summary>
    /// <param name="ifIndex">Of the container's device, in its namespace.</param>
    /// <param name="generation">Of the endpoint.</param>
    /// <param name="cookie">Of the container's namespace.</param>
    public static AttachmentStep PodQueue(int ifIndex, uint generation, ulong cookie) =>
        new(StepKind.PodQueue, Index: ifIndex, Generation: generation) { Cookie = cookie };

    /// <summary>The rows of a limit are about to be written, or removed.</summary>
    /// <param name="endpoint">Host veth and generation.</param>
    /// <param name="direction">Which way.</param>
    /// <param name="limit">As the configuration has it; null: there is none any more.</param>
    /// <param name="shaper">The engine that is asked for.</param>
    public static AttachmentStep LimitRow(FlowSide endpoint, LimitDirection direction, BandwidthLimit? limit, ShaperChoice shaper) =>
        new(StepKind.Limit, Index: (int)endpoint.Ifindex, Generation: endpoint.Generation) { Direction = direction, Limit = limit, Shaper = shaper };

    /// <summary>Rows of a peer that limits are not for, or are only for, are about to be written.</summary>
    /// <param name="endpoint">Host veth and generation.</param>
    /// <param name="shaped">Limits are only for it.</param>
    /// <param name="prefix">The peers.</param>
    public static AttachmentStep LimitSubnet(FlowSide endpoint, bool shaped, AddressPrefix prefix) =>
        new(StepKind.LimitSubnet, shaped ? LimitSteps.Shaped : LimitSteps.Unshaped, Index: (int)endpoint.Ifindex, Generation: endpoint.Generation,
            Address: prefix.Address, Length: prefix.Length);

    /// <summary>An endpoint is about to get a policy.</summary>
    /// <param name="endpoint">Host veth and generation.</param>
    /// <param name="flags">Its flags.</param>
    public static AttachmentStep Firewall(FlowSide endpoint, EndpointFlags flags) =>
        new(StepKind.Firewall, FirewallSteps.Words(flags), Index: (int)endpoint.Ifindex, Generation: endpoint.Generation);

    /// <summary>An address is about to be given to a zone of firewalld.</summary>
    /// <param name="zone">The zone.</param>
    /// <param name="address">The address.</param>
    public static AttachmentStep Zone(string zone, IPAddress address) => new(StepKind.Zone, zone, Address: address);

    /// <summary>A device is about to be made in a container.</summary>
    /// <param name="kind">"macvlan".</param>
    /// <param name="cookie">Of the container's namespace.</param>
    /// <param name="mac">Chosen for it; empty: the kernel's choice.</param>
    public static AttachmentStep Device(string kind, ulong cookie, string mac) => new(StepKind.Device, kind, mac) { Cookie = cookie };

    /// <summary>A device of the host is about to be moved into a container.</summary>
    /// <param name="name">Its name on the host.</param>
    /// <param name="cookie">Of the container's namespace.</param>
    /// <param name="isUp">Whether it was up.</param>
    public static AttachmentStep Moved(string name, ulong cookie, bool isUp) => new(StepKind.Moved, name) { Cookie = cookie, IsUp = isUp };

    /// <summary>A sysctl of a container is about to be written.</summary>
    /// <param name="before">Which, and what it is.</param>
    /// <param name="cookie">Of the container's namespace.</param>
    public static AttachmentStep Sysctl(SysctlSetting before, ulong cookie) =>
        new(StepKind.Sysctl, before.Name.ToString()) { Cookie = cookie, Value = before.Value };

    /// <summary>The line, without its end.</summary>
    public override string ToString() => Kind switch
    {
        // Concatenated: the first interpolated number of a process costs it a quarter of a millisecond.
        StepKind.Veth => string.Concat("veth ", Name, " ", Mac),
        StepKind.Ipam => string.Concat("ipam ", Name),
        StepKind.Endpoint => string.Concat("endpoint ", Row),
        StepKind.Address => string.Concat("address ", Row, " ", Address!.ToString()),
        StepKind.Filters => string.Concat("filters ", Index.ToString(CultureInfo.InvariantCulture)),
        StepKind.HostPort => string.Concat("hostport ", Row, " ", string.Concat(
            Address!.ToString(), " ", HostPortEntry.Name(Protocol), " ", Port.ToString(CultureInfo.InvariantCulture))),
        StepKind.Exclusion => string.Concat("exclusion ", Row, " ", Prefix),
        StepKind.Queue => string.Concat("queue ", Row),
        StepKind.PodQueue => string.Concat("podqueue ", Row, " ", Cookie.ToString(CultureInfo.InvariantCulture)),
        StepKind.Limit => LimitSteps.Line(this),
        StepKind.Device or StepKind.Moved or StepKind.Sysctl => DeviceSteps.Line(this),
        StepKind.Firewall or StepKind.Zone => FirewallSteps.Line(this),
        StepKind.LimitSubnet => string.Concat(Name, " ", Row, " ", Prefix),
        _ => "done",
    };

    /// <summary>Reads a line. Null for a step this version does not know: a newer one wrote it, and its own undoing is not ours to guess.</summary>
    /// <param name="line">The line, without its end.</param>
    public static AttachmentStep? Parse(string line)
    {
        string[] words = line.Split(' ');
        switch (words[0])
        {
            case "veth" when words.Length == 3:
                return Veth(words[1], words[2]);
            case "ipam" when words.Length == 2:
                return Ipam(words[1]);
            case "endpoint" when words.Length == 3 && IsIndex(words[1], out int ifIndex) && IsGeneration(words[2], out uint generation):
                return Endpoint(ifIndex, generation);
            case "address" when words.Length == 4 && IsIndex(words[1], out int domain) && IsGeneration(words[2], out uint owner)
                    && IPAddress.TryParse(words[3], out IPAddress? address):
                return AddressRow(domain, owner, address);
            case "filters" when words.Length == 2 && IsIndex(words[1], out int device):
                return Filters(device);
            case "hostport" when words.Length == 6 && IsIndex(words[1], out int pod) && IsGeneration(words[2], out uint its)
                    && IPAddress.TryParse(words[3], out IPAddress? host) && HostPortEntry.ProtocolOf(words[4]) is { } protocol
                    && ushort.TryParse(words[5], NumberStyles.None, CultureInfo.InvariantCulture, out ushort port) && port > 0:
                return HostPort(pod, its, host, protocol, port);
            case "exclusion" when words.Length == 4 && IsIndex(words[1], out int endpoint) && IsGeneration(words[2], out uint excluded)
                    && IsPrefix(words[3], out AddressPrefix prefix):
                return Exclusion(endpoint, excluded, prefix);
            case "queue" when words.Length == 3 && IsIndex(words[1], out int queued) && IsGeneration(words[2], out uint limited):
                return Queue(queued, limited);
            case "podqueue" when words.Length == 4 && IsIndex(words[1], out int inside) && IsGeneration(words[2], out uint ofPod)
                    && ulong.TryParse(words[3], NumberStyles.None, CultureInfo.InvariantCulture, out ulong cookie):
                return PodQueue(inside, ofPod, cookie);
            case "limit" when words.Length == 7 && IsIndex(words[1], out int shaped) && IsGeneration(words[2], out uint row):
                return LimitSteps.Parse(new FlowSide { Ifindex = (uint)shaped, Generation = row }, words.AsSpan(3));
            case LimitSteps.Unshaped or LimitSteps.Shaped when words.Length == 4 && IsIndex(words[1], out int from) && IsGeneration(words[2], out uint listed)
                    && IsPrefix(words[3], out AddressPrefix peers):
                return LimitSubnet(new FlowSide { Ifindex = (uint)from, Generation = listed }, words[0] == LimitSteps.Shaped, peers);
            case "done" when words.Length == 1:
                return Done;
            default:
                return DeviceSteps.Parse(words) ?? FirewallSteps.Parse(words);
        }
    }

    private string Prefix => string.Concat(Address!.ToString(), "/", Length.ToString(CultureInfo.InvariantCulture));

    internal string Row => string.Concat(Index.ToString(CultureInfo.InvariantCulture), " ", Generation.ToString(CultureInfo.InvariantCulture));

    private static bool IsIndex(string word, out int value) =>
        int.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out value) && value > 0;

    private static bool IsGeneration(string word, out uint value) =>
        uint.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out value) && value > 0;

    private static bool IsPrefix(string word, out AddressPrefix prefix)
    {
        prefix = default;
        int slash = word.IndexOf('/', StringComparison.Ordinal);
        if (slash < 0 || !IPAddress.TryParse(word.AsSpan(0, slash), out IPAddress? address)
            || !int.TryParse(word.AsSpan(slash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out int length) || length > Subnet.Bits(address))
        {
            return false;
        }

        prefix = new AddressPrefix(address, length);
        return true;
    }
}
