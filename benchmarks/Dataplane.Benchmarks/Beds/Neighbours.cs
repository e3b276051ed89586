using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Dataplane.Benchmarks.Reporting;

namespace Dataplane.Benchmarks.Beds;

/// <summary>
/// Containers that stay, each with an interface, a lease, masquerade and a mapping of its own. Ours are attached by the plugins. The reference's are attached by
/// its bridge plugin; the rules that its ipMasq and portmap write for one of them are read, and written for all others at once: by the plugins themselves a
/// thousand take a quarter of an hour.
/// </summary>
/// <param name="bed">The node.</param>
/// <param name="firstNetwork">0: the first of them share the bridge of those that are measured; 1: none does.</param>
internal sealed class Neighbours(Bed bed, int firstNetwork)
{
    // As many as a node of Kubernetes has at most. What a new port sends, the kernel floods to all ports of its bridge: a thousand make an ADD 10 ms longer,
    // whoever's it is.
    private const int PerBridge = 250;
    private const int FirstPort = 12000;

    // A chain's name has 28 characters: CNI-… of masquerade, CNI-DN-… of portmap.
    private const int Longer = 24, Shorter = 21;
    private string _netns = string.Empty;
    private string? _template;

    /// <summary>How many there are.</summary>
    public int Count { get; private set; }

    /// <summary>Attaches more of them.</summary>
    public void AddUpTo(int count)
    {
        while (Count < count)
        {
            int end = Math.Min(count, ((Count / PerBridge) + 1) * PerBridge);
            AddToBridge(end);
            Count = end;
        }
    }

    private void AddToBridge(int end)
    {
        string[] addresses = new string[end];
        int first = Count;
        if (first % PerBridge == 0)
        {
            // One namespace for many: to the plugins and the node it makes no difference, and namespaces take long to make.
            _netns = bed.AddQuiet($"beside{first}");
            // Alone: it makes the bridge.
            addresses[first] = Attach(first);
            first++;
        }

        Parallel.For(first, end, new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount }, i => addresses[i] = Attach(i));
        if (bed.IsReference)
        {
            _template ??= Rules(addresses[0]);
            Restore(addresses, Math.Max(Count, 1));
        }
    }

    private string Attach(int i)
    {
        ChainKind kind = bed.IsReference && i > 0 ? ChainKind.Bridge : ChainKind.Mapped;
        var chain = new Chain(bed, Network(kind, i), Id(i), _netns, $"e{i}", (FirstPort + i, "tcp"));
        chain.Add();
        return chain.Address;
    }

    /// <summary>What the reference wrote for the first of them, with a place for what differs.</summary>
    private string Rules(string address)
    {
        using var inside = new InNamespace(bed.Host);
        string hash = Hash(0);
        ChainKind kind = Network(ChainKind.Mapped, 0);
        IEnumerable<string> own = Command.Run(Tool("iptables-save"), "--table", "nat").Split('\n').Where(l => l.Contains(hash[..Shorter], StringComparison.Ordinal));
        return string.Join('\n', own)
            .Replace(hash, "{hash}", StringComparison.Ordinal)
            .Replace(hash[..Shorter], "{shorter}", StringComparison.Ordinal)
            .Replace($"\\\"{Id(0)}\\\"", "\\\"{id}\\\"", StringComparison.Ordinal)
            .Replace($"\\\"{kind.Network}\\\"", "\\\"{network}\\\"", StringComparison.Ordinal)
            .Replace(kind.Subnets[0], "{subnet}", StringComparison.Ordinal)
            .Replace($" {address}/", " {address}/", StringComparison.Ordinal)
            .Replace($" {address}:{FirstPort}", " {address}:{port}", StringComparison.Ordinal)
            .Replace($"dport {FirstPort} ", "dport {port} ", StringComparison.Ordinal)
            .Replace($"dports {FirstPort} ", "dports {port} ", StringComparison.Ordinal);
    }

    private void Restore(string[] addresses, int first)
    {
        var rules = new StringBuilder("*nat\n");
        for (int i = first; i < addresses.Length; i++)
        {
            ChainKind kind = Network(ChainKind.Mapped, i);
            rules.Append(_template!
                .Replace("{hash}", Hash(i), StringComparison.Ordinal)
                .Replace("{shorter}", Hash(i)[..Shorter], StringComparison.Ordinal)
                .Replace("{id}", Id(i), StringComparison.Ordinal)
                .Replace("{network}", kind.Network, StringComparison.Ordinal)
                .Replace("{subnet}", kind.Subnets[0], StringComparison.Ordinal)
                .Replace("{address}", addresses[i], StringComparison.Ordinal)
                .Replace("{port}", $"{FirstPort + i}", StringComparison.Ordinal)).Append('\n');
        }

        string file = Path.Combine(bed.Leases, "rules");
        File.WriteAllText(file, rules.Append("COMMIT\n").ToString());
        using var inside = new InNamespace(bed.Host);
        Command.Run(Tool("iptables-restore"), "--noflush", file);
    }

    private ChainKind Network(ChainKind kind, int i) => kind.On(firstNetwork + (i / PerBridge));

    private string Tool(string name) => $"{Iptables.Path(bed.Side).Split(':')[0]}/{name}";

    /// <summary>By which the reference names a container's chains.</summary>
    private string Hash(int i) =>
        Convert.ToHexStringLower(SHA512.HashData(Encoding.UTF8.GetBytes($"{Network(ChainKind.Mapped, i).Network}{Id(i)}")))[..Longer];

    private static string Id(int i) => string.Create(CultureInfo.InvariantCulture, $"beside{i}");
}
