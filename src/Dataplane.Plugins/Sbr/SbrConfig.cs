using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Dataplane.Cni;
using Dataplane.Engine;

namespace Dataplane.Plugins;

/// <summary>The sbr plugin's configuration, and the interface's addresses from the previous result.</summary>
internal sealed class SbrConfig
{
    private const int MostGateways = 2;

    private SbrConfig()
    {
    }

    /// <summary>A table that somebody else fills; 0: tables of the interface's own.</summary>
    public int Table { get; private init; }

    /// <summary>"addSourceHints".</summary>
    public bool SourceHints { get; private init; }

    /// <summary>"gateways": by family, in place of the addresses' own.</summary>
    public IReadOnlyList<IPAddress> Gateways { get; private init; } = [];

    /// <summary>Reads and validates it.</summary>
    /// <param name="request">The call.</param>
    /// <exception cref="CniException">The reference's texts.</exception>
    public static SbrConfig Parse(CniRequest request)
    {
        JsonView root = request.Config.Root.WithErrors(CniErrorCode.Internal, "failed to parse network configuration: ");
        int table = root.GetInt32("table");
        return new SbrConfig
        {
            Table = table >= 0 ? table : throw Wrong(string.Create(CultureInfo.InvariantCulture, $"\"table\" is {table}: a table has a positive number")),
            SourceHints = root.GetBool("addSourceHints"),
            Gateways = ParseGateways(root.GetStrings("gateways") ?? []),
        };
    }

    /// <summary>What the engine is asked for.</summary>
    /// <param name="request">The call.</param>
    /// <param name="result">The previous result.</param>
    /// <exception cref="CniException">The result has no addresses.</exception>
    public SourceRoutingRequest Request(CniRequest request, CniResult result)
    {
        if (result.Ips.Count == 0)
        {
            throw Wrong($"No IP addresses supplied on interface: {request.IfName}");
        }

        var addresses = new List<PlannedAddress>(result.Ips.Count);
        foreach (CniIpConfig ip in result.Ips)
        {
            // One without an interface, or with an index of none, may be this one's.
            if (ip.Interface is not { } index || index < 0 || index >= result.Interfaces.Count || result.Interfaces[index].Name == request.IfName)
            {
                addresses.Add(new PlannedAddress(ip.Address.Address, ip.Address.Length, GatewayFor(ip.Address.Address.AddressFamily) ?? ip.Gateway));
            }
        }

        if (addresses.Count == 0)
        {
            throw Wrong($"No IP addresses supplied on interface: {request.IfName}; those of the result are of others");
        }

        return new SourceRoutingRequest { NetnsPath = request.NetnsPath, IfName = request.IfName, Addresses = addresses, Table = Table, SourceHints = SourceHints };
    }

    private static List<IPAddress> ParseGateways(IReadOnlyList<string> texts)
    {
        if (texts.Count > MostGateways)
        {
            throw Wrong(string.Create(CultureInfo.InvariantCulture, $"gateways list cannot contain more than {MostGateways} entries, got {texts.Count}"));
        }

        var gateways = new List<IPAddress>(texts.Count);
        foreach (string text in texts)
        {
            if (!IpText.TryParse(text, out IPAddress gateway))
            {
                throw Wrong($"invalid static gateway IP address: {text}");
            }

            if (gateways.Find(other => other.AddressFamily == gateway.AddressFamily) is { } other)
            {
                string family = gateway.AddressFamily == AddressFamily.InterNetwork ? "IPv4" : "IPv6";
                throw Wrong($"gateways list contains multiple {family} addresses: {IpText.Format(other)} and {IpText.Format(gateway)}");
            }

            gateways.Add(gateway);
        }

        return gateways;
    }

    private IPAddress? GatewayFor(AddressFamily family)
    {
        foreach (IPAddress gateway in Gateways)
        {
            if (gateway.AddressFamily == family)
            {
                return gateway;
            }
        }

        return null;
    }

    private static CniException Wrong(string message) => new(CniErrorCode.Internal, message);
}
