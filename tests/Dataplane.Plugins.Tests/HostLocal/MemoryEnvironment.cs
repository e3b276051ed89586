using System.Text;
using Dataplane.Cni;

namespace Dataplane.Plugins.Tests.HostLocal;

/// <summary>The process of one call, in memory.</summary>
internal sealed class MemoryEnvironment(IReadOnlyDictionary<string, string> variables, string stdin) : ICniEnvironment
{
    public Stream Stdout { get; } = new MemoryStream();

    public Stream Stderr { get; } = new MemoryStream();

    public string Output => Encoding.UTF8.GetString(((MemoryStream)Stdout).ToArray());

    public string? Get(string name) => variables.GetValueOrDefault(name);

    public Stream OpenStdin() => new MemoryStream(Encoding.UTF8.GetBytes(stdin));

    public bool IsOwnNetns(string path) => false;
}
