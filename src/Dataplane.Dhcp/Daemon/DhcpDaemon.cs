using Dataplane.Interop;

namespace Dataplane.Dhcp;

/// <summary>
/// The daemon: one thread and one poll(2) for every lease and every plugin. It visits namespaces only to open sockets, which then
/// work from anywhere, so it needs no thread for each.
/// </summary>
/// <param name="listener">Where plugins connect.</param>
/// <param name="store">Where leases are kept.</param>
/// <param name="settings">How patient the client is.</param>
/// <param name="hostPrefix">What stands before the namespaces' paths that plugins give.</param>
/// <param name="log">What is told, a line each.</param>
public sealed class DhcpDaemon(UnixSocket listener, LeaseStore store, ClientSettings settings, string hostPrefix, Action<string> log) : IDisposable
{
    // More connect than are served at once: they wait in the listener's queue, and descriptors do not run out.
    private const int MaximumConnections = 200;
    private const int PacketsAtOnce = 64;
    private const long LongestSleepMs = 60_000;
    private readonly LeaseTable _leases = new(store, settings.Broadcast, log);
    private readonly List<DaemonConnection> _connections = [];
    private readonly PollSet _poll = new();
    private readonly List<(int Place, HeldLease Lease)> _watched = [];

    /// <summary>Serves until it is told to stop. Leases stay: whoever is started next goes on with them.</summary>
    /// <param name="stop">A descriptor that is readable then.</param>
    public void Run(int stop)
    {
        _leases.Adopt(BootClock.Now);
        while (true)
        {
            _poll.Clear();
            int stopped = _poll.Add(stop);
            int knock = _poll.Add(_connections.Count < MaximumConnections ? listener.Fd : -1);
            int first = knock + 1;
            foreach (DaemonConnection connection in _connections)
            {
                _poll.Add(connection.Fd);
                _poll.Add(connection.Waiting?.Fd ?? -1);
            }

            Watch();
            _poll.Wait(Timeout(BootClock.Now));
            if (_poll.IsReadable(stopped))
            {
                return;
            }

            Maintain(BootClock.Now);
            Serve(first);
            if (_poll.IsReadable(knock))
            {
                Accept();
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (DaemonConnection connection in _connections)
        {
            End(connection);
        }

        _leases.Dispose();
    }

    private void Watch()
    {
        _watched.Clear();
        foreach (HeldLease lease in _leases.All)
        {
            _watched.Add((lease.Fd < 0 ? -1 : _poll.Add(lease.Fd), lease));
        }
    }

    private int Timeout(long nowMs)
    {
        long due = nowMs + LongestSleepMs;
        foreach (HeldLease lease in _leases.All)
        {
            due = Math.Min(due, lease.DueMs);
        }

        foreach (DaemonConnection connection in _connections)
        {
            due = Math.Min(due, connection.Waiting?.DueMs ?? due);
        }

        return (int)Math.Max(due - nowMs, 0);
    }

    private void Maintain(long nowMs)
    {
        foreach ((int place, HeldLease lease) in _watched)
        {
            try
            {
                HeldLease.Event what = place >= 0 && _poll.IsReadable(place) ? lease.OnReadable(PacketsAtOnce) : HeldLease.Event.None;
                if (what == HeldLease.Event.None && nowMs >= lease.DueMs)
                {
                    what = lease.OnDue(nowMs);
                }

                _leases.Apply(lease, what, nowMs);
            }
#pragma warning disable CA1031 // What one lease runs into does not end the others.
            catch (Exception e)
#pragma warning restore CA1031
            {
                log($"{lease.Identity}: {e.Message}");
                lease.Postpone(nowMs);
            }
        }
    }

    private void Serve(int place)
    {
        foreach (DaemonConnection connection in _connections)
        {
            bool asks = _poll.IsReadable(place++);
            bool answered = _poll.IsReadable(place++);
            try
            {
                if (asks && connection.OnReadable() is { } request)
                {
                    Answer(connection, request);
                }

                if (!connection.IsOver && connection.Waiting is { } waiting)
                {
                    Advance(connection, waiting, answered);
                }
            }
#pragma warning disable CA1031 // What one plugin runs into does not end what others have.
            catch (Exception e)
#pragma warning restore CA1031
            {
                log($"{connection.Waiting?.Identity.ToString() ?? "a plugin"}: {e.Message}");
                connection.Refuse(e.Message);
            }
        }

        for (int i = _connections.Count - 1; i >= 0; i--)
        {
            if (_connections[i].IsOver)
            {
                End(_connections[i]);
                _connections.RemoveAt(i);
            }
        }
    }

    private void Accept()
    {
        while (_connections.Count < MaximumConnections && listener.Accept() is { } socket)
        {
            _connections.Add(new DaemonConnection(socket));
        }
    }

    private static void End(DaemonConnection connection)
    {
        // Whoever hung up while waiting for a lease will not have it.
        connection.Waiting?.Abandon();
        connection.Waiting?.Dispose();
        connection.Dispose();
    }

    private void Answer(DaemonConnection connection, DaemonRequest request)
    {
        switch (request.Method)
        {
            case DaemonMethod.Allocate when _leases.Find(request.Identity, hostPrefix + request.Netns) is { } held:
                connection.Answer(DaemonReply.Of(held.Terms));
                break;
            case DaemonMethod.Allocate:
                Begin(connection, request);
                break;
            case DaemonMethod.Release:
                Abandon(request.Identity);
                _leases.Release(request.Identity);
                connection.Answer(new DaemonReply());
                break;
            case DaemonMethod.Check:
                connection.Answer(_leases.Find(request.Identity) is { } lease
                    ? DaemonReply.Of(lease.Terms)
                    : new DaemonReply { Error = $"no lease for {request.Identity}" });
                break;
            case DaemonMethod.Collect:
                _leases.Collect(request.Network, request.Keep);
                connection.Answer(new DaemonReply());
                break;
            case DaemonMethod.Status:
                connection.Answer(new DaemonReply());
                break;
            default:
                connection.Refuse("the DHCP daemon does not know what is asked for");
                break;
        }
    }

    private void Begin(DaemonConnection connection, DaemonRequest request)
    {
        Abandon(request.Identity);
        log($"{request.Identity}: acquiring lease");
        connection.Waiting = new PendingLease(
            request.Identity, hostPrefix + request.Netns, new ClientOptions(request.Provide, request.Request), settings, BootClock.Now);
    }

    private void Advance(DaemonConnection connection, PendingLease waiting, bool answered)
    {
        long nowMs = BootClock.Now;
        if (answered && waiting.OnReadable(nowMs, PacketsAtOnce) is { } lease)
        {
            _leases.Add(lease, nowMs);
            if (!connection.Answer(DaemonReply.Of(lease.Terms)))
            {
                _leases.Release(lease);
            }
        }
        else if (nowMs >= waiting.DueMs)
        {
            waiting.OnDue(nowMs);
        }
    }

    // The same interface is asked for again, or given up, while its lease is being got: the question before is not anybody's any more.
    private void Abandon(ClientIdentity identity)
    {
        foreach (DaemonConnection connection in _connections)
        {
            if (connection.Waiting?.Identity == identity)
            {
                connection.Refuse($"{identity} was asked for again, or given up, meanwhile");
            }
        }
    }
}
