using System.Globalization;
using Dataplane.Netlink;

namespace Dataplane.Dhcp;

/// <summary>A lease as it is kept in a file. The acknowledgement is kept as it came and read again: there is one reader of what servers say.</summary>
public sealed record LeaseRecord
{
    /// <summary>The form of the file.</summary>
    public const int CurrentVersion = 1;

    /// <summary>The form it was written in.</summary>
    public int Version { get; init; }

    /// <summary>The boot it was written in: no namespace outlives one.</summary>
    public required string Boot { get; init; }

    /// <summary>The container.</summary>
    public required string ContainerId { get; init; }

    /// <summary>The network.</summary>
    public required string Network { get; init; }

    /// <summary>The interface.</summary>
    public required string IfName { get; init; }

    /// <summary>The namespace's path.</summary>
    public required string Netns { get; init; }

    /// <summary>The namespace's inode.</summary>
    public ulong NetnsInode { get; set; }

    /// <summary>The namespace's cookie.</summary>
    public ulong NetnsCookie { get; set; }

    /// <summary>The interface's index.</summary>
    public int IfIndex { get; set; }

    /// <summary>The interface's hardware address.</summary>
    public required string Mac { get; init; }

    /// <summary>Others have the same hardware address.</summary>
    public bool SharedMac { get; set; }

    /// <summary>The hardware address that the server's last answer came from.</summary>
    public required string ServerMac { get; init; }

    /// <summary>The server, for people who read the file.</summary>
    public string Server { get; set; } = "";

    /// <summary>The address, for people who read the file.</summary>
    public string Address { get; set; } = "";

    /// <summary>From when on the lease counts, milliseconds since the boot.</summary>
    public long SinceMs { get; set; }

    /// <summary>When it is over, for people who read the file.</summary>
    public string Expires { get; set; } = "";

    /// <summary>The options that are told to the server, by their number.</summary>
    public Dictionary<byte, byte[]> Provided { get; set; } = [];

    /// <summary>The options that are asked for.</summary>
    public byte[] Requested { get; set; } = [];

    /// <summary>The acknowledgement.</summary>
    public required byte[] Ack { get; init; }

    internal static LeaseRecord Of(HeldLease lease, string boot, long nowMs) => new()
    {
        Version = CurrentVersion,
        Boot = boot,
        ContainerId = lease.Identity.ContainerId,
        Network = lease.Identity.Network,
        IfName = lease.Identity.IfName,
        Netns = lease.Interface.NetnsPath,
        NetnsInode = lease.Interface.NetnsInode,
        NetnsCookie = lease.Interface.NetnsCookie,
        IfIndex = lease.Interface.Index,
        Mac = lease.Interface.Mac.ToString(),
        SharedMac = lease.Interface.IsShared,
        ServerMac = lease.ServerMac.ToString(),
        Server = lease.Terms.Server.ToString(),
        Address = $"{lease.Terms.Address}/{lease.Terms.PrefixLength}",
        SinceMs = lease.SinceMs,
        Expires = Rfc3339(DateTime.UtcNow.AddMilliseconds(lease.SinceMs + lease.Terms.ExpiryMs - nowMs)),
        Provided = new Dictionary<byte, byte[]>(lease.Options.Provided),
        Requested = [.. lease.Options.Requested],
        Ack = lease.Ack.Bytes.ToArray(),
    };

    /// <summary>The lease again; null: the file does not hold together.</summary>
    internal HeldLease? ToLease(bool broadcast)
    {
        if (ServerMessage.TryParse(Ack) is not { } ack || !MacAddress.TryParse(Mac, out MacAddress mac) || !MacAddress.TryParse(ServerMac, out MacAddress server))
        {
            return null;
        }

        try
        {
            return new HeldLease(
                new ClientIdentity(ContainerId, Network, IfName),
                new ContainerInterface(Netns, NetnsInode, NetnsCookie, IfName, IfIndex, mac, SharedMac),
                new ClientOptions(Provided, Requested),
                broadcast || SharedMac,
                ack,
                server,
                SinceMs);
        }
        catch (DhcpException)
        {
            return null;
        }
    }

    // By hand: the framework's formats bring the time zones with them.
    private static string Rfc3339(DateTime time) => string.Create(
        CultureInfo.InvariantCulture, $"{time.Year:D4}-{time.Month:D2}-{time.Day:D2}T{time.Hour:D2}:{time.Minute:D2}:{time.Second:D2}Z");
}
