using System.Buffers.Binary;
using System.Net;
using System.Runtime.InteropServices;
using Dataplane.Abi;
using Dataplane.Bpf;
using Dataplane.Interop;
using Dataplane.Netlink;

namespace Dataplane.Engine;

/// <summary>
/// The rows of the map "host_ports". A row belongs to an endpoint's generation. While that endpoint is alive nobody else gets
/// the port; afterwards whoever asks next.
/// </summary>
/// <param name="node">The node.</param>
/// <param name="programs">Its programs.</param>
/// <param name="log">What is told; null: nothing.</param>
public sealed class HostPortTable(Node node, NodePrograms programs, ILog? log = null)
{
    private const string LockName = "host-ports";

    /// <summary>Whether the endpoint of a row is the one it was written for and its device is there.</summary>
    /// <param name="row">The row.</param>
    public bool IsAlive(in HostPortRow row) =>
        programs.Endpoints.TryLookup(row.Endpoint.Ifindex, out Endpoint endpoint)
        && endpoint.Generation == row.Endpoint.Generation
        && node.Rtnl.HasLink((int)row.Endpoint.Ifindex);

    /// <summary>Throws when a port is a living container's. Nothing is changed.</summary>
    /// <exception cref="NodeException">The port and its owner.</exception>
    internal void RequireFree(List<HostPortEntry> entries, AttachmentId id)
    {
        foreach (HostPortEntry entry in entries)
        {
            if (programs.HostPorts.TryLookup(entry.Key, out HostPortRow row))
            {
                RequireFree(entry, row, id);
            }
        }
    }

    /// <summary>Writes a container's rows, announced in the journal first; those of owners that are gone become its own.</summary>
    /// <exception cref="NodeException">A port is a living container's, or the map is full.</exception>
    internal void Add(List<HostPortEntry> entries, AttachmentId id, FlowSide endpoint, Journal journal)
    {
        var steps = new List<AttachmentStep>(entries.Count);
        foreach (HostPortEntry entry in entries)
        {
            steps.Add(AttachmentStep.HostPort((int)endpoint.Ifindex, endpoint.Generation, entry.Address, entry.Protocol, entry.Port));
        }

        var replaced = new List<PodPort>();
        using (LockedFile rows = node.Run.Lock(LockName))
        {
            RequireFree(entries, id);
            journal.Write(steps);
            foreach (HostPortEntry entry in entries)
            {
                HostPortRow row = entry.Row;
                row.Endpoint = endpoint;
                if (entry.Protocol == TransportProtocol.Udp
                    && programs.HostPorts.TryLookup(entry.Key, out HostPortRow before)
                    && PodPort.Of(before.Address, before.Port) != PodPort.Of(row.Address, row.Port))
                {
                    replaced.Add(PodPort.Of(before.Address, before.Port));
                }

                Write(entry, row);
            }
        }

        // A new row may take what another's wildcard got so far.
        programs.CountMappings();
        StaleSockets.Close(programs, replaced, log);
    }

    /// <summary>
    /// Removes a row unless another generation has it. Connections notice when <see cref="NodePrograms.CountMappings"/> is called
    /// afterwards.
    /// </summary>
    /// <param name="step">The step that announced it.</param>
    /// <returns>Where a UDP port led to; null: it is of another protocol, or another generation's.</returns>
    internal PodPort? Remove(AttachmentStep step)
    {
        ArgumentNullException.ThrowIfNull(step);
        HostPortKey key = HostPortEntry.KeyOf(step.Address!, (ushort)step.Port, step.Protocol);
        using LockedFile rows = node.Run.Lock(LockName);
        if (!programs.HostPorts.TryLookup(key, out HostPortRow row) || row.Endpoint.Generation != step.Generation)
        {
            return null;
        }

        programs.HostPorts.Delete(key);
        return step.Protocol == TransportProtocol.Udp ? PodPort.Of(row.Address, row.Port) : null;
    }

    /// <summary>Removes the rows of owners that are gone: what a lost DEL left, and nobody asked for since.</summary>
    /// <returns>How many.</returns>
    public int RemoveDead()
    {
        int removed = 0;
        var left = new List<PodPort>();
        using (LockedFile rows = node.Run.Lock(LockName))
        {
            foreach ((HostPortKey key, HostPortRow row) in programs.HostPorts.Entries())
            {
                if (!IsAlive(row) && programs.HostPorts.Delete(key))
                {
                    removed++;
                    if (key.Protocol == (byte)TransportProtocol.Udp)
                    {
                        left.Add(PodPort.Of(row.Address, row.Port));
                    }
                }
            }
        }

        if (removed > 0)
        {
            programs.CountMappings();
            StaleSockets.Close(programs, left, log);
        }

        return removed;
    }

    /// <summary>Throws unless every row is there as its ADD wrote it.</summary>
    /// <exception cref="NodeException">The first one that is not.</exception>
    internal void Verify(List<HostPortEntry> entries, AttachmentId id, FlowSide endpoint)
    {
        foreach (HostPortEntry entry in entries)
        {
            HostPortRow expected = entry.Row;
            expected.Endpoint = endpoint;
            if (!programs.HostPorts.TryLookup(entry.Key, out HostPortRow row))
            {
                throw new NodeException($"hostPort {entry} of {id} is not in the node's map; detach and attach the container again");
            }

            if (!Bytes(row).SequenceEqual(Bytes(expected)))
            {
                string what = row.Owner == id.Owner ? "is not what the configuration says" : $"belongs to {Describe(row)}";
                throw new NodeException($"hostPort {entry} of {id} {what}; detach and attach the container again");
            }
        }
    }

    private void RequireFree(HostPortEntry entry, in HostPortRow row, AttachmentId id)
    {
        if (row.Owner != id.Owner && IsAlive(row))
        {
            throw new NodeException($"hostPort {entry} is in use by {Describe(row)}: detach that one first, or choose another port or hostIP");
        }
    }

    private void Write(HostPortEntry entry, in HostPortRow row)
    {
        try
        {
            programs.HostPorts.Update(entry.Key, row);
        }
        catch (LinuxException e) when (e.Errno == Errno.E2BIG)
        {
            throw new NodeException($"hostPort {entry} finds no room: the node's map holds {programs.HostPorts.Info.MaxEntries} host ports", e);
        }
    }

    private string Describe(in HostPortRow row)
    {
        foreach (AttachmentRecord record in (List<AttachmentRecord>)[.. Attachments.List(node.Run.PortMappings), .. Attachments.List(node.Run)])
        {
            if (record.Id.Owner == row.Owner)
            {
                return $"container {record.Id.ContainerId} ({record.Id.IfName}, network {record.Network})";
            }
        }

        ReadOnlySpan<byte> address = row.Address;
        return $"a container with the address {Unmap(new IPAddress(address))}:{BinaryPrimitives.ReverseEndianness(row.Port)}";
    }

    private static IPAddress Unmap(IPAddress address) => address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;

    private static ReadOnlySpan<byte> Bytes(in HostPortRow row) => MemoryMarshal.AsBytes(new ReadOnlySpan<HostPortRow>(in row));
}
