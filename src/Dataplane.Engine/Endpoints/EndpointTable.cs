using System.Net;
using Dataplane.Abi;
using Dataplane.Bpf;
using Dataplane.Interop;
using Dataplane.Netlink;

namespace Dataplane.Engine;

/// <summary>
/// The rows of the maps "endpoints" and "addresses". A row belongs to a generation and is removed only by it, under the node's
/// lock, so that the DEL of a container never takes away the row of the next owner of its address.
/// </summary>
/// <param name="programs">The node's.</param>
/// <param name="run">The node's.</param>
public sealed class EndpointTable(NodePrograms programs, RunDirectory run)
{
    internal const string LockName = "endpoints";

    // "Any", for packets of which only an address is known. Where two networks use one address, the last one's.
    private const int AnyDomain = 0;

    /// <summary>Writes a container's rows, each announced in the journal first; addresses of a previous owner become its own.</summary>
    internal void Add(EndpointSpec spec, Journal journal)
    {
        uint generation = programs.NextGeneration();
        var endpoint = new Endpoint
        {
            Flags = Flags(spec),
            Generation = generation,
            Domain = (uint)spec.Domain,
            Mtu = (uint)spec.Mtu,
            Owner = spec.Owner.Owner,
        };
        if (spec.Options.Masquerade is { } masquerade)
        {
            endpoint.MasqPortMin = masquerade.PortMin;
            endpoint.MasqPortMax = masquerade.PortMax;
        }

        spec.Mac.CopyTo(endpoint.Mac);
        (spec.GatewayMac ?? default).CopyTo(endpoint.GatewayMac);

        using LockedFile rows = run.Lock(LockName);
        AddExclusions(spec, generation, journal);
        journal.Write(AttachmentStep.Endpoint(spec.HostIndex, generation));
        programs.Endpoints.Update((uint)spec.HostIndex, endpoint);
        foreach (PlannedAddress address in spec.Addresses)
        {
            var row = new AddressRow { Ifindex = (uint)spec.HostIndex, Generation = generation };
            journal.Write(AttachmentStep.AddressRow(spec.Domain, generation, address.Address));
            programs.Addresses.Update(Key(spec.Domain, address.Address), row);
            programs.Addresses.Update(Key(AnyDomain, address.Address), row);
        }
    }

    /// <summary>Changes what a container's row says of its device; nothing when it has no row.</summary>
    /// <param name="ifIndex">Of the host end of its veth.</param>
    /// <param name="mac">The device's hardware address.</param>
    /// <param name="mtu">Its MTU.</param>
    public void SetDevice(int ifIndex, MacAddress mac, int mtu)
    {
        using LockedFile rows = run.Lock(LockName);
        if (programs.Endpoints.TryLookup((uint)ifIndex, out Endpoint row) && (row.Mtu != (uint)mtu || !mac.Equals(new MacAddress(row.Mac))))
        {
            row.Mtu = (uint)mtu;
            mac.CopyTo(row.Mac);
            programs.Endpoints.Update((uint)ifIndex, row);
        }
    }

    /// <summary>Removes a container's row unless another generation has it.</summary>
    /// <param name="ifIndex">Of the host end of its veth.</param>
    /// <param name="generation">Its generation.</param>
    public void RemoveEndpoint(int ifIndex, uint generation)
    {
        using LockedFile rows = run.Lock(LockName);
        if (programs.Endpoints.TryLookup((uint)ifIndex, out Endpoint row) && row.Generation == generation)
        {
            programs.Endpoints.Delete((uint)ifIndex);
        }
    }

    /// <summary>Removes an address's row unless another generation has it.</summary>
    /// <param name="domain">Interface index of the device whose link the address is on.</param>
    /// <param name="generation">The owner's generation.</param>
    /// <param name="address">The address.</param>
    /// <returns>Whether it was the owner's.</returns>
    public bool RemoveAddress(int domain, uint generation, IPAddress address)
    {
        using LockedFile rows = run.Lock(LockName);
        _ = RemoveRow(Key(AnyDomain, address), generation);
        return RemoveRow(Key(domain, address), generation);
    }

    /// <summary>Removes the rows of an excluded destination unless another generation has them.</summary>
    /// <param name="ifIndex">Of the host end of its veth.</param>
    /// <param name="generation">Its generation.</param>
    /// <param name="prefix">The destination.</param>
    public void RemoveExclusion(int ifIndex, uint generation, AddressPrefix prefix)
    {
        using LockedFile rows = run.Lock(LockName);
        new ExclusionTable(programs).Remove(ifIndex, generation, prefix);
    }

