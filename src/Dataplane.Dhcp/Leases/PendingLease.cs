using Dataplane.Netlink;

namespace Dataplane.Dhcp;

/// <summary>A lease that is being got for a container.</summary>
internal sealed class PendingLease : IDisposable
{
    private readonly ClientOptions _options;
    private readonly bool _broadcast;
    private readonly ContainerInterface _interface;
    private readonly DhcpChannel _channel;
    private readonly Acquisition _acquisition;
    private MacAddress _server;

    /// <exception cref="DhcpException">The interface is not there.</exception>
    public PendingLease(ClientIdentity identity, string netnsPath, ClientOptions options, ClientSettings settings, long nowMs)
    {
        Identity = identity;
        _options = options;
        _interface = ContainerInterface.Open(netnsPath, identity.IfName, out _channel);
        _broadcast = settings.Broadcast || _interface.IsShared;
        _acquisition = new Acquisition(identity, _interface.Mac, options, settings with { Broadcast = _broadcast }, nowMs, DhcpRandom.Xid);
    }

    public ClientIdentity Identity { get; }

    public int Fd => _channel.Fd;

    public long DueMs => _acquisition.DueMs;

    /// <summary>Asks, or asks again.</summary>
    /// <exception cref="DhcpException">There will be no lease.</exception>
    public void OnDue(long nowMs)
    {
        if (!_channel.Broadcast(_acquisition.Next(nowMs), default))
        {
            throw new DhcpException($"error looking up \"{Identity.IfName}\": Link not found");
        }
    }

    /// <summary>Reads the answers that came.</summary>
    /// <returns>The lease, once there is one.</returns>
    /// <exception cref="DhcpException">What was given cannot be used; it was given back.</exception>
    public HeldLease? OnReadable(long nowMs, int limit)
    {
        for (int i = 0; i < limit && _channel.Receive(out ServerMessage? message, out MacAddress from); i++)
        {
            if (message is null || !_acquisition.Take(message, nowMs))
            {
                continue;
            }

            if (_acquisition.Ack is { } ack)
            {
                return Hold(ack, from);
            }

            // An offer is taken at once.
            _server = from;
            if (_acquisition.DueMs <= nowMs)
            {
                OnDue(nowMs);
            }
        }

        return null;
    }

    /// <summary>Nobody wants it any more. The server may have given already what it was asked for.</summary>
    public void Abandon()
    {
        if (_acquisition is { Ack: null, Accepted: { } offer })
        {
            GiveBack(offer, _server);
        }
    }

    public void Dispose() => _channel.Dispose();

    private HeldLease Hold(ServerMessage ack, MacAddress from)
    {
        try
        {
            return new HeldLease(Identity, _interface, _options, _broadcast, ack, from, _acquisition.RequestedMs);
        }
        catch (DhcpException)
        {
            GiveBack(ack, from);
            throw;
        }
    }

    private void GiveBack(ServerMessage given, MacAddress server)
    {
        var message = new ClientMessage(DhcpMessageType.Release, DhcpRandom.Xid(), _interface.Mac, 0, broadcast: false);
        _options.AddIdentifier(message, Identity);
        message.Add(OptionCode.ServerIdentifier, given.Server).WithClientAddress(given.YourAddress);
        _ = _channel.SendTo(message.ToArray(), given.YourAddress, given.Server, server);
    }
}
