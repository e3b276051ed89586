using Dataplane.Cli.Commands;
using Dataplane.Cli.Output;
using Dataplane.Cli.Rows;
using Dataplane.TestKit;

namespace Dataplane.Cli.Tests;

/// <summary>docs/dpctl.md names every field that a script can read.</summary>
public sealed class DocumentationTests
{
    private readonly Capture _dpctl = new();

    [Fact]
    public void The_documentation_has_every_field()
    {
        EndpointsCommand.Write(_dpctl.Terminal, OutputFormat.Json, [Sample.Web]);
        FlowsCommand.Write(_dpctl.Terminal, OutputFormat.Json, [Sample.Fast]);
        CountersCommand.Write(_dpctl.Terminal, OutputFormat.Json, [new CounterRow("a", "b", 0, 0)], all: true);
        StatusCommand.Write(_dpctl.Terminal, OutputFormat.Json, Sample.Status);
        DoctorCommand.Write(_dpctl.Terminal, OutputFormat.Json, Sample.Sick);
        FlowsFlushCommand.Write(_dpctl.Terminal, OutputFormat.Json, new FlushReport(0));
        NatCommand.Write(_dpctl.Terminal, OutputFormat.Json, [Sample.Masqueraded]);
        HostPortsCommand.Write(_dpctl.Terminal, OutputFormat.Json, [Sample.Mapping]);
        MasqueradeCommand.Write(_dpctl.Terminal, OutputFormat.Json, [Sample.Masquerade]);
        MasqueradeExplainCommand.Write(_dpctl.Terminal, OutputFormat.Json, Sample.Explanation);
        UplinksCommand.Write(_dpctl.Terminal, OutputFormat.Json, [Sample.Uplink], all: true);
        UplinksRefreshCommand.Write(_dpctl.Terminal, OutputFormat.Json, new UplinkRefreshReport([], [], []));
        BandwidthCommand.Write(_dpctl.Terminal, OutputFormat.Json, [Sample.Limit]);
        DropsCommand.Write(_dpctl.Terminal, OutputFormat.Json, [Sample.Dropped], all: true);

        UnloadCommand.Write(_dpctl.Terminal, OutputFormat.Json, Sample.Refused);

        string documentation = File.ReadAllText(Path.Combine(Repository.Root, "docs/dpctl.md"));
        string[] written = [.. _dpctl.Out.Split('\n').Select(l => l.Trim()).Where(l => l.StartsWith('"') && l.Contains("\":", StringComparison.Ordinal)).Select(l => l[1..l.IndexOf("\":", StringComparison.Ordinal)]).Distinct()];
        Assert.NotEmpty(written);
        Assert.All(written, field => Assert.Contains($"`{field}`", documentation, StringComparison.Ordinal));
    }
}
