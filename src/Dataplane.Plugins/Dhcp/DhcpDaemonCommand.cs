using System.Globalization;
using System.Text;
using Dataplane.Dhcp;
using Dataplane.Interop;

namespace Dataplane.Plugins;

/// <summary>"dhcp daemon …": the same executable as a process that stays.</summary>
internal static class DhcpDaemonCommand
{
    private const int FirstPassedDescriptor = 3;

    /// <summary>Whether a command line is the daemon's.</summary>
    /// <param name="name">The name the executable was started by.</param>
    /// <param name="arguments">The command line, the name first.</param>
    public static bool IsMeant(string name, ReadOnlySpan<string> arguments) => name == DhcpPlugin.PluginName && arguments.Length > 1 && arguments[1] == "daemon";

    /// <summary>Runs until SIGTERM or SIGINT.</summary>
    /// <param name="arguments">What stands behind "daemon".</param>
    /// <returns>The exit status.</returns>
    public static int Run(ReadOnlySpan<string> arguments)
    {
        DaemonFlags flags;
        try
        {
            flags = DaemonFlags.Parse(arguments);
        }
        catch (FormatException e)
        {
            Log(e.Message.Length == 0 ? DaemonFlags.Usage : $"{e.Message}\n{DaemonFlags.Usage}");
            return e.Message.Length == 0 ? 0 : 2;
        }

        try
        {
            Serve(flags);
            return 0;
        }
        catch (Exception e) when (e is DhcpException or LinuxException or IOException or UnauthorizedAccessException)
        {
            Log(e.Message);
            return 1;
        }
    }

    private static void Serve(DaemonFlags flags)
    {
        if (flags.PidFile.Length > 0 && !Path.IsPathFullyQualified(flags.PidFile))
        {
            throw new DhcpException($"Error writing pidfile \"{flags.PidFile}\": path not absolute");
        }

        string path = flags.HostPrefix + flags.SocketPath;
        // One daemon has the leases of a socket: of two, the second ends here.
        using LeaseStore store = LeaseStore.Open(LeaseDirectory(path));
        using UnixSocket listener = Listen(path, out bool passed);
        try
        {
            if (flags.PidFile.Length > 0)
            {
                File.WriteAllText(flags.PidFile, Environment.ProcessId.ToString(CultureInfo.InvariantCulture));
            }

            using var daemon = new DhcpDaemon(listener, store, flags.Settings, flags.HostPrefix, Log);
            daemon.Run(Termination.Event);
        }
        finally
        {
            // A socket that systemd listens at is systemd's.
            Remove(passed ? "" : path);
            Remove(flags.PidFile);
        }
    }

    private static string LeaseDirectory(string socketPath) =>
        (socketPath.EndsWith(".sock", StringComparison.Ordinal) ? socketPath[..^".sock".Length] : socketPath) + ".leases";

    private static UnixSocket Listen(string path, out bool passed)
    {
        passed = Environment.GetEnvironmentVariable("LISTEN_PID") == Environment.ProcessId.ToString(CultureInfo.InvariantCulture);
        if (passed && Environment.GetEnvironmentVariable("LISTEN_FDS") is { } count && count != "0")
        {
            return count == "1"
                ? UnixSocket.TakeOver(FirstPassedDescriptor)
                : throw new DhcpException($"Error getting listener: Too many ({count}) FDs passed through socket activation");
        }

        passed = false;
        try
        {
            using (DirectoryFd.OpenOrCreate(Path.GetDirectoryName(path)!, 0b111_000_000))
            {
                RemoveDead(path);
            }

            UnixSocket listener = UnixSocket.Listen(path);
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
            return listener;
        }
        catch (LinuxException e)
        {
            throw new DhcpException($"Error getting listener: listen unix {path}: {e.Operation}: {Errno.Text(e.Errno)}", e);
        }
    }

    // What a daemon that was killed left: nobody listens there.
    private static void RemoveDead(string path)
    {
        try
        {
            UnixSocket.Connect(path).Dispose();
        }
        catch (LinuxException e) when (e.Errno == Errno.ECONNREFUSED)
        {
            File.Delete(path);
        }
        catch (LinuxException)
        {
            // There is nothing, or something that bind(2) says better what is wrong with.
        }
    }

    private static void Remove(string path)
    {
        try
        {
            if (path.Length > 0)
            {
                File.Delete(path);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Log(e.Message);
        }
    }

    private static void Log(string line)
    {
        try
        {
            new FdStream(2).Write(Encoding.UTF8.GetBytes($"{line.TrimEnd()}\n"));
        }
        catch (IOException)
        {
            // Nobody listens.
        }
    }
}
