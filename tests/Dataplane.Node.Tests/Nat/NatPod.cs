using System.Net;
using Dataplane.TestKit;

namespace Dataplane.Node.Tests.Nat;

/// <summary>A pod that a chain of plugins attached.</summary>
public sealed record NatPod(PluginChain Chain, string Id, TestNamespace Pod, IReadOnlyList<PortMapping> Mappings, PluginResult Result)
{
    public IPAddress V4 => Result.Address();

    public IPAddress V6 => Result.Address(v6: true);

    public IPAddress Address(bool v6) => v6 ? V6 : V4;

    /// <summary>The host's end of the veth.</summary>
    public string HostVeth => Result.Json!.Value.GetProperty("interfaces").EnumerateArray()
        .Select(static entry => entry.GetProperty("name").GetString()!).Single(LinkTable.IsRandom);

    public void Check() => Chain.Check(Id, Pod, Mappings, Result.Stdout);

    public void Delete() => Chain.Delete(Id, Pod, Mappings, Result.Stdout);
}