    /// <summary>Changes flags of an endpoint.</summary>
    /// <param name="ifIndex">Of the host end of its veth.</param>
    /// <param name="generation">Its generation.</param>
    /// <param name="mask">The flags that are meant.</param>
    /// <param name="flags">Those that are set afterwards.</param>
    /// <returns>False when the row is gone, or another generation's.</returns>
    internal bool SetFlags(int ifIndex, uint generation, EndpointFlags mask, EndpointFlags flags)
    {
        using LockedFile rows = run.Lock(LockName);
        if (!programs.Endpoints.TryLookup((uint)ifIndex, out Endpoint row) || row.Generation != generation)
        {
            return false;
        }

        row.Flags = (row.Flags & ~mask) | flags;
        programs.Endpoints.Update((uint)ifIndex, row);
        return true;
    }

    /// <summary>Throws unless a container's rows are as its record says.</summary>
    /// <param name="record">The record.</param>
    /// <param name="mac">The container's hardware address.</param>
    /// <param name="options">How its network's configuration has it treated.</param>
    public void Verify(AttachmentRecord record, MacAddress mac, EndpointOptions options)
    {
        ArgumentNullException.ThrowIfNull(record);
        ArgumentNullException.ThrowIfNull(options);
        foreach (AttachmentStep step in record.Steps)
        {
            switch (step.Kind)
            {
                case StepKind.Endpoint:
                    if (!programs.Endpoints.TryLookup((uint)step.Index, out Endpoint endpoint) || endpoint.Generation != step.Generation
                        || !mac.Equals(new MacAddress(endpoint.Mac)))
                    {
                        throw new NodeException($"the endpoint of {record.Id} is not in the node's map; detach and attach the container again");
                    }

                    VerifyMasquerade(record.Id, endpoint, options.Masquerade);

                    break;
                case StepKind.Exclusion:
                    var prefix = new AddressPrefix(step.Address!, step.Length);
                    if (!new ExclusionTable(programs).Has(step.Index, step.Generation, prefix))
                    {
                        throw new NodeException($"{record.Id} would be masqueraded to {prefix}: the exclusion is not in the node's map; detach and attach the container again");
                    }

                    break;
                case StepKind.Address:
                    if (!programs.Addresses.TryLookup(Key(step.Index, step.Address!), out AddressRow row) || row.Generation != step.Generation)
                    {
                        throw new NodeException($"the address {step.Address} of {record.Id} is not in the node's map; detach and attach the container again");
                    }

                    break;
            }
        }
    }

    private static EndpointFlags Flags(EndpointSpec spec) =>
        (spec.IsBridged ? EndpointFlags.L2 : 0)
        | (spec.Options.FastPathOff ? EndpointFlags.FastPathOff : 0)
        | (spec.Options.MacCheck ? EndpointFlags.MacCheck : 0)
        | (spec.Options.SourceStrict ? EndpointFlags.SourceStrict : 0)
        | MasqueradeFlags(spec.Options.Masquerade);

    private static EndpointFlags MasqueradeFlags(MasqueradeOptions? masquerade) =>
        (masquerade is not null ? EndpointFlags.Masquerade : 0) | (masquerade is { LinkLocal: true } ? EndpointFlags.MasqLinkLocal : 0);

    private static void VerifyMasquerade(AttachmentId id, Endpoint endpoint, MasqueradeOptions? expected)
    {
        const EndpointFlags mask = EndpointFlags.Masquerade | EndpointFlags.MasqLinkLocal;
        if ((endpoint.Flags & mask) != MasqueradeFlags(expected)
            || endpoint.MasqPortMin != (expected?.PortMin ?? 0) || endpoint.MasqPortMax != (expected?.PortMax ?? 0))
        {
            throw new NodeException($"{id} is not masqueraded as its network's configuration says; detach and attach the container again");
        }
    }

    private void AddExclusions(EndpointSpec spec, uint generation, Journal journal)
    {
        if (spec.Options.Masquerade is not { } masquerade)
        {
            return;
        }

        var table = new ExclusionTable(programs);
        foreach (PlannedAddress address in spec.Addresses)
        {
            Add(new AddressPrefix(Subnet.Network(address.Address, address.PrefixLength), address.PrefixLength));
        }

        foreach (AddressPrefix prefix in masquerade.Exclusions)
        {
            Add(prefix);
        }

        void Add(AddressPrefix prefix)
        {
            journal.Write(AttachmentStep.Exclusion(spec.HostIndex, generation, prefix));
            table.Add(spec.HostIndex, generation, prefix);
        }
    }

    private bool RemoveRow(AddressKey key, uint generation) =>
        programs.Addresses.TryLookup(key, out AddressRow row) && row.Generation == generation && programs.Addresses.Delete(key);

    private static AddressKey Key(int domain, IPAddress address)
    {
        var key = new AddressKey { Domain = (uint)domain };
        EndpointSpec.CopyAddress(address, key.Address);
        return key;
    }
}
