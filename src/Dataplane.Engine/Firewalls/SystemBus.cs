using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using Dataplane.Interop;

namespace Dataplane.Engine;

/// <summary>
/// A connection to the system's message bus, for one call after the other. Of our own because ADD is a process of a few milliseconds that does without
/// tasks and threads, which every library for D-Bus needs; and for two strings and an answer it takes little.
/// </summary>
internal sealed unsafe class SystemBus : IDisposable
{
    private const int SO_RCVTIMEO = 20;
    private const int SO_SNDTIMEO = 21;
    private const string Bus = "org.freedesktop.DBus";

    // What D-Bus' own libraries wait for an answer.
    private const int Patience = 25; // s
    private const int LongestLine = 4096;
    private readonly FileDescriptor _socket;
    private readonly long _began = Stopwatch.GetTimestamp();
    private uint _serial;

    private SystemBus(FileDescriptor socket) => _socket = socket;

    /// <summary>Connects. Costs a connect(2) that fails where there is no bus.</summary>
    /// <param name="address">The bus; null: its usual place.</param>
    /// <returns>Null when nobody is there.</returns>
    /// <exception cref="NodeException">Somebody is, who does not speak D-Bus or does not let us in.</exception>
    public static SystemBus? TryOpen(string? address)
    {
        foreach (byte[] path in BusAddress.Sockets(string.IsNullOrEmpty(address) ? BusAddress.Default : address))
        {
            if (Connect(path) is { } socket)
            {
                var bus = new SystemBus(socket);
                try
                {
                    bus.Greet();
                    return bus;
                }
                catch
                {
                    bus.Dispose();
                    throw;
                }
            }
        }

        return null;
    }

    /// <summary>Whether somebody has a name.</summary>
    /// <exception cref="NodeException">The bus does not answer.</exception>
    public bool HasOwner(string name) => Call(Bus, "/org/freedesktop/DBus", Bus, "NameHasOwner", name).Flag;

    /// <summary>Calls a method with strings, and waits for the answer or the error.</summary>
    /// <exception cref="NodeException">The bus does not answer.</exception>
    public BusReply Call(string destination, string path, string @interface, string member, params ReadOnlySpan<string> arguments)
    {
        uint serial = ++_serial;
        Send(BusMessage.Encode(serial, destination, path, @interface, member, arguments));
        while (true)
        {
            // Signals come between; a bus that sends nothing else is given up after a while.
            BusReply reply = Receive();
            if (reply.IsReply && reply.ReplyTo == serial)
            {
                return reply;
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _socket.Dispose();

    private static FileDescriptor? Connect(byte[] path)
    {
        int fd = LibC.socket(LibC.AF_UNIX, LibC.SOCK_STREAM | LibC.SOCK_CLOEXEC, 0);
        if (fd < 0)
        {
            throw new LinuxException("socket", "AF_UNIX", Marshal.GetLastPInvokeError());
        }

        var socket = new FileDescriptor(fd);
        byte[] address = new byte[2 + path.Length];
        MemoryMarshal.Write(address, (ushort)LibC.AF_UNIX);
        path.CopyTo(address, 2);
        long* timeout = stackalloc long[2] { Patience, 0 };
        _ = LibC.setsockopt(fd, LibC.SOL_SOCKET, SO_RCVTIMEO, timeout, 2 * sizeof(long));
        _ = LibC.setsockopt(fd, LibC.SOL_SOCKET, SO_SNDTIMEO, timeout, 2 * sizeof(long));
        fixed (byte* bytes = address)
        {
            if (LibC.connect(fd, bytes, (uint)address.Length) == 0)
            {
                return socket;
            }
        }

        socket.Dispose();
        return null;
    }

    // "EXTERNAL": the kernel tells the bus who we are; the number is repeated in hexadecimal digits of its decimal ones.
    private void Greet()
    {
        string user = Convert.ToHexStringLower(Encoding.ASCII.GetBytes(LibC.geteuid().ToString(CultureInfo.InvariantCulture)));
        Send(Encoding.ASCII.GetBytes($"\0AUTH EXTERNAL {user}\r\n"));
        string answer = Line();
        if (!answer.StartsWith("OK", StringComparison.Ordinal))
        {
            throw new NodeException($"the system's message bus does not let us in: {answer}");
        }

        Send("BEGIN\r\n"u8);
        BusReply hello = Call(Bus, "/org/freedesktop/DBus", Bus, "Hello");
        if (hello.IsError)
        {
            throw new NodeException($"the system's message bus does not let us in: {hello.Text}");
        }
    }

    private string Line()
    {
        var line = new List<byte>();
        byte* one = stackalloc byte[1];
        while (line.Count < LongestLine)
        {
            Fill(new Span<byte>(one, 1));
            if (*one == '\n')
            {
                return Encoding.ASCII.GetString([.. line]).TrimEnd('\r');
            }

            line.Add(*one);
        }

        throw new NodeException("the system's message bus does not speak D-Bus");
    }

    private BusReply Receive()
    {
        try
        {
            Span<byte> head = stackalloc byte[BusMessage.FixedLength];
            Fill(head);
            byte[] message = new byte[BusMessage.Length(head)];
            head.CopyTo(message);
            Fill(message.AsSpan(BusMessage.FixedLength));
            return BusMessage.Decode(message);
        }
        catch (FormatException e)
        {
            throw new NodeException(e.Message, e);
        }
    }

    private void Fill(Span<byte> buffer)
    {
        while (buffer.Length > 0)
        {
            if (Stopwatch.GetElapsedTime(_began).TotalSeconds > Patience)
            {
                throw new NodeException("the system's message bus does not answer");
            }

            nint read;
            fixed (byte* bytes = buffer)
            {
                read = LibC.recv(_socket.Number, bytes, (nuint)buffer.Length, 0);
            }

            if (read > 0)
            {
                buffer = buffer[(int)read..];
            }
            else if (read == 0)
            {
                throw new NodeException("the system's message bus hung up");
            }
            else if (Marshal.GetLastPInvokeError() is var errno && errno != Errno.EINTR)
            {
                throw new NodeException(errno == Errno.EAGAIN ? "the system's message bus does not answer" : $"the system's message bus hung up: {Errno.Text(errno)}");
            }
        }
    }

    private void Send(ReadOnlySpan<byte> data)
    {
        while (data.Length > 0)
        {
            nint sent;
            fixed (byte* bytes = data)
            {
                sent = LibC.send(_socket.Number, bytes, (nuint)data.Length, LibC.MSG_NOSIGNAL);
            }

            if (sent >= 0)
            {
                data = data[(int)sent..];
            }
            else if (Marshal.GetLastPInvokeError() is var errno && errno != Errno.EINTR)
            {
                throw new NodeException($"the system's message bus hung up: {Errno.Text(errno)}");
            }
        }
    }
}
