using Dataplane.Netlink;

namespace Dataplane.Dhcp;

/// <summary>
/// Getting an address: DISCOVER, OFFER, REQUEST, ACK (RFC 2131, 3.1). It knows what to send next and what an answer means, and neither sockets nor clocks:
/// times are milliseconds of its caller's.
/// </summary>
public sealed class Acquisition
{
    private readonly ClientIdentity _identity;
    private readonly MacAddress _mac;
    private readonly ClientOptions _options;
    private readonly ClientSettings _settings;
    private readonly RetrySchedule _schedule;
    private readonly Func<uint> _newXid;
    private readonly long _startedMs;
    private ServerMessage? _offer;
    private RetrySchedule? _requests;
    private long _requestUntilMs;
    private uint _xid;

    /// <summary>Begins.</summary>
    /// <param name="identity">Whose the address will be.</param>
    /// <param name="mac">The interface's hardware address.</param>
    /// <param name="options">What is told and asked.</param>
    /// <param name="settings">How patient it is.</param>
    /// <param name="nowMs">The time.</param>
    /// <param name="newXid">Numbers for exchanges, which nobody else can guess.</param>
    /// <param name="jitter">As <see cref="RetrySchedule"/> has it.</param>
    public Acquisition(
        ClientIdentity identity, MacAddress mac, ClientOptions options, ClientSettings settings, long nowMs, Func<uint> newXid, Func<long>? jitter = null)
    {
        ArgumentNullException.ThrowIfNull(settings);
        ArgumentNullException.ThrowIfNull(newXid);
        (_identity, _mac, _options, _settings, _newXid) = (identity, mac, options, settings, newXid);
        _schedule = new RetrySchedule(settings.ResendMaxMs, jitter);
        _startedMs = DueMs = nowMs;
        _xid = newXid();
    }

    /// <summary>When <see cref="Next"/> is to be called, unless an answer comes before.</summary>
    public long DueMs { get; private set; }

    /// <summary>When the request was sent that the acknowledgement answers: a lease counts from then.</summary>
    public long RequestedMs { get; private set; }

    /// <summary>The acknowledgement; null: there is none yet.</summary>
    public ServerMessage? Ack { get; private set; }

    /// <summary>The offer that was asked for; null: none is.</summary>
    public ServerMessage? Accepted => _offer;

    private long GivesUpMs => _startedMs + _settings.ResendTimeoutMs;

    /// <summary>The next message to broadcast.</summary>
    /// <param name="nowMs">The time.</param>
    /// <exception cref="DhcpException">"no more tries".</exception>
    public byte[] Next(long nowMs)
    {
        if (nowMs >= GivesUpMs)
        {
            throw new DhcpException("no more tries");
        }

        if (_offer is not null && nowMs >= _requestUntilMs)
        {
            // It made an offer and went away: somebody else may be there.
            Restart();
        }

        return _offer is { } offer ? Request(offer, nowMs) : Discover(nowMs);
    }

    /// <summary>An answer.</summary>
    /// <param name="message">The message.</param>
    /// <param name="nowMs">The time.</param>
    /// <returns>Whether it was for this exchange, of a kind and from a server that it waits for.</returns>
    public bool Take(ServerMessage message, long nowMs)
    {
        ArgumentNullException.ThrowIfNull(message);
        if (Ack is not null || message.Xid != _xid || message.ClientMac != _mac)
        {
            return false;
        }

        if (_offer is not { } offer)
        {
            return message is { Type: DhcpMessageType.Offer, YourAddress.IsHost: true } && Choose(message, nowMs);
        }

        if (message.Server != offer.Server)
        {
            return false;
        }

        switch (message.Type)
        {
            case DhcpMessageType.Ack when message.YourAddress == offer.YourAddress:
                Ack = message;
                return true;
            case DhcpMessageType.Nak:
                // It refused its own offer. Not at once: it may do so for ever.
                Restart();
                DueMs = Bounded(nowMs + _schedule.NextMs());
                return true;
            default:
                return false;
        }
    }

    private bool Choose(ServerMessage offer, long nowMs)
    {
        _offer = offer;
        _requests = new RetrySchedule(_settings.ResendMaxMs);
        _requestUntilMs = nowMs + _settings.TimeoutMs;
        DueMs = nowMs;
        return true;
    }

    private void Restart()
    {
        _offer = null;
        _xid = _newXid();
    }

    private byte[] Discover(long nowMs)
    {
        DueMs = Bounded(nowMs + _schedule.NextMs());
        return Begin(DhcpMessageType.Discover, nowMs).ToArray();
    }

    private byte[] Request(ServerMessage offer, long nowMs)
    {
        RequestedMs = nowMs;
        DueMs = Bounded(Math.Min(nowMs + _requests!.NextMs(), _requestUntilMs));
        return Begin(DhcpMessageType.Request, nowMs)
            .Add(OptionCode.RequestedAddress, offer.YourAddress)
            .Add(OptionCode.ServerIdentifier, offer.Server)
            .ToArray();
    }

    private ClientMessage Begin(DhcpMessageType type, long nowMs)
    {
        var message = new ClientMessage(type, _xid, _mac, (int)((nowMs - _startedMs) / 1000), _settings.Broadcast);
        _options.AddTo(message, _identity, type);
        return message;
    }

    private long Bounded(long dueMs) => Math.Min(dueMs, GivesUpMs);
}
