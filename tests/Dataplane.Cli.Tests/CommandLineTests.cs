using Dataplane.Cli.Output;

namespace Dataplane.Cli.Tests;

/// <summary>What is asked for wrongly is answered with a sentence and exit status 2, before the node is looked at.</summary>
public sealed class CommandLineTests
{
    private readonly Capture _dpctl = new();

    [Theory]
    [InlineData("dpctl: try 'dpctl --help'", "nonsense")]
    [InlineData("dpctl: try 'dpctl status --help'", "status", "--nonsense")]
    [InlineData("dpctl: try 'dpctl flows flush --help'", "flows", "flush", "--nonsense")]
    [InlineData("Argument 'xml' not recognized. Must be one of:", "status", "-o", "xml")]
    [InlineData("Argument 'quick' not recognized. Must be one of:", "flows", "--state", "quick")]
    [InlineData("dpctl: --limit takes a positive number, not '0'", "flows", "--limit", "0")]
    [InlineData("dpctl: --limit takes a positive number, not 'many'", "flows", "--limit", "many")]
    [InlineData("dpctl: try 'dpctl nat flush --help'", "nat", "flush", "--nonsense")]
    [InlineData("Argument 'snat' not recognized. Must be one of:", "nat", "--kind", "snat")]
    [InlineData("Argument 'old' not recognized. Must be one of:", "nat", "--state", "old")]
    [InlineData("dpctl: --limit takes a positive number, not '-1'", "nat", "--limit", "-1")]
    [InlineData("dpctl: <pod-ip> takes an IP address, not 'web'", "masquerade", "explain", "web", "192.0.2.1")]
    [InlineData("dpctl: <destination> takes an IP address, not 'dns'", "masquerade", "explain", "10.0.0.1", "dns")]
    [InlineData("10.0.0.1 and fd00::1 are of different families", "masquerade", "explain", "10.0.0.1", "fd00::1")]
    [InlineData("dpctl: try 'dpctl bandwidth set --help'", "bandwidth", "set")]
    [InlineData("dpctl: nothing to set: give --ingress-rate", "bandwidth", "set", "web")]
    [InlineData("dpctl: --ingress-rate takes bits like 100M, 1.5G or 64000 (units k, M, G, T, Ki, Mi, Gi, Ti), or none, not 'fast'", "bandwidth", "set", "web", "--ingress-rate", "fast")]
    [InlineData("dpctl: --egress-burst takes bits like", "bandwidth", "set", "web", "--egress-rate", "1M", "--egress-burst", "-1")]
    [InlineData("dpctl: --egress-rate 1 is less than a byte a second", "bandwidth", "set", "web", "--egress-rate", "1")]
    [InlineData("dpctl: --ingress-burst is of a limit that --ingress-rate removes", "bandwidth", "set", "web", "--ingress-rate", "none", "--ingress-burst", "1M")]
    [InlineData("dpctl: --ingress-burst cannot be more than 4 GiB", "bandwidth", "set", "web", "--ingress-rate", "100G", "--ingress-burst", "40G")]
    [InlineData("dpctl: try 'dpctl bandwidth set --help'", "bandwidth", "set", "web", "--pod", "web", "--ingress-rate", "1M")]
    [InlineData("dpctl: try 'dpctl unload --help'", "unload", "--force")]
    [InlineData("Required argument missing for option: '--netns'", "status", "--netns")]
    public void A_wrong_command_line_is_a_sentence(string sentence, params string[] arguments)
    {
        Assert.Equal(ExitStatus.Usage, _dpctl.Run(arguments));
        Assert.Contains(sentence, _dpctl.Error, StringComparison.Ordinal);
        Assert.Empty(_dpctl.Out);
    }

    [Fact]
    public void Without_a_command_it_says_so()
    {
        Assert.Equal(ExitStatus.Usage, _dpctl.Run());
        Assert.Contains("dpctl: ", _dpctl.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Help_lists_every_command()
    {
        Assert.Equal(ExitStatus.Ok, _dpctl.Run("--help"));
        foreach (string command in (string[])["status", "endpoints", "flows", "nat", "hostports", "masquerade", "bandwidth", "uplinks", "counters", "drops", "doctor", "unload", "--output", "--netns"])
        {
            Assert.Contains(command, _dpctl.Out, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Version_is_the_assembly_s()
    {
        Assert.Equal(ExitStatus.Ok, _dpctl.Run("--version"));
        Assert.Matches(@"^\d+\.\d+\.\d+", _dpctl.Out);
    }
}
