using System.Text;
using Dataplane.Cni;
using Dataplane.Interop;
using Dataplane.Ipam;

namespace Dataplane.Plugins.HostLocal;

/// <summary>
/// The <c>host-local</c> IPAM plugin: addresses from ranges of the configuration, leases in files of this machine. Plugins that
/// delegate to it may call it directly with their own request; nothing else differs from running it as a program.
/// </summary>
public sealed class HostLocalPlugin : CniPlugin
{
    /// <inheritdoc/>
    public override string Name => "host-local";

    /// <summary>Reserves one address of each pool, all or none.</summary>
    /// <param name="request">The call.</param>
    /// <returns>Addresses with their gateways, the configured routes and DNS; no interfaces.</returns>
    /// <exception cref="CniException">Code 999 with the reference's texts; details name the holder of an address.</exception>
    public override CniResult Add(CniRequest request)
    {
        HostLocalConfig config = HostLocalConfig.Parse(request);
        CniDns dns = config.ResolvConf.Length > 0 ? ResolvConf.Read(config.ResolvConf) : new CniDns();
        LeaseOwner owner = new(request.ContainerId, request.IfName);
        CniResult result = new() { Dns = dns };
        result.Routes.AddRange(config.Routes);

        using LeaseDirectory leases = LeaseDirectory.Open(config.DataDir, config.Network, config.KeepLeasesAcrossBoot);
        List<IpNumber> requested = [.. config.Requested];
        for (int i = 0; i < config.Sets.Count; i++)
        {
            try
            {
                RangeAllocator allocator = new(config.Sets[i], leases, i);
                AllocatedAddress given = allocator.Allocate(owner, TakeRequested(requested, config.Sets[i]));
                result.Ips.Add(new CniIpConfig
                {
                    Address = new IpPrefix(given.Address.ToIPAddress(), given.PrefixLength),
                    Gateway = given.Gateway.ToIPAddress(),
                });
            }
            catch (IpamException e)
            {
                // Before the first success there is nothing of this ADD, and what is there belongs to an earlier one.
                Release(leases, owner, i);
                throw Failure($"failed to allocate for range {i}: {e.Message}", config, e.Details, e);
            }
            catch
            {
                Release(leases, owner, i);
                throw;
            }
        }
        if (requested.Count > 0)
        {
            Release(leases, owner, config.Sets.Count);
            throw Failure($"failed to allocate all requested IPs: {string.Join(' ', requested)}", config, "no range set holds them");
        }
        return result;
    }

    /// <summary>Gives up the addresses of the container's interface; succeeds when it has none.</summary>
    /// <param name="request">The call.</param>
    public override void Del(CniRequest request)
    {
        HostLocalConfig config = HostLocalConfig.Parse(request);
        using LeaseDirectory? leases = LeaseDirectory.TryOpen(config.DataDir, config.Network, config.KeepLeasesAcrossBoot);
        if (leases is not null)
            Release(leases, new LeaseOwner(request.ContainerId, request.IfName), Math.Max(config.Sets.Count, 1));
    }

    /// <summary>Throws unless the container's interface holds an address.</summary>
    /// <param name="request">The call.</param>
    public override void Check(CniRequest request)
    {
        HostLocalConfig config = HostLocalConfig.Parse(request);
        using LeaseDirectory? leases = LeaseDirectory.TryOpen(config.DataDir, config.Network, config.KeepLeasesAcrossBoot);
        if (leases is null || leases.FindByOwner(new LeaseOwner(request.ContainerId, request.IfName)).Count == 0)
            throw Failure($"host-local: Failed to find address added by container {request.ContainerId}", config);
    }

    /// <summary>Throws code 50 when a pool has no address left, leases cannot be written, or the resolver's file cannot be read.</summary>
    /// <param name="request">The call.</param>
    public override void Status(CniRequest request)
    {
        HostLocalConfig config = HostLocalConfig.Parse(request);
        LeaseDirectory? opened = null;
        NodeStatus.Require(() =>
        {
            if (config.ResolvConf.Length > 0)
                _ = ResolvConf.Read(config.ResolvConf);
            WriteAccess.Require($"{config.DataDir}/{config.Network}");
            opened = LeaseDirectory.TryOpen(config.DataDir, config.Network, config.KeepLeasesAcrossBoot);
        });
        using LeaseDirectory? leases = opened;
        if (leases is null)
            return;
        foreach (RangeSet set in config.Sets)
        {
            if (leases.CountLeases(set) < set.Capacity || (leases.ReclaimDead() && leases.CountLeases(set) < set.Capacity))
                continue;
            throw new CniException(
                CniErrorCode.PluginNotAvailable,
                $"network \"{config.Network}\" has no address left in {set}: all {set.Capacity} are leased",
                $"leases are files in {config.DataDir}/{config.Network}; GC with the list of valid attachments removes stale ones");
        }
    }

    /// <summary>Gives up the addresses of every attachment that is not in the list of valid ones; without a list, of none.</summary>
    /// <param name="request">The call.</param>
    public override void Gc(CniRequest request)
    {
        if (request.Config.ValidAttachments is not { } valid)
            return;
        HostLocalConfig config = HostLocalConfig.Parse(request);
        using LeaseDirectory? leases = LeaseDirectory.TryOpen(config.DataDir, config.Network, config.KeepLeasesAcrossBoot);
        if (leases is null)
            return;
        HashSet<LeaseOwner> living = [];
        foreach (CniAttachment attachment in valid)
        {
            living.Add(new LeaseOwner(attachment.ContainerId, attachment.IfName));
            living.Add(new LeaseOwner(attachment.ContainerId, ""));
        }
        leases.Collect(living.Contains);
    }

    private static IpNumber? TakeRequested(List<IpNumber> requested, RangeSet set)
    {
        int index = requested.FindIndex(set.Contains);
        if (index < 0)
            return null;
        IpNumber address = requested[index];
        requested.RemoveAt(index);
        return address;
    }

    // Once for each pool, as the reference does: the second time finds no lease with the interface's name and gives up the ones
    // old versions recorded for the container alone.
    private static void Release(LeaseDirectory leases, LeaseOwner owner, int times)
    {
        for (int i = 0; i < times; i++)
            leases.Release(owner);
    }

    private static CniException Failure(string message, HostLocalConfig config, string details = "", Exception? inner = null)
    {
        StringBuilder text = new($"network \"{config.Network}\"");
        if (details.Length > 0)
            text.Append(": ").Append(details);
        return new CniException(CniErrorCode.Internal, message, text.ToString(), inner);
    }
}
