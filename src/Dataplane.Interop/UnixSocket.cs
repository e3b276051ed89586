using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;

namespace Dataplane.Interop;

/// <summary>A stream socket of this machine (unix(7)). System.Net.Sockets would bring its own threads.</summary>
public sealed unsafe class UnixSocket : IDisposable
{
    // struct sockaddr_un: family 2, path 108 with its zero.
    private const int PathLength = 107;
    private readonly FileDescriptor _socket;

    private UnixSocket(FileDescriptor socket) => _socket = socket;

    /// <summary>For poll(2).</summary>
    public int Fd => _socket.Number;

    /// <summary>Listens at a path that does not exist; accepting does not block.</summary>
    /// <param name="path">The path.</param>
    /// <exception cref="LinuxException">"bind": EADDRINUSE when something has that name.</exception>
    public static UnixSocket Listen(string path)
    {
        UnixSocket listener = Make(LibC.SOCK_NONBLOCK);
        try
        {
            byte* address = stackalloc byte[PathLength + 3];
            uint length = Fill(address, path, "bind");
            if (LibC.bind(listener.Fd, address, length) != 0)
            {
                throw new LinuxException("bind", path, Marshal.GetLastPInvokeError());
            }

            return LibC.listen(listener.Fd, 1024) == 0 ? listener : throw new LinuxException("listen", path, Marshal.GetLastPInvokeError());
        }
        catch
        {
            listener.Dispose();
            throw;
        }
    }

    /// <summary>Takes over a listening socket that whoever started this process has opened (sd_listen_fds(3)); accepting does not block any more.</summary>
    /// <param name="fd">Its number.</param>
    /// <exception cref="LinuxException">It is none.</exception>
    public static UnixSocket TakeOver(int fd)
    {
        int on = 1;
        return LibC.ioctl(fd, LibC.FIONBIO, &on) == 0
            ? new UnixSocket(new FileDescriptor(fd))
            : throw new LinuxException("ioctl", $"FIONBIO of descriptor {fd}", Marshal.GetLastPInvokeError());
    }

    /// <summary>Connects; reading and writing block.</summary>
    /// <param name="path">Where somebody listens.</param>
    /// <exception cref="LinuxException">"connect": ENOENT, ECONNREFUSED.</exception>
    public static UnixSocket Connect(string path)
    {
        UnixSocket socket = Make(0);
        try
        {
            byte* address = stackalloc byte[PathLength + 3];
            uint length = Fill(address, path, "connect");
            while (LibC.connect(socket.Fd, address, length) != 0)
            {
                if (Marshal.GetLastPInvokeError() is var errno && errno != Errno.EINTR)
                {
                    throw new LinuxException("connect", path, errno);
                }
            }

            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>The next connection, which does not block; null when none waits.</summary>
    public UnixSocket? Accept()
    {
        int fd = LibC.accept4(Fd, LibC.SOCK_CLOEXEC | LibC.SOCK_NONBLOCK);
        return fd < 0 ? null : new UnixSocket(new FileDescriptor(fd));
    }

    /// <summary>Reads what is there.</summary>
    /// <param name="buffer">Gets it.</param>
    /// <returns>How much; 0: the other end is gone; -1: nothing is there now.</returns>
    public int Receive(Span<byte> buffer)
    {
        fixed (byte* start = buffer)
        {
            while (true)
            {
                nint length = LibC.recv(Fd, start, (nuint)buffer.Length, 0);
                if (length >= 0)
                {
                    return (int)length;
                }

                switch (Marshal.GetLastPInvokeError())
                {
                    case Errno.EINTR:
                        continue;
                    case Errno.EAGAIN:
                        return -1;
                    default:
                        return 0;
                }
            }
        }
    }

    /// <summary>Writes all of it, unless the other end is gone or does not read.</summary>
    /// <param name="text">What is written.</param>
    /// <returns>Whether all of it was.</returns>
    public bool Send(ReadOnlySpan<byte> text)
    {
        fixed (byte* start = text)
        {
            for (int total = 0; total < text.Length;)
            {
                nint length = LibC.send(Fd, start + total, (nuint)(text.Length - total), LibC.MSG_NOSIGNAL);
                if (length < 0 && Marshal.GetLastPInvokeError() != Errno.EINTR)
                {
                    return false;
                }

                total += Math.Max((int)length, 0);
            }
        }

        return true;
    }

    /// <inheritdoc/>
    public void Dispose() => _socket.Dispose();

    private static UnixSocket Make(int flags)
    {
        int fd = LibC.socket(LibC.AF_UNIX, LibC.SOCK_STREAM | LibC.SOCK_CLOEXEC | flags, 0);
        return fd >= 0 ? new UnixSocket(new FileDescriptor(fd)) : throw new LinuxException("socket", "AF_UNIX", Marshal.GetLastPInvokeError());
    }

    private static uint Fill(byte* address, string path, string operation)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(path);
        if (bytes.Length is 0 or > PathLength)
        {
            throw new LinuxException(operation, path, Errno.EINVAL);
        }

        var sockaddr = new Span<byte>(address, PathLength + 3);
        sockaddr.Clear();
        BinaryPrimitives.WriteUInt16LittleEndian(sockaddr, LibC.AF_UNIX);
        bytes.CopyTo(sockaddr[2..]);
        return (uint)(2 + bytes.Length + 1);
    }
}
