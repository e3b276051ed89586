using System.Diagnostics;

namespace Dataplane.TestKit;

/// <summary>A message bus of a test's own: Debian's dbus-daemon on a socket in a directory of the test. Nobody else hears of it.</summary>
public sealed class BusDaemon : IDisposable
{
    private readonly Process _daemon;

    /// <param name="directory">where its files go</param>
    public BusDaemon(string directory)
    {
        SocketPath = Path.Combine(directory, "bus");
        string config = Path.Combine(directory, "bus.conf");
        File.WriteAllText(config, $"""
            <!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN" "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
            <busconfig>
              <listen>unix:path={SocketPath}</listen>
              <auth>EXTERNAL</auth>
              <policy context="default"><allow own="*"/><allow send_destination="*"/><allow receive_sender="*"/><allow user="*"/></policy>
            </busconfig>
            """);
        _daemon = Process.Start(new ProcessStartInfo("dbus-daemon", ["--nofork", "--print-address", $"--config-file={config}"]) { RedirectStandardOutput = true })!;
        // It says where it listens once it does.
        if (_daemon.StandardOutput.ReadLine() is null)
        {
            throw new InvalidOperationException("dbus-daemon ended");
        }
    }

    /// <summary>Its socket.</summary>
    public string SocketPath { get; }

    /// <summary>For DBUS_SYSTEM_BUS_ADDRESS.</summary>
    public string Address => $"unix:path={SocketPath}";

    public void Dispose()
    {
        _daemon.Kill();
        _daemon.WaitForExit();
        _daemon.Dispose();
    }
}
