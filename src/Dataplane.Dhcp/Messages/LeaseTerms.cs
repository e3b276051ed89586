using System.Numerics;

namespace Dataplane.Dhcp;

/// <summary>What an acknowledgement gives, and for how long.</summary>
public sealed class LeaseTerms
{
    private const uint DefaultSeconds = 3600;

    private LeaseTerms(ServerMessage ack, int prefixLength, long seconds)
    {
        Address = ack.YourAddress;
        PrefixLength = prefixLength;
        Server = ack.Server;
        Gateway = ack.Options.GetAddress(OptionCode.Routers) is { IsZero: false } router ? router : null;
        Routes = RouteOptions.Read(ack.Options);
        ExpiryMs = seconds * 1000;
        // RFC 2131, 4.4.5; what contradicts itself or says nothing has the defaults of there.
        long rebinding = Seconds(ack, OptionCode.RebindingTime);
        RebindingMs = rebinding > 0 && rebinding <= ExpiryMs ? rebinding : ExpiryMs / 100 * 85;
        long renewal = Seconds(ack, OptionCode.RenewalTime);
        RenewalMs = renewal > 0 && renewal <= RebindingMs ? renewal : Math.Min(ExpiryMs / 2, RebindingMs);
    }

    /// <summary>The address.</summary>
    public Ip4 Address { get; }

    /// <summary>Bits of its network.</summary>
    public int PrefixLength { get; }

    /// <summary>Who gave it.</summary>
    public Ip4 Server { get; }

    /// <summary>The first router.</summary>
    public Ip4? Gateway { get; }

    /// <summary>The routes.</summary>
    public IReadOnlyList<DhcpRoute> Routes { get; }

    /// <summary>T1: from when on the server is asked for more time, milliseconds after the acknowledgement was asked for.</summary>
    public long RenewalMs { get; }

    /// <summary>T2: from when on every server is asked.</summary>
    public long RebindingMs { get; }

    /// <summary>When the address is somebody else's.</summary>
    public long ExpiryMs { get; }

    /// <summary>Reads an acknowledgement.</summary>
    /// <param name="ack">The message.</param>
    /// <exception cref="DhcpException">It gives no address that can be used.</exception>
    public static LeaseTerms Read(ServerMessage ack)
    {
        ArgumentNullException.ThrowIfNull(ack);
        if (!ack.YourAddress.IsHost)
        {
            throw new DhcpException($"the DHCP server {ack.Server} gave {ack.YourAddress}, which is no address of a host");
        }

        byte[] mask = ack.Options.Get(OptionCode.SubnetMask) ?? throw new DhcpException("DHCP option Subnet Mask not found in DHCPACK");
        uint seconds = ack.Options.Get(OptionCode.LeaseTime) is null ? DefaultSeconds : ack.Options.GetNumber(OptionCode.LeaseTime) ?? 0;
        if (mask.Length != 4 || PrefixOf(new Ip4(mask)) is not (> 0 and var length))
        {
            throw new DhcpException($"the DHCP server {ack.Server} gave {ack.YourAddress} with a subnet mask that is none");
        }

        return seconds > 0
            ? new LeaseTerms(ack, length, seconds)
            : throw new DhcpException($"the DHCP server {ack.Server} gave {ack.YourAddress} for no time");
    }

    private static long Seconds(ServerMessage ack, byte option) => (ack.Options.GetNumber(option) ?? 0) * 1000L;

    // -1: the ones are not all before the zeros.
    private static int PrefixOf(Ip4 mask)
    {
        int length = BitOperations.PopCount(mask.Value);
        return Ip4.Broadcast.Network(length) == mask ? length : -1;
    }
}
