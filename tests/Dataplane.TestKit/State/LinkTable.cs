using System.Text.Json;
using System.Text.RegularExpressions;

namespace Dataplane.TestKit;

/// <summary>A device of a bed and its symbolic name, which does not change from run to run.</summary>
public sealed record BedLink(string Place, int Index, string Name, string Mac, string? Kind, int? PeerIndex, string? PeerName, string Symbol);

/// <summary>
/// All devices of a bed. A veth with a random name is called after its peer: <c>veth(pod1/eth0)</c>,
/// <c>veth(host/cni0.100)</c>.
/// </summary>
public sealed partial class LinkTable
{
    private readonly List<BedLink> _links = [];

    internal LinkTable(IEnumerable<(string Place, JsonElement Addresses)> namespaces)
    {
        foreach ((string place, JsonElement addresses) in namespaces)
        {
            foreach (JsonElement link in addresses.EnumerateArray())
            {
                string name = link.GetProperty("ifname").GetString()!;
                string? kind = link.TryGetProperty("linkinfo", out JsonElement info) && info.TryGetProperty("info_kind", out JsonElement k) ? k.GetString() : null;
                // Of a peer in the same namespace ip(8) prints the name, of one elsewhere the index.
                int? peer = link.TryGetProperty("link_index", out JsonElement p) ? p.GetInt32() : null;
                string? neighbour = link.TryGetProperty("link", out JsonElement l) && l.ValueKind == JsonValueKind.String ? l.GetString() : null;
                _links.Add(new BedLink(place, link.GetProperty("ifindex").GetInt32(), name,
                    link.TryGetProperty("address", out JsonElement mac) ? mac.GetString()! : "", kind, peer, neighbour, name));
            }
        }
        for (int i = 0; i < _links.Count; i++)
        {
            BedLink link = _links[i];
            if (link is { Place: "host", Kind: "veth" } && IsRandom(link.Name) && PeerOfHostVeth(link) is { } peer)
            {
                _links[i] = link with { Symbol = $"veth({peer.Place}/{(IsRandom(peer.Name) ? "random" : peer.Name)})" };
            }
        }
    }

    public IReadOnlyList<BedLink> Links => _links;

    public BedLink? Find(string place, string name) => _links.Find(link => link.Place == place && link.Name == name);

    /// <summary>Symbolic name of a device.</summary>
    public string Symbol(string place, string name) => Find(place, name)?.Symbol ?? name;

    /// <summary>The form of generated names: veth and eight hexadecimal digits.</summary>
    public static bool IsRandom(string name) => RandomName().IsMatch(name);

    [GeneratedRegex("^veth[0-9a-f]{8}$")]
    private static partial Regex RandomName();

    // Indexes of different namespaces may be equal, those of the host's are unique: a pod's device names its peer there.
    private BedLink? PeerOfHostVeth(BedLink link) =>
        _links.Find(pod => pod is { Place: not "host", Kind: "veth" } && pod.PeerIndex == link.Index && link.PeerIndex == pod.Index)
        ?? _links.Find(host => host is { Place: "host", Kind: "veth" } && host.PeerName == link.Name && link.PeerName == host.Name);
}
