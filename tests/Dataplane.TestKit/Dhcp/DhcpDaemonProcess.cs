using System.Net.Sockets;

namespace Dataplane.TestKit;

/// <summary>"dhcp daemon" of a directory of plugins, in a host namespace, with a socket of its own.</summary>
public sealed class DhcpDaemonProcess : IDisposable
{
    private readonly RunningProgram _program;

    private DhcpDaemonProcess(RunningProgram program, string socketPath)
    {
        _program = program;
        SocketPath = socketPath;
    }

    public string SocketPath { get; }

    /// <summary>Where ours keeps its leases.</summary>
    public string LeaseDirectory => LeasesOf(SocketPath);

    public int Id => _program.Id;

    public string Said => _program.Said;

    /// <summary>What is kept.</summary>
    public IReadOnlyList<string> LeaseFiles => Directory.Exists(LeaseDirectory) ? Directory.GetFiles(LeaseDirectory, "*.json") : [];

    public static string LeasesOf(string socketPath) => Path.ChangeExtension(socketPath, ".leases");

    /// <summary>Starts it, and waits until plugins can connect.</summary>
    public static DhcpDaemonProcess Start(NodeBed bed, string directory, params string[] flags)
    {
        string socket = Path.Combine(bed.Scratch, "dhcp.sock");
        var program = new RunningProgram("/usr/bin/nsenter", [$"--net={bed.Host.Path}", Path.Combine(directory, "dhcp"), "daemon", "-socketpath", socket, .. flags]);
        Until.True(() => program.HasExited || Answers(socket), "the DHCP daemon listens");
        return program.HasExited
            ? throw new InvalidOperationException($"the DHCP daemon ended: {program.Said}")
            : new DhcpDaemonProcess(program, socket);
    }

    public void WaitForLine(string text) => _program.WaitForLine(text);

    public int Terminate() => _program.Terminate();

    public void Kill() => _program.Kill();

    public void Dispose() => _program.Dispose();

    private static bool Answers(string path)
    {
        try
        {
            using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            socket.Connect(new UnixDomainSocketEndPoint(path));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
