using System.Xml.Linq;

namespace Dataplane.Architecture.Tests;

/// <summary>References point down only; the layers are the ones CONTRIBUTING.md names.</summary>
public sealed class DependencyDirectionTests
{
    private static readonly Dictionary<string, string[]> Allowed = new()
    {
        ["Dataplane.Abi"] = [],
        ["Dataplane.Cni"] = [],
        ["Dataplane.Interop"] = [],
        ["Dataplane.Netlink"] = ["Dataplane.Interop"],
        ["Dataplane.Bpf"] = ["Dataplane.Interop", "Dataplane.Abi"],
        ["Dataplane.Ipam"] = ["Dataplane.Interop"],
        ["Dataplane.Dhcp"] = ["Dataplane.Cni", "Dataplane.Netlink", "Dataplane.Interop"],
        ["Dataplane.Engine"] = ["Dataplane.Bpf", "Dataplane.Netlink", "Dataplane.Interop", "Dataplane.Abi"],
        ["Dataplane.Plugins"] = ["Dataplane.Cni", "Dataplane.Ipam", "Dataplane.Dhcp", "Dataplane.Engine", "Dataplane.Bpf", "Dataplane.Netlink", "Dataplane.Interop", "Dataplane.Abi"],
        ["Dataplane.CniTool"] = ["Dataplane.Cni", "Dataplane.Netlink", "Dataplane.Interop"],
        ["Dataplane.Cli"] = ["Dataplane.Cni", "Dataplane.Ipam", "Dataplane.Engine", "Dataplane.Bpf", "Dataplane.Netlink", "Dataplane.Interop", "Dataplane.Abi"],
    };

    public static TheoryData<string> Projects => [.. Repository.Under("src/", ".csproj")];

    [Theory]
    [MemberData(nameof(Projects))]
    public void A_project_references_only_layers_below_it(string file)
    {
        string project = Path.GetFileNameWithoutExtension(file);
        Assert.True(Allowed.TryGetValue(project, out string[]? below), $"{project} is in no layer: add it here and to CONTRIBUTING.md");

        IEnumerable<string> references = XDocument.Parse(Repository.Read(file)).Descendants("ProjectReference")
            .Select(e => Path.GetFileNameWithoutExtension(e.Attribute("Include")!.Value));
        Assert.Empty(references.Except(below));
    }

    /// <summary>Transitive references compile too: a using is what a layer really depends on.</summary>
    [Theory]
    [MemberData(nameof(Projects))]
    public void A_source_file_names_only_layers_below_it(string file)
    {
        string project = Path.GetFileNameWithoutExtension(file);
        string[] forbidden = [.. Allowed.Keys.Where(k => k != project).Except(Allowed[project])];
        foreach (string source in Repository.Under($"src/{project}/", ".cs"))
        {
            IEnumerable<string> usings = Repository.Lines(source)
                .Select(l => l.Trim())
                .Where(l => l.StartsWith("using ", StringComparison.Ordinal) || l.StartsWith("global using ", StringComparison.Ordinal));
            Assert.DoesNotContain(usings, u => forbidden.Any(f => u.EndsWith($" {f};", StringComparison.Ordinal) || u.Contains($" {f}.", StringComparison.Ordinal)));
        }
    }
}
