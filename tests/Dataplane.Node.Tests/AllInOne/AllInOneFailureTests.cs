using Dataplane.TestKit;
using Xunit;

namespace Dataplane.Node.Tests.AllInOne;

/// <summary>DEL of the plugin "dataplane" where a part of it cannot be removed: the others go all the same, and the first failure is told.</summary>
public sealed class AllInOneFailureTests : IDisposable
{
    private readonly NodeBed _bed = new(pods: 1);

    public void Dispose() => _bed.Dispose();

    [NeedsTheory(Needs.Namespaces | Needs.OurPlugins | Needs.Bpftool)]
    [InlineData("bandwidth")]
    [InlineData("portmap")]
    [InlineData("bandwidth", "portmap")]
    public void DEL_tries_every_part(params string[] broken)
    {
        var plugins = new PluginRunner(_bed.Host, OurPlugins.Directory);
        string config = $$"""
            {"cniVersion": "1.1.0", "name": "net1", "type": "dataplane", "bridge": "br0", "isGateway": true,
             "runtimeConfig": {"portMappings": [{"hostPort": 8080, "containerPort": 80, "protocol": "tcp"}]},
             "ipam": {"type": "host-local", "dataDir": "{{_bed.DataDirectory}}", "subnet": "10.1.2.0/24"} }
            """;
        plugins.Add("dataplane", config, "c1", _bed.Pods[0]).OrThrow();
        // In the place of a record that a chain would have written.
        foreach (string part in broken)
        {
            Directory.CreateDirectory(Record(part));
        }

        PluginResult result = plugins.Del("dataplane", config, "c1", _bed.Pods[0]);

        Assert.Equal((1, 999u), (result.ExitStatus, result.ErrorCode));
        Assert.StartsWith($"open {Record(broken[0])}: ", result.ErrorMessage, StringComparison.Ordinal);
        Assert.Equal(broken.Select(Record).Select(static path => $"record {path}").Order(StringComparer.Ordinal), LeakCheck.Find(_bed).Order(StringComparer.Ordinal));
        foreach (string part in broken)
        {
            Directory.Delete(Record(part));
        }

        plugins.Del("dataplane", config, "c1", _bed.Pods[0]).OrThrow();
        LeakCheck.AssertClean(_bed);
    }

    private string Record(string part) => Path.Combine(_bed.RunDirectory, part, "c1:eth0");
}
