namespace Dataplane.Dhcp;

/// <summary>The daemon's answer: one line of JSON, UTF-8, then the end of the stream.</summary>
public sealed record DaemonReply
{
    /// <summary>What failed; empty: nothing.</summary>
    public string Error { get; set; } = "";

    /// <summary>The leased address; empty when none was asked for.</summary>
    public string Address { get; set; } = "";

    /// <summary>Bits of its network.</summary>
    public int PrefixLength { get; set; }

    /// <summary>The gateway; empty: there is none.</summary>
    public string Gateway { get; set; } = "";

    /// <summary>The routes.</summary>
    public List<DaemonRoute> Routes { get; set; } = [];

    internal static DaemonReply Of(LeaseTerms terms)
    {
        var reply = new DaemonReply
        {
            Address = terms.Address.ToString(),
            PrefixLength = terms.PrefixLength,
            Gateway = terms.Gateway?.ToString() ?? "",
        };
        foreach (DhcpRoute route in terms.Routes)
        {
            reply.Routes.Add(new DaemonRoute(route.Destination.ToString(), route.Length, route.Router.ToString()));
        }

        return reply;
    }
}
