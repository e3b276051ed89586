using System.Net.Sockets;

namespace Dataplane.TestKit;

/// <summary>
/// A network namespace below /run/netns, as <c>ip netns add</c> makes it, that lives as long as the object.
/// Names carry the test process's id, so that what a killed run leaves can be told from a living one.
/// </summary>
public sealed class TestNamespace : IDisposable
{
    private const int SolSocket = 1;
    private const int SoNetnsCookie = 71;
    private static int s_counter;
    private bool _disposed;

    private TestNamespace(string name) => Name = name;

    /// <summary>The name as <c>ip -n</c> takes it.</summary>
    public string Name { get; }

    /// <summary>What a runtime gives as CNI_NETNS.</summary>
    public string Path => PathOf(Name);

    /// <summary>SO_NETNS_COOKIE: never used twice until the next boot.</summary>
    public ulong Cookie => Run(() =>
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        Span<byte> value = stackalloc byte[8];
        socket.GetRawSocketOption(SolSocket, SoNetnsCookie, value);
        return BitConverter.ToUInt64(value);
    });

    /// <summary>Makes a namespace with lo up. <paramref name="label"/>: a few characters that say what it is for.</summary>
    public static TestNamespace Create(string label)
    {
        Leftovers.SweepOnce();
        string name = $"{Leftovers.Prefix}{Environment.ProcessId}-{Interlocked.Increment(ref s_counter)}-{label}";
        Tool.Run("ip", "netns", "add", name).OrThrow();
        var created = new TestNamespace(name);
        created.Ip("link", "set", "lo", "up");
        return created;
    }

    public static string PathOf(string name) => $"/run/netns/{name}";

    /// <summary>Runs code on a thread inside the namespace. Sockets it opens belong to the namespace for good.</summary>
    public T Run<T>(Func<T> code) => ThreadNamespace.Run(Path, code);

    /// <inheritdoc cref="Run{T}"/>
    public void Run(Action code) => ThreadNamespace.Run(Path, () =>
    {
        code();
        return 0;
    });

    /// <summary>Starts code on a background thread inside the namespace.</summary>
    internal Thread Start(Action code, Action<Exception> failed) => ThreadNamespace.Start(Path, code, failed);

    /// <summary><c>ip -n NAME …</c>, which must succeed; returns its output.</summary>
    public string Ip(params ReadOnlySpan<string> arguments) => Tool.Out("ip", ["-n", Name, .. arguments]);

    /// <summary>Runs a program inside the namespace; mounts stay the machine's.</summary>
    public ToolResult Exec(string program, params ReadOnlySpan<string> arguments) =>
        Tool.Run("nsenter", [$"--net={Path}", program, .. arguments]);

    /// <summary>Reads a sysctl by its path below /proc/sys; null when it does not exist.</summary>
    public string? Sysctl(string path) => Run(() =>
    {
        try
        {
            return File.ReadAllText($"/proc/sys/{path}").Trim();
        }
        catch (IOException)
        {
            return null;
        }
    });

    /// <summary>Writes a sysctl by its path below /proc/sys.</summary>
    public void SetSysctl(string path, string value) => Run(() => File.WriteAllText($"/proc/sys/{path}", value));

    public void Dispose()
    {
        if (!_disposed)
        {
            _disposed = true;
            Leftovers.DeleteNamespace(Name);
        }
    }
}
