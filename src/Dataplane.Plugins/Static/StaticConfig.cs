using System.Net;
using Dataplane.Cni;

namespace Dataplane.Plugins;

/// <summary>What static is configured to give: the "ipam" object, and what CNI_ARGS adds to its addresses or the runtime puts in their place.</summary>
internal sealed class StaticConfig
{
    private StaticConfig(IReadOnlyList<StaticAddress> addresses) => Addresses = addresses;

    /// <summary>The addresses; none is no error here, a main plugin needs one.</summary>
    public IReadOnlyList<StaticAddress> Addresses { get; }

    /// <summary>The routes, in their order and with their duplicates: several to one destination are several gateways.</summary>
    public IReadOnlyList<CniRoute> Routes { get; private init; } = [];

    /// <summary>The resolver's settings.</summary>
    public CniDns Dns { get; private init; } = new();

    /// <summary>Reads and validates it.</summary>
    /// <param name="request">The call.</param>
    /// <exception cref="CniException">Code 999 with the reference's texts.</exception>
    public static StaticConfig Parse(CniRequest request)
    {
        JsonView root = request.Config.Root.WithErrors(CniErrorCode.Internal, "");
        JsonView ipam = root.GetObject("ipam") ?? throw Wrong("IPAM config missing 'ipam' key");
        List<StaticAddress> addresses = Configured(ipam);
        var routes = new List<CniRoute>();
        foreach (JsonView route in ipam.GetObjects("routes") ?? [])
        {
            routes.Add(CniRoute.FromJson(route));
        }

        AddArguments(request.Args, addresses);
        // The later list takes the place of everything before it, gateways included.
        addresses = Given(root.GetObject("args")?.GetObject("cni")) ?? addresses;
        addresses = Given(root.GetObject("runtimeConfig")) ?? addresses;
        RequireRoom(addresses, root.GetString("cniVersion"));
        return new StaticConfig(addresses) { Routes = routes, Dns = CniDns.FromJson(ipam.Get("dns").AsObject()) };
    }

    private static List<StaticAddress> Configured(JsonView ipam)
    {
        var addresses = new List<StaticAddress>();
        foreach (JsonView item in ipam.GetObjects("addresses") ?? [])
        {
            addresses.Add(new StaticAddress(Cidr(item.GetString("address"), "the 'address' field is expected to be in CIDR notation"), item.GetAddress("gateway")));
        }

        return addresses;
    }

    // CNI_ARGS: addresses join the configured ones, a gateway is for every address whose subnet it is in.
    private static void AddArguments(string args, List<StaticAddress> addresses)
    {
        CniArgs given = CniArgs.Parse(args, new CniArgKey("IP"), new CniArgKey("GATEWAY"));
        foreach (string text in Split(given.Get("IP")))
        {
            addresses.Add(new StaticAddress(Cidr(text.Trim(), "the 'ip' field is expected to be in CIDR notation")));
        }

        foreach (string text in Split(given.Get("GATEWAY")))
        {
            if (!IpText.TryParse(text.Trim(), out IPAddress gateway))
            {
                throw Wrong($"invalid gateway address: {text}");
            }

            for (int i = 0; i < addresses.Count; i++)
            {
                if (addresses[i].Address.Contains(gateway))
                {
                    addresses[i] = addresses[i] with { Gateway = gateway };
                }
            }
        }
    }

    private static List<StaticAddress>? Given(JsonView? source)
    {
        if (source?.GetStrings("ips") is not { Count: > 0 } texts)
        {
            return null;
        }

        var addresses = new List<StaticAddress>(texts.Count);
        foreach (string text in texts)
        {
            addresses.Add(new StaticAddress(Cidr(text, "an entry in the 'ips' field is NOT in CIDR notation")));
        }

        return addresses;
    }

    // Results of versions before 0.3.0 have room for one address of each family.
    private static void RequireRoom(List<StaticAddress> addresses, string version)
    {
        int v4 = 0;
        foreach (StaticAddress address in addresses)
        {
            v4 += address.Address.IsV4 ? 1 : 0;
        }

        if ((v4 > 1 || addresses.Count - v4 > 1) && version is "" or "0.1.0" or "0.2.0")
        {
            throw Wrong($"CNI version {version} does not support more than 1 address per family");
        }
    }

    private static string[] Split(string? list) => string.IsNullOrEmpty(list) ? [] : list.Split(',');

    private static IpPrefix Cidr(string text, string otherwise) =>
        IpPrefix.TryParse(text, out IpPrefix prefix) ? prefix : throw Wrong($"{otherwise}, got: '{text}'");

    private static CniException Wrong(string message) => new(CniErrorCode.Internal, message);
}
