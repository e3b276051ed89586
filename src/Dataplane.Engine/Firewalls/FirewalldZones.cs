using System.Net;
using System.Net.Sockets;

namespace Dataplane.Engine;

/// <summary>Sources of firewalld's zones: methods of org.fedoraproject.FirewallD1.zone.</summary>
internal sealed class FirewalldZones : IDisposable
{
    /// <summary>The name that firewalld has on the bus.</summary>
    public const string Name = "org.fedoraproject.FirewallD1";

    private const string Path = "/org/fedoraproject/FirewallD1";
    private const string Interface = "org.fedoraproject.FirewallD1.zone";
    private const string AlreadySet = "ZONE_ALREADY_SET";
    private readonly SystemBus _bus;

    private FirewalldZones(SystemBus bus) => _bus = bus;

    /// <summary>Connects to the bus.</summary>
    /// <exception cref="NodeException">There is none.</exception>
    public static FirewalldZones Open(string? busAddress) => new(SystemBus.TryOpen(busAddress)
        ?? throw new NodeException($"firewalld cannot be asked: there is no message bus at {(string.IsNullOrEmpty(busAddress) ? BusAddress.Default : busAddress)}"));

    /// <summary>Whether firewalld runs. A bus that makes trouble is told, and is none.</summary>
    public static bool IsRunning(string? busAddress, ILog log)
    {
        try
        {
            using SystemBus? bus = SystemBus.TryOpen(busAddress);
            return bus?.HasOwner(Name) == true;
        }
        catch (NodeException e)
        {
            log.Warn($"firewalld is taken for not running: {e.Message}");
            return false;
        }
    }

    /// <summary>Takes an address out of a zone; what fails is told and fails nothing: a DEL goes on.</summary>
    public static void Leave(string? busAddress, string zone, IPAddress address, ILog log)
    {
        try
        {
            using SystemBus? bus = SystemBus.TryOpen(busAddress);
            if (bus?.Call(Name, Path, Interface, "removeSource", zone, Source(address)) is { IsError: true } error)
            {
                log.Info($"{address} is not taken out of firewalld's zone {zone}: {error.Text}");
            }
        }
        catch (NodeException e)
        {
            log.Warn($"{address} is not taken out of firewalld's zone {zone}: {e.Message}");
        }
    }

    /// <summary>Puts an address into a zone; one that is in it already is in order.</summary>
    /// <exception cref="NodeException">firewalld refuses, with its words.</exception>
    public void Add(string zone, IPAddress address)
    {
        BusReply reply = _bus.Call(Name, Path, Interface, "addSource", zone, Source(address));
        if (reply.IsError && !reply.Text.Contains(AlreadySet, StringComparison.Ordinal) && !reply.Error.Contains(AlreadySet, StringComparison.Ordinal))
        {
            throw new NodeException($"failed to add the address {Source(address)} to {zone} zone: {Reason(reply)}");
        }
    }

    /// <summary>Throws unless an address is in a zone.</summary>
    /// <exception cref="NodeException">It is not, or firewalld refuses to say.</exception>
    public void Require(string zone, IPAddress address)
    {
        BusReply reply = _bus.Call(Name, Path, Interface, "querySource", zone, Source(address));
        if (reply.IsError || !reply.Flag)
        {
            throw new NodeException($"failed to find the address {Source(address)} in {zone} zone");
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _bus.Dispose();

    private static string Source(IPAddress address) => string.Concat(address.ToString(), address.AddressFamily == AddressFamily.InterNetwork ? "/32" : "/128");

    private static string Reason(BusReply reply) => reply.Text.Length > 0 ? reply.Text : reply.Error;
}
