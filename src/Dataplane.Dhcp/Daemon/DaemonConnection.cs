using System.Text;
using Dataplane.Cni;
using Dataplane.Interop;

namespace Dataplane.Dhcp;

/// <summary>A plugin's connection, as the daemon has it: a line comes in, a line goes out.</summary>
/// <param name="socket">The connection.</param>
internal sealed class DaemonConnection(UnixSocket socket) : IDisposable
{
    private const int LongestLine = 1 << 18;
    private byte[] _buffer = new byte[2048];
    private int _length;
    private bool _asked;

    public int Fd => socket.Fd;

    /// <summary>The other end is gone, or has its answer.</summary>
    public bool IsOver { get; private set; }

    /// <summary>The lease it waits for.</summary>
    public PendingLease? Waiting { get; set; }

    /// <summary>Reads what came.</summary>
    /// <returns>The question, once it is whole.</returns>
    public DaemonRequest? OnReadable()
    {
        int more = socket.Receive(_buffer.AsSpan(_length));
        if (more < 0)
        {
            return null;
        }

        if (more == 0 || _asked)
        {
            // A plugin has one question. More than that, or the end, before the answer: it does not wait for one.
            IsOver |= more == 0;
            return null;
        }

        _length += more;
        int end = _buffer.AsSpan(0, _length).IndexOf((byte)'\n');
        if (end >= 0)
        {
            return Parse(_buffer.AsMemory(0, end));
        }

        if (_length == _buffer.Length)
        {
            if (_length >= LongestLine)
            {
                Refuse("the question is too long");
                return null;
            }

            Array.Resize(ref _buffer, _length * 2);
        }

        return null;
    }

    /// <summary>Answers.</summary>
    /// <returns>Whether the other end can read it.</returns>
    public bool Answer(DaemonReply reply)
    {
        IsOver = true;
        return socket.Send(DaemonJson.Write(reply));
    }

    /// <summary>Answers that it cannot be.</summary>
    public void Refuse(string error) => Answer(new DaemonReply { Error = error });

    public void Dispose() => socket.Dispose();

    private DaemonRequest? Parse(ReadOnlyMemory<byte> line)
    {
        _asked = true;
        // The reference's plugin dials by HTTP, and shows what it is refused with.
        if (line.Span.StartsWith("CONNECT "u8))
        {
            _ = socket.Send(Encoding.ASCII.GetBytes(
                "HTTP/1.0 501 this is the DHCP daemon of Dataplane, which serves its own dhcp plugin alone\r\nContent-Length: 0\r\n\r\n"));
            IsOver = true;
            return null;
        }

        try
        {
            if (DaemonJson.ReadRequest(line) is { } request)
            {
                _buffer = new byte[64];
                _length = 0;
                return request;
            }

            Refuse($"the DHCP daemon speaks version {DaemonRequest.CurrentVersion} of its protocol, the plugin another: restart the daemon after an upgrade");
        }
        catch (CniException)
        {
            Refuse("the DHCP daemon does not understand the question");
        }

        return null;
    }
}
