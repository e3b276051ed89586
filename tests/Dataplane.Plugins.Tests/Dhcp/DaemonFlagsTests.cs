using Dataplane.Dhcp;

namespace Dataplane.Plugins.Tests.Dhcp;

/// <summary>The command line of the daemon.</summary>
public sealed class DaemonFlagsTests
{
    [Fact]
    public void The_defaults_are_the_references()
    {
        DaemonFlags flags = DaemonFlags.Parse([]);
        Assert.Equal(("", "", "/run/cni/dhcp.sock"), (flags.PidFile, flags.HostPrefix, flags.SocketPath));
        Assert.Equal(new ClientSettings(10_000, 62_000, 208_000, Broadcast: false), flags.Settings);
    }

    [Fact]
    public void Every_flag_in_every_way_to_write_it()
    {
        DaemonFlags flags = DaemonFlags.Parse(
            ["-pidfile", "/p", "--hostprefix=/host", "-socketpath=/s", "--timeout", "2s", "-resendmax=1m30s", "-resendtimeout", "1.5h", "-broadcast", "--", "-x"]);
        Assert.Equal(("/p", "/host", "/s"), (flags.PidFile, flags.HostPrefix, flags.SocketPath));
        Assert.Equal(new ClientSettings(2000, 90_000, 5_400_000, Broadcast: true), flags.Settings);
        Assert.False(DaemonFlags.Parse(["-broadcast=false"]).Settings.Broadcast);
        Assert.Equal("/run/cni/dhcp.sock", DaemonFlags.Parse(["-socketpath", ""]).SocketPath);
    }

    [Theory]
    [InlineData("-broadcast=perhaps", "invalid boolean value \"perhaps\" for -broadcast: parse error")]
    [InlineData("-nothing", "flag provided but not defined: -nothing")]
    [InlineData("-timeout=1", "invalid value \"1\" for flag -timeout: parse error")]
    [InlineData("-pidfile", "flag needs an argument: -pidfile")]
    [InlineData("--help", "")]
    public void What_is_wrong_is_said_in_the_references_words(string flag, string says) =>
        Assert.Equal(says, Assert.Throws<FormatException>(() => DaemonFlags.Parse([flag])).Message);

    [Theory]
    [InlineData("0", 0)]
    [InlineData("500ms", 500)]
    [InlineData("2h45m", 9_900_000)]
    [InlineData("1.5s", 1500)]
    [InlineData("100000h", int.MaxValue)]
    public void Durations(string text, long milliseconds)
    {
        Assert.True(GoDuration.TryParse(text, out long read));
        Assert.Equal(milliseconds, read);
    }

    [Theory]
    [InlineData("")]
    [InlineData("s")]
    [InlineData("5")]
    [InlineData("5x")]
    [InlineData("1s2")]
    [InlineData("-1s")]
    [InlineData("1..2s")]
    public void What_is_no_duration(string text) => Assert.False(GoDuration.TryParse(text, out _));
}
