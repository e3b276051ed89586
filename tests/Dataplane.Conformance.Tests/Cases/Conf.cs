namespace Dataplane.Conformance.Tests;

/// <summary>Network configurations as text, so that a case shows what a user would write.</summary>
internal static class Conf
{
    public const string V4 = "10.1.2.0/24";
    public const string V6 = "2001:db8:1::/64";

    /// <summary>Reasons used more than once.</summary>
    public const string Old = "the reference installed here is 1.1.1; the field came later";

    public const string DelWithoutNamespace = "ours also removes the veth when the namespace is not given or gone; the reference waits for the kernel";

    public const string NothingToDelete = "ours makes no lease directory in order to find nothing in it";

    public static string HostLocal(string fields) => $$"""{"type": "host-local", "dataDir": "$DATA", {{fields}}}""";

    public static string Ranges(params string[] subnets) =>
        HostLocal($"\"ranges\": [{string.Join(", ", subnets.Select(static subnet => $$"""[{"subnet": "{{subnet}}"}]"""))}]");

    /// <summary>A bridge network of an IPAM object (null: none) and further fields.</summary>
    public static string Bridge(string? fields = null, string? ipam = "", string version = "1.0.0", string name = "net1", string bridge = "br0") =>
        Network("bridge", $"\"bridge\": \"{bridge}\"{(fields is null ? "" : ", " + fields)}", ipam == "" ? Ranges(V4) : ipam, version, name);

    public static string Ptp(string? fields = null, string? ipam = "", string version = "1.0.0", string name = "net1") =>
        Network("ptp", fields, ipam == "" ? Ranges(V4) : ipam, version, name);

    /// <summary>A network of a plugin whose devices sit on the host's "up0".</summary>
    public static string OnUp0(string type, string? fields = null, string? ipam = "", string version = "1.0.0", string name = "net1") =>
        Network(type, $"\"master\": \"up0\"{(fields is null ? "" : ", " + fields)}", ipam == "" ? Ranges(V4) : ipam, version, name);

    /// <summary>host-local by itself.</summary>
    public static string Ipam(string fields, string version = "1.0.0", string? extra = null) =>
        Network("host-local", extra, HostLocal(fields), version, "net1");

    public static string Network(string type, string? fields, string? ipam, string version, string name) =>
        $$"""{"cniVersion": "{{version}}", "name": "{{name}}", "type": "{{type}}"{{(fields is null ? "" : ", " + fields)}}{{(ipam is null ? "" : ", \"ipam\": " + ipam)}}}""";

    /// <summary>
    /// The node has a device that leads out, as machines do. Without IPv6: when the kernel's own address is there, and its route once only, depends
    /// on the moment.
    /// </summary>
    public static Case Uplink(Case given) => given
        .Host("ip", "link", "add", "eth0", "type", "veth", "peer", "name", "eth0-peer")
        .Host("ip", "link", "set", "eth0-peer", "addrgenmode", "none", "up").Host("ip", "link", "set", "eth0", "addrgenmode", "none", "up")
        .Host("ip", "address", "add", "192.0.2.2/24", "dev", "eth0")
        .Host("ip", "route", "add", "default", "via", "192.0.2.1");

    /// <summary>The node has a device "up0" with a link, for others to sit on.</summary>
    public static Case Up0(Case given, string mtu = "1500") => given
        .Host("ip", "link", "add", "up0", "mtu", mtu, "type", "veth", "peer", "name", "up1", "mtu", mtu)
        .Host("ip", "link", "set", "up1", "addrgenmode", "none", "up").Host("ip", "link", "set", "up0", "addrgenmode", "none", "up");
}
