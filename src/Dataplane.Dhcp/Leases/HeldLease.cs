using Dataplane.Interop;
using Dataplane.Netlink;

namespace Dataplane.Dhcp;

/// <summary>A lease that is kept: nothing is open for it until T1, then a channel until an answer comes.</summary>
internal sealed class HeldLease : IDisposable
{
    // When the interface could not be looked at: descriptors may have run out, and come back.
    private const long RetryMs = 10_000;
    private readonly bool _broadcast;
    private DhcpChannel? _channel;
    private Renewal? _renewal;

    public HeldLease(
        ClientIdentity identity, ContainerInterface on, ClientOptions options, bool broadcast, ServerMessage ack, MacAddress serverMac, long sinceMs)
    {
        (Identity, Interface, Options, _broadcast) = (identity, on, options, broadcast);
        Terms = LeaseTerms.Read(ack);
        Commit(ack, Terms, serverMac, sinceMs);
    }

    /// <summary>What a step came to.</summary>
    public enum Event
    {
        /// <summary>Nothing to tell.</summary>
        None,

        /// <summary>The server gave more time.</summary>
        Renewed,

        /// <summary>The interface is not there any more.</summary>
        Gone,

        /// <summary>The time is over.</summary>
        Expired,

        /// <summary>A server took the address back.</summary>
        Refused,
    }

    public ClientIdentity Identity { get; }

    public ContainerInterface Interface { get; }

    public ClientOptions Options { get; }

    public ServerMessage Ack { get; private set; } = null!;

    public LeaseTerms Terms { get; private set; }

    public MacAddress ServerMac { get; private set; }

    /// <summary>From when on it counts.</summary>
    public long SinceMs { get; private set; }

    public long ExpiresMs => SinceMs + Terms.ExpiryMs;

    /// <summary>For poll(2); -1 while nothing is asked.</summary>
    public int Fd => _channel?.Fd ?? -1;

    /// <summary>When <see cref="OnDue"/> is to be called.</summary>
    public long DueMs { get; private set; }

    /// <summary>Asks for more time, again when it was asked before.</summary>
    public Event OnDue(long nowMs)
    {
        if (nowMs >= ExpiresMs)
        {
            return Event.Expired;
        }

        if (_channel is null && !TryBegin(nowMs, out Event failure))
        {
            return failure;
        }

        if (_renewal!.Next(nowMs) is not { } message)
        {
            return Event.Expired;
        }

        DueMs = _renewal.DueMs;
        bool there = _renewal.IsRebinding
            ? _channel!.Broadcast(message, Terms.Address)
            : _channel!.SendTo(message, Terms.Address, Terms.Server, ServerMac);
        return there ? Event.None : Event.Gone;
    }

    /// <summary>Reads the answers that came.</summary>
    public Event OnReadable(int limit)
    {
        // A link full of packets must not keep the other leases waiting.
        for (int i = 0; i < limit && _channel is { } channel && channel.Receive(out ServerMessage? message, out MacAddress from); i++)
        {
            if (message is null || !_renewal!.Take(message))
            {
                continue;
            }

            if (_renewal.IsRefused)
            {
                return Event.Refused;
            }

            if (TryRead(message) is { } terms)
            {
                Commit(message, terms, from, _renewal.RequestedMs);
                Close();
                return Event.Renewed;
            }
        }

        return Event.None;
    }

    /// <summary>Gives the address back: taken off the interface first, so that nobody gets it while it is configured.</summary>
    /// <returns>False: the interface is not there any more, and the server will find out by the lease's end.</returns>
    /// <exception cref="LinuxException">It is not known whether it is.</exception>
    public bool Release(uint xid)
    {
        Close();
        using DhcpChannel? channel = Interface.TryOpen(out MacAddress mac);
        if (channel is null)
        {
            return false;
        }

        Interface.RemoveAddress(Terms.Address, Terms.PrefixLength);
        var message = new ClientMessage(DhcpMessageType.Release, xid, mac, 0, broadcast: false);
        Options.AddIdentifier(message, Identity);
        message.Add(OptionCode.ServerIdentifier, Terms.Server).WithClientAddress(Terms.Address);
        return channel.SendTo(message.ToArray(), Terms.Address, Terms.Server, ServerMac);
    }

    /// <summary>Tries again later.</summary>
    public void Postpone(long nowMs) => DueMs = Math.Max(DueMs, nowMs + RetryMs);

    public void Dispose() => Close();

    private bool TryBegin(long nowMs, out Event failure)
    {
        failure = Event.Gone;
        try
        {
            _channel = Interface.TryOpen(out MacAddress mac);
            if (_channel is not null)
            {
                _renewal = new Renewal(Identity, mac, Options, Terms, SinceMs, nowMs, _broadcast, DhcpRandom.Xid());
            }
        }
        catch (LinuxException)
        {
            failure = Event.None;
            DueMs = Math.Min(nowMs + RetryMs, ExpiresMs);
        }

        return _channel is not null;
    }

    // An answer that gives nothing usable is none: others may follow.
    private static LeaseTerms? TryRead(ServerMessage ack)
    {
        try
        {
            return LeaseTerms.Read(ack);
        }
        catch (DhcpException)
        {
            return null;
        }
    }

    private void Commit(ServerMessage ack, LeaseTerms terms, MacAddress serverMac, long sinceMs)
    {
        (Ack, Terms, ServerMac, SinceMs) = (ack, terms, serverMac, sinceMs);
        DueMs = sinceMs + terms.RenewalMs;
    }

    private void Close()
    {
        _channel?.Dispose();
        _channel = null;
        _renewal = null;
    }
}
