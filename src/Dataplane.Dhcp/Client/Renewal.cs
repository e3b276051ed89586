using Dataplane.Netlink;

namespace Dataplane.Dhcp;

/// <summary>
/// Keeping an address: the server is asked from T1 on, every server from T2 on (RFC 2131, 4.4.5). Like <see cref="Acquisition"/> it knows neither sockets
/// nor clocks.
/// </summary>
public sealed class Renewal
{
    // RFC 2131, 4.4.5 has a minute. A lease of minutes would expire meanwhile.
    private const long LongestPauseMs = 60_000;
    private readonly ClientIdentity _identity;
    private readonly MacAddress _mac;
    private readonly ClientOptions _options;
    private readonly LeaseTerms _terms;
    private readonly bool _broadcast;
    private readonly uint _xid;
    private readonly long _rebindMs;
    private readonly long _expiryMs;
    private readonly long _startedMs;

    /// <summary>Begins.</summary>
    /// <param name="identity">Whose address it is.</param>
    /// <param name="mac">The interface's hardware address.</param>
    /// <param name="options">What is told and asked.</param>
    /// <param name="terms">What was given.</param>
    /// <param name="sinceMs">From when on it counts.</param>
    /// <param name="nowMs">The time.</param>
    /// <param name="broadcast">Servers are to broadcast their answers.</param>
    /// <param name="xid">The number of the exchange, which nobody else can guess.</param>
    public Renewal(
        ClientIdentity identity, MacAddress mac, ClientOptions options, LeaseTerms terms, long sinceMs, long nowMs, bool broadcast, uint xid)
    {
        ArgumentNullException.ThrowIfNull(terms);
        (_identity, _mac, _options, _terms, _broadcast, _xid) = (identity, mac, options, terms, broadcast, xid);
        _rebindMs = sinceMs + terms.RebindingMs;
        _expiryMs = sinceMs + terms.ExpiryMs;
        _startedMs = DueMs = nowMs;
    }

    /// <summary>When <see cref="Next"/> is to be called, unless an answer comes before.</summary>
    public long DueMs { get; private set; }

    /// <summary>When the last request was sent: a longer lease counts from then.</summary>
    public long RequestedMs { get; private set; }

    /// <summary>T2 is over: whoever has the address in its range may answer.</summary>
    public bool IsRebinding { get; private set; }

    /// <summary>The acknowledgement; null: there is none yet.</summary>
    public ServerMessage? Ack { get; private set; }

    /// <summary>A server said that the address is not the client's any more.</summary>
    public bool IsRefused { get; private set; }

    /// <summary>The next message: to the server, or to everybody once <see cref="IsRebinding"/>; null: the lease is over.</summary>
    /// <param name="nowMs">The time.</param>
    public byte[]? Next(long nowMs)
    {
        if (nowMs >= _expiryMs)
        {
            return null;
        }

        IsRebinding = nowMs >= _rebindMs;
        long left = (IsRebinding ? _expiryMs : _rebindMs) - nowMs;
        // Half of what is left, over and over, would end in a flood.
        DueMs = nowMs + Math.Min(Math.Max(left / 2, Math.Min(LongestPauseMs, Math.Max(_terms.ExpiryMs / 16, 500))), left);
        RequestedMs = nowMs;
        var message = new ClientMessage(DhcpMessageType.Request, _xid, _mac, (int)((nowMs - _startedMs) / 1000), _broadcast && IsRebinding);
        _options.AddTo(message, _identity, DhcpMessageType.Request);
        return message.WithClientAddress(_terms.Address).ToArray();
    }

    /// <summary>An answer.</summary>
    /// <param name="message">The message.</param>
    /// <returns>Whether it was for this exchange, of a kind and from a server that it waits for.</returns>
    public bool Take(ServerMessage message)
    {
        ArgumentNullException.ThrowIfNull(message);
        if (message.Xid != _xid || message.ClientMac != _mac || (!IsRebinding && message.Server != _terms.Server))
        {
            return false;
        }

        if (message.Type == DhcpMessageType.Ack && message.YourAddress == _terms.Address)
        {
            Ack = message;
            return true;
        }

        return IsRefused = message.Type == DhcpMessageType.Nak;
    }
}
