using System.Text;
using Dataplane.Interop;

namespace Dataplane.Ipam;

/// <summary>
/// Which addresses an owner may hold, without reading every lease: in <c>.dataplane/owners</c> a symbolic link per owner, named
/// <c>containerID:ifname</c>, whose target is the comma-separated list of addresses.
/// <para>
/// Links because they are made, replaced and read whole in one call each, and because nothing can read through them: another
/// implementation that reads every file under the network's directory finds dangling links.
/// </para>
/// <para>
/// It is a hint: an entry is written before the lease and removed after it, so it names at least what is there, and whoever
/// uses it looks at the lease file itself.
/// </para>
/// </summary>
internal sealed class OwnerIndex(DirectoryFd side, DirectoryFd owners)
{
    private const string Temporary = "new";
    private const int NameMax = 255;
    private const string HashPrefix = "sha256:";

    internal List<IpNumber> Find(LeaseOwner owner) => ParseAddresses(owners.ReadSymbolicLink(EntryName(owner)));

    internal void Write(LeaseOwner owner, List<IpNumber> addresses) => Replace(owners, EntryName(owner), FormatAddresses(addresses));

    internal void Remove(LeaseOwner owner) => owners.Unlink(EntryName(owner));

    /// <summary>Every owner with an entry. One whose name does not fit a file name is found by its leases.</summary>
    internal IEnumerable<(LeaseOwner? Owner, IReadOnlyList<IpNumber> Addresses)> All()
    {
        foreach (string name in owners.List())
        {
            int colon = name.IndexOf(':');
            if (colon < 0)
                continue;
            yield return name.StartsWith(HashPrefix, StringComparison.Ordinal) && name.Length == HashPrefix.Length + 64
                ? (null, ParseAddresses(owners.ReadSymbolicLink(name)))
                : (new LeaseOwner(name[..colon], name[(colon + 1)..]), []);
        }
    }

    /// <summary>Makes the index say exactly what the leases say, touching only what differs.</summary>
    internal void Rebuild(Dictionary<LeaseOwner, List<IpNumber>> leases)
    {
        Dictionary<string, string> wanted = new(leases.Count);
        foreach ((LeaseOwner owner, List<IpNumber> addresses) in leases)
            wanted[EntryName(owner)] = FormatAddresses(addresses);
        foreach (string name in owners.List())
        {
            if (!wanted.TryGetValue(name, out string? target))
                owners.Unlink(name);
            else if (owners.ReadSymbolicLink(name) == target)
                wanted.Remove(name);
        }
        foreach ((string name, string target) in wanted)
            Replace(owners, name, target);
    }

    /// <summary>Gives a symbolic link a target, in one step whether it exists or not.</summary>
    internal void Replace(DirectoryFd directory, string name, string target)
    {
        if (directory.TryCreateSymbolicLink(target, name))
            return;
        while (!side.TryCreateSymbolicLink(target, Temporary))
            side.Unlink(Temporary);
        directory.MoveFrom(side, Temporary, name);
    }

    private static string FormatAddresses(List<IpNumber> addresses)
    {
        StringBuilder text = new();
        foreach (IpNumber address in addresses)
            text.Append(text.Length == 0 ? "" : ",").Append(address);
        return text.ToString();
    }

    private static List<IpNumber> ParseAddresses(string? text)
    {
        List<IpNumber> addresses = [];
        foreach (Range part in text.AsSpan().Split(','))
        {
            if (IpNumber.TryParse(text.AsSpan()[part], out IpNumber address))
                addresses.Add(address);
        }
        return addresses;
    }

    // ids have no length limit, file names have. An id cannot hold a colon and no interface name is 64 characters long.
    private static string EntryName(LeaseOwner owner)
    {
        string name = $"{owner.ContainerId}:{owner.IfName}";
        return Encoding.UTF8.GetByteCount(name) <= NameMax
            ? name : HashPrefix + Convert.ToHexStringLower(Sha256.Hash(Encoding.UTF8.GetBytes(name)));
    }
}
