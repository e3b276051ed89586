using System.Runtime.InteropServices;
using System.Text;
using Dataplane.Interop;

namespace Dataplane.Netlink;

/// <summary>
/// Values below /proc/sys. Those of net/ are the calling thread's namespace's: enter it first. A path is
/// given in parts, so that a device name may hold a dot.
/// </summary>
public static unsafe class Sysctl
{
    /// <summary>Reads a value.</summary>
    /// <param name="path">Its parts: "net", "ipv4", "ip_forward".</param>
    /// <returns>The value without surrounding white space.</returns>
    /// <exception cref="LinuxException">ENOENT: the kernel has no such value.</exception>
    public static string Read(params ReadOnlySpan<string> path)
    {
        string file = File(path);
        Span<byte> buffer = stackalloc byte[256];
        while (true)
        {
            using FileDescriptor fd = Open(file, LibC.O_RDONLY);
            nint length;
            fixed (byte* bytes = buffer)
            {
                length = LibC.read(fd.Number, bytes, (nuint)buffer.Length);
            }

            if (length < 0)
            {
                throw new LinuxException("read", file, Marshal.GetLastPInvokeError());
            }

            if (length < buffer.Length)
            {
                return Encoding.UTF8.GetString(buffer[..(int)length]).Trim();
            }

            // A list (ip_local_reserved_ports) may be longer, and of most values the kernel gives nothing from the second read on.
            buffer = new byte[buffer.Length * 16];
        }
    }

    /// <summary>Writes a value.</summary>
    /// <param name="value">The value.</param>
    /// <param name="path">Its parts.</param>
    /// <exception cref="LinuxException">EROFS on a read-only /proc, ENOENT, EINVAL for a value the kernel refuses.</exception>
    public static void Write(string value, params ReadOnlySpan<string> path)
    {
        string file = File(path);
        using FileDescriptor fd = Open(file, LibC.O_WRONLY);
        int most = Encoding.UTF8.GetMaxByteCount(value.Length);
        Span<byte> buffer = most <= 256 ? stackalloc byte[256] : new byte[most];
        int length = Encoding.UTF8.GetBytes(value, buffer);
        fixed (byte* bytes = buffer)
        {
            if (LibC.write(fd.Number, bytes, (nuint)length) < 0)
            {
                throw new LinuxException("write", file, Marshal.GetLastPInvokeError());
            }
        }
    }

    /// <summary>
    /// Writes a value unless it is there already: a read-only /proc is then no obstacle, and setting
    /// some values again has effects (IPv6 forwarding drops learnt routes).
    /// </summary>
    /// <param name="value">The value.</param>
    /// <param name="path">Its parts.</param>
    /// <returns>Whether it was written.</returns>
    public static bool WriteIfDifferent(string value, params ReadOnlySpan<string> path)
    {
        if (Read(path) == value)
        {
            return false;
        }

        Write(value, path);
        return true;
    }

    private static string File(ReadOnlySpan<string> path)
    {
        var file = new StringBuilder("/proc/sys");
        foreach (string part in path)
        {
            if (part.Length == 0 || part.Contains('/', StringComparison.Ordinal) || part is "." or "..")
            {
                throw new ArgumentException($"\"{part}\" is no part of a sysctl path", nameof(path));
            }

            file.Append('/').Append(part);
        }

        return file.ToString();
    }

    private static FileDescriptor Open(string file, int flags)
    {
        int fd = LibC.open(file, flags | LibC.O_CLOEXEC);
        return fd >= 0 ? new FileDescriptor(fd) : throw new LinuxException("open", file, Marshal.GetLastPInvokeError());
    }
}
