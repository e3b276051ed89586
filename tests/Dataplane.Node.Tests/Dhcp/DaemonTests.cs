using System.Net.Sockets;
using Dataplane.TestKit;

namespace Dataplane.Node.Tests.Dhcp;

/// <summary>The daemon as a process: flags, socket, pid file, systemd, and another implementation at the other end.</summary>
public sealed class DaemonTests : DhcpTest
{
    private string Dhcp => Path.Combine(Plugins.Directory, "dhcp");

    [NeedsFact(Ours)]
    public void A_signal_ends_it_and_it_leaves_no_socket_and_no_pid_file()
    {
        string pidFile = Path.Combine(Bed.Scratch, "dhcp.pid");
        DhcpDaemonProcess daemon = StartDaemon("-pidfile", pidFile);
        Until.True(() => File.Exists(pidFile) && File.ReadAllText(pidFile).Length > 0, "the pid file is written");
        Assert.Equal(daemon.Id.ToString(), File.ReadAllText(pidFile));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(SocketPath));

        Assert.Equal(0, daemon.Terminate());

        Assert.False(File.Exists(pidFile));
        Assert.False(File.Exists(SocketPath));
    }

    [NeedsFact(Ours)]
    public void A_socket_that_a_killed_daemon_left_is_replaced_and_a_living_ones_is_not()
    {
        StartDaemon().Kill();
        Assert.True(File.Exists(SocketPath));
        StartDaemon();

        ToolResult second = Tool.Run(Dhcp, "daemon", $"-socketpath={SocketPath}");

        Assert.Equal(1, second.ExitStatus);
        Assert.Contains("another DHCP daemon keeps its leases in", second.StderrText, StringComparison.Ordinal);
        Assert.True(File.Exists(SocketPath));
    }

    [NeedsFact(Ours)]
    public void The_directory_of_the_socket_is_made_and_roots_alone()
    {
        string directory = Path.Combine(Bed.Scratch, "run", "cni");
        using var daemon = new RunningProgram(Dhcp, "daemon", "--hostprefix", Bed.Scratch, "-socketpath", "/run/cni/dhcp.sock");
        Until.True(() => File.Exists(Path.Combine(directory, "dhcp.sock")), "the socket is there");
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(directory));
        Assert.Equal(0, daemon.Terminate());
    }

    [NeedsTheory(Ours)]
    [InlineData("-colour", 2, "flag provided but not defined: -colour")]
    [InlineData("-timeout", 2, "flag needs an argument: -timeout")]
    [InlineData("-timeout=ten", 2, "invalid value \"ten\" for flag -timeout")]
    [InlineData("-h", 0, "Usage of daemon:")]
    [InlineData("-pidfile=here", 1, "Error writing pidfile \"here\": path not absolute")]
    public void Flags_that_are_wrong_are_said_to_be(string flag, int status, string says)
    {
        ToolResult result = Tool.Run(Dhcp, "daemon", flag);
        Assert.Equal(status, result.ExitStatus);
        Assert.Contains(says, result.StderrText, StringComparison.Ordinal);
    }

    [NeedsFact(Ours)]
    public void A_socket_of_systemd_is_served_and_left_to_it()
    {
        // What systemd does: the socket as descriptor 3, and two variables that say so.
        const string pass = """
            $^F = 10; socket(my $s, PF_UNIX, SOCK_STREAM, 0); bind($s, pack_sockaddr_un($ARGV[0])) or die $!; listen($s, 5);
            POSIX::dup2(fileno($s), 3); $ENV{LISTEN_PID} = $$; $ENV{LISTEN_FDS} = 1; exec @ARGV[1..$#ARGV];
            """;
        using var daemon = new RunningProgram("/usr/bin/perl", "-MSocket", "-MPOSIX=dup2", "-e", pass, SocketPath, Dhcp, "daemon", "-socketpath", SocketPath);
        Until.True(() => File.Exists(SocketPath) && Connects(), "somebody listens");

        Plugins.Run(new PluginCall("dhcp", "STATUS", Network(version: "1.1.0"))).OrThrow();
        Plugins.Run(new PluginCall("dhcp", "STATUS", Network(version: "1.1.0"))).OrThrow();

        Assert.Equal(0, daemon.Terminate());
        Assert.True(File.Exists(SocketPath));
    }

    [NeedsFact(Ours | Needs.ReferencePlugins)]
    public void The_references_plugin_and_our_daemon_do_not_wait_for_each_other()
    {
        StartDaemon();
        TestNamespace pod = Bed.AddPod();

        PluginResult refused = new PluginRunner(Bed.Host, ReferencePlugins.Directory).Add("dhcp", Network(), "c1", pod);

        Assert.Contains("error dialing DHCP daemon", refused.ErrorMessage, StringComparison.Ordinal);
        Assert.Contains("this is the DHCP daemon of Dataplane", refused.ErrorMessage, StringComparison.Ordinal);
    }

    [NeedsFact(Ours | Needs.ReferencePlugins)]
    public void Our_plugin_and_the_references_daemon_do_not_wait_for_each_other()
    {
        using DhcpDaemonProcess reference = DhcpDaemonProcess.Start(Bed, ReferencePlugins.Directory);
        TestNamespace pod = Bed.AddPod();

        PluginResult refused = Plugins.Add("dhcp", Network(), "c1", pod);
        PluginResult status = Plugins.Run(new PluginCall("dhcp", "STATUS", Network(version: "1.1.0")));

        Assert.Contains("error dialing DHCP daemon: at ", refused.ErrorMessage, StringComparison.Ordinal);
        Assert.Contains("listens another implementation's daemon", refused.ErrorMessage, StringComparison.Ordinal);
        Assert.Equal(50u, status.ErrorCode);
    }

    private bool Connects()
    {
        try
        {
            using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            socket.Connect(new UnixDomainSocketEndPoint(SocketPath));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
