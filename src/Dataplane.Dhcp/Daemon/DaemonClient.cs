using System.Text;
using Dataplane.Cni;
using Dataplane.Interop;

namespace Dataplane.Dhcp;

/// <summary>The plugin's side: one question on a connection of its own.</summary>
public sealed class DaemonClient : IDisposable
{
    private readonly UnixSocket _socket;
    private readonly string _path;

    private DaemonClient(UnixSocket socket, string path)
    {
        _socket = socket;
        _path = path;
    }

    /// <summary>Connects.</summary>
    /// <param name="path">The daemon's socket.</param>
    /// <exception cref="DhcpException">Nobody is there: "error dialing DHCP daemon: …".</exception>
    public static DaemonClient Dial(string path)
    {
        try
        {
            return new DaemonClient(UnixSocket.Connect(path), path);
        }
        catch (LinuxException e)
        {
            throw new DhcpException($"error dialing DHCP daemon: dial unix {path}: {e.Operation}: {Errno.Text(e.Errno)}", e);
        }
    }

    /// <summary>Asks, and waits for the answer: the daemon is the one that gives up.</summary>
    /// <param name="request">The question.</param>
    /// <param name="interrupted">A descriptor that is readable once nobody wants the answer any more; -1: none.</param>
    /// <exception cref="DhcpException">There is no answer, or somebody else's.</exception>
    public DaemonReply Ask(DaemonRequest request, int interrupted)
    {
        if (!_socket.Send(DaemonJson.Write(request)))
        {
            throw new DhcpException($"the DHCP daemon at {_path} hung up");
        }

        byte[] answer = Read(interrupted);
        // The reference's daemon is an HTTP server, and a JSON object no request of HTTP.
        if (answer.AsSpan().StartsWith("HTTP/"u8))
        {
            throw new DhcpException(
                $"error dialing DHCP daemon: at {_path} listens another implementation's daemon (it said \"{FirstLine(answer)}\"): start \"dhcp daemon\" of this plugin");
        }

        try
        {
            return DaemonJson.ReadReply(answer)
                ?? throw new DhcpException($"the DHCP daemon at {_path} is of another version: restart it after an upgrade");
        }
        catch (CniException e)
        {
            throw new DhcpException(
                answer.Length == 0 ? $"the DHCP daemon at {_path} hung up" : $"what listens at {_path} is no DHCP daemon: it said \"{FirstLine(answer)}\"", e);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _socket.Dispose();

    private static string FirstLine(byte[] text)
    {
        int end = text.AsSpan().IndexOfAny((byte)'\r', (byte)'\n');
        return Encoding.UTF8.GetString(text, 0, Math.Min(end < 0 ? text.Length : end, 100));
    }

    private byte[] Read(int interrupted)
    {
        var poll = new PollSet();
        int socket = poll.Add(_socket.Fd);
        int signal = poll.Add(interrupted);
        byte[] buffer = new byte[4096];
        int length = 0;
        while (true)
        {
            poll.Wait(-1);
            if (poll.IsReadable(socket))
            {
                int more = _socket.Receive(buffer.AsSpan(length));
                if (more <= 0 || buffer.AsSpan(0, length += more).Contains((byte)'\n'))
                {
                    return buffer.AsSpan(0, length).ToArray();
                }

                if (length == buffer.Length)
                {
                    Array.Resize(ref buffer, length * 2);
                }
            }
            else if (poll.IsReadable(signal))
            {
                throw new DhcpException("interrupted while the DHCP daemon was asked");
            }
        }
    }
}
