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
    private const string LockName = "endpoints";

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
        spec.Mac.CopyTo(endpoint.Mac);
        (spec.GatewayMac ?? default).CopyTo(endpoint.GatewayMac);

        using LockedFile rows = run.Lock(LockName);
        journal.Write(AttachmentStep.Endpoint(spec.HostIndex, generation));
        programs.Endpoints.Update((uint)spec.HostIndex, endpoint);
        foreach (PlannedAddress address in spec.Addresses)
        {
            journal.Write(AttachmentStep.AddressRow(spec.Domain, generation, address.Address));
            programs.Addresses.Update(Key(spec.Domain, address.Address), new AddressRow { Ifindex = (uint)spec.HostIndex, Generation = generation });
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
        AddressKey key = Key(domain, address);
        using LockedFile rows = run.Lock(LockName);
        return programs.Addresses.TryLookup(key, out AddressRow row) && row.Generation == generation && programs.Addresses.Delete(key);
    }

    /// <summary>Throws unless a container's rows are as its record says.</summary>
    /// <param name="record">The record.</param>
    /// <param name="mac">The container's hardware address.</param>
    public void Verify(AttachmentRecord record, MacAddress mac)
    {
        ArgumentNullException.ThrowIfNull(record);
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
        | (spec.Options.SourceStrict ? EndpointFlags.SourceStrict : 0);

    private static AddressKey Key(int domain, IPAddress address)
    {
        var key = new AddressKey { Domain = (uint)domain };
        EndpointSpec.CopyAddress(address, key.Address);
        return key;
    }
}
