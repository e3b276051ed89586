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
internal sealed class Neighbours(Bed bed)
{
    // A bridge takes 1023 ports, and a namespace's devices are looked up by name: both get fewer.
    private const int PerBridge = 1000;
    private const int FirstPort = 12000;

    // A chain's name has 28 characters: CNI-… of masquerade, CNI-DN-… of portmap.
    private const int Longer = 24, Shorter = 21;
    private string _netns = string.Empty;
    private (string Address, string[] Rules)? _template;

    /// <summary>How many there are.</summary>
    public int Count { get; private set; }

    /// <summary>Attaches more of them.</summary>
    public void AddUpTo(int count)
    {
        if (bed.IsReference && count > PerBridge)
        {
            throw new NotSupportedException($"beside the reference's containers are at most {PerBridge}");
        }

        while (Count < count)
        {
            // One namespace for many: to the plugins and the node it makes no difference, and namespaces take long to make.
            int network = Count / PerBridge;
            _netns = Count % PerBridge == 0 ? bed.AddQuiet($"beside{network}") : _netns;
            int first = Count, end = Math.Min(count, (network + 1) * PerBridge);
            if (bed.IsReference && _template is null)
            {
                _template = Template();
                first = 1;
            }
            else if (first % PerBridge == 0)
            {
                // Alone: it makes the bridge.
                Attach(first++);
            }

            string[] addresses = new string[end - first];
            Parallel.For(first, end, new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount }, i => addresses[i - first] = Attach(i));
            if (bed.IsReference)
            {
                Restore(first, addresses);
            }

            Count = end;
        }
    }

    private string Attach(int i)
    {
        ChainKind kind = bed.IsReference ? ChainKind.Bridge : ChainKind.Mapped;
        var chain = new Chain(bed, kind.On(i / PerBridge), Id(i), _netns, $"e{i}", (FirstPort + i, "tcp"));
        chain.Add();
        return chain.Address;
    }

    /// <summary>The first of them, by the plugins alone; what they wrote is what the others get.</summary>
    private (string Address, string[] Rules) Template()
    {
        var chain = new Chain(bed, ChainKind.Mapped, Id(0), _netns, "e0", (FirstPort, "tcp"));
        chain.Add();
        using var inside = new InNamespace(bed.Host);
        string saved = Command.Run(Tool("iptables-save"), "--table", "nat");
        return (chain.Address, [.. saved.Split('\n').Where(l => l.Contains(Hash(0)[..Shorter], StringComparison.Ordinal))]);
    }

    private void Restore(int first, string[] addresses)
    {
        (string address, string[] template) = _template!.Value;
        var rules = new StringBuilder("*nat\n");
        for (int i = 0; i < addresses.Length; i++)
        {
            foreach (string line in template)
            {
                string own = line.Replace(Hash(0), Hash(first + i), StringComparison.Ordinal)
                    .Replace(Hash(0)[..Shorter], Hash(first + i)[..Shorter], StringComparison.Ordinal)
                    .Replace($"\\\"{Id(0)}\\\"", $"\\\"{Id(first + i)}\\\"", StringComparison.Ordinal)
                    .Replace($" {address}/", $" {addresses[i]}/", StringComparison.Ordinal)
                    .Replace($" {address}:{FirstPort}", $" {addresses[i]}:{FirstPort + first + i}", StringComparison.Ordinal)
                    .Replace($"s {FirstPort} ", $"s {FirstPort + first + i} ", StringComparison.Ordinal)
                    .Replace($"dport {FirstPort} ", $"dport {FirstPort + first + i} ", StringComparison.Ordinal);
                rules.Append(own).Append('\n');
            }
        }

        string file = Path.Combine(bed.Leases, "rules");
        File.WriteAllText(file, rules.Append("COMMIT\n").ToString());
        using var inside = new InNamespace(bed.Host);
        Command.Run(Tool("iptables-restore"), "--noflush", file);
    }

    private string Tool(string name) => $"{Iptables.Path(bed.Side).Split(':')[0]}/{name}";

    /// <summary>By which the reference names a container's chains.</summary>
    private static string Hash(int i) => Convert.ToHexStringLower(SHA512.HashData(Encoding.UTF8.GetBytes($"{ChainKind.Mapped.Network}{Id(i)}")))[..Longer];

    private static string Id(int i) => string.Create(CultureInfo.InvariantCulture, $"beside{i}");
}
