using System.Text;

namespace Dataplane.Ipam.Tests;

/// <summary>A data directory for one test, with one network in it.</summary>
internal sealed class TemporaryDataDir : IDisposable
{
    internal const string Network = "net";

    internal static readonly BootIdentity FirstBoot = new("11111111-1111-1111-1111-111111111111", static () => null);
    internal static readonly BootIdentity SecondBoot = new("22222222-2222-2222-2222-222222222222", static () => null);

    internal TemporaryDataDir() => Path = Directory.CreateTempSubdirectory("dp-ipam-").FullName;

    internal string Path { get; }

    internal string NetworkPath => $"{Path}/{Network}";

    internal LeaseDirectory Open(BootIdentity? boot = null, bool keep = false)
        => LeaseDirectory.Open(Path, Network, keep, boot ?? FirstBoot);

    /// <summary>Writes a lease as another implementation does.</summary>
    internal void WriteForeign(string name, string content)
    {
        Directory.CreateDirectory(NetworkPath);
        File.WriteAllText($"{NetworkPath}/{name}", content, new UTF8Encoding(false));
    }

    internal string Read(string name) => File.ReadAllText($"{NetworkPath}/{name}");

    /// <summary>The addresses that have a lease file.</summary>
    internal string[] Addresses() => [.. Directory.GetFiles(NetworkPath).Select(System.IO.Path.GetFileName)
        .Where(name => IpNumber.TryParse(name, out _)).Order(StringComparer.Ordinal)!];

    /// <summary>What the index holds, "owner -> addresses" a line.</summary>
    internal string[] Index() => [.. Directory.GetFileSystemEntries($"{NetworkPath}/.dataplane/owners")
        .Select(path => $"{System.IO.Path.GetFileName(path)} -> {new FileInfo(path).LinkTarget}").Order(StringComparer.Ordinal)];

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
