using System.Net.Sockets;
using System.Text;

namespace Dataplane.TestKit;

/// <summary>
/// firewalld as far as its zones' sources go, on a bus: org.fedoraproject.FirewallD1.zone addSource, removeSource, querySource, with the real
/// one's errors. It speaks D-Bus by itself and shares nothing with what it tests.
/// </summary>
public sealed class FirewalldStub : IDisposable
{
    private readonly Socket _socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
    private readonly Thread _thread;
    private readonly Dictionary<string, string> _zoneOf = [];
    private readonly List<string> _calls = [];
    private uint _serial;

    /// <param name="socketPath">of the bus</param>
    public FirewalldStub(string socketPath)
    {
        _socket.Connect(new UnixDomainSocketEndPoint(socketPath));
        _socket.Send(Encoding.ASCII.GetBytes("\0AUTH EXTERNAL 30\r\n"));
        Line();
        _socket.Send("BEGIN\r\n"u8);
        Send(1, "s/org/freedesktop/DBus", "Hello", 0, "", []);
        Receive();
        Send(1, "s/org/freedesktop/DBus", "RequestName", 0, "su", [.. Text("org.fedoraproject.FirewallD1"), .. new byte[3], 4, 0, 0, 0]);
        // The answer to it, before it NameAcquired.
        while (Receive().Type != 2)
        {
        }
        _thread = new Thread(Serve) { IsBackground = true };
        _thread.Start();
    }

    /// <summary>"addSource trusted 10.1.0.2/32", in the order they came.</summary>
    public IReadOnlyList<string> Calls
    {
        get
        {
            lock (_calls)
            {
                return [.. _calls];
            }
        }
    }

    /// <summary>The zone of a source, or null.</summary>
    public string? ZoneOf(string source)
    {
        lock (_calls)
        {
            return _zoneOf.GetValueOrDefault(source);
        }
    }

    public void Dispose()
    {
        _socket.Shutdown(SocketShutdown.Both);
        _thread.Join();
        _socket.Dispose();
    }

    private void Serve()
    {
        try
        {
            while (true)
            {
                Message call = Receive();
                if (call.Type == 1)
                {
                    lock (_calls)
                    {
                        Answer(call);
                    }
                }
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException or EndOfStreamException)
        {
            // The test is over.
        }
    }

    private void Answer(Message call)
    {
        (string zone, string source) = (call.Strings[0], call.Strings[1]);
        _calls.Add($"{call.Member} {zone} {source}");
        string? now = _zoneOf.GetValueOrDefault(source), error = null;
        switch (call.Member)
        {
            case "addSource":
                error = zone == "nowhere" ? $"INVALID_ZONE: {zone}" : now == zone ? $"ZONE_ALREADY_SET: '{source}' already bound to '{zone}'" : null;
                if (error is null)
                {
                    _zoneOf[source] = zone;
                }
                break;
            case "removeSource":
                error = now is null ? $"UNKNOWN_SOURCE: '{source}'" : null;
                _zoneOf.Remove(source);
                break;
        }
        if (error is not null)
        {
            Send(3, call.Sender, "org.fedoraproject.FirewallD1.Exception", call.Serial, "s", Text(error));
        }
        else if (call.Member == "querySource")
        {
            Send(2, call.Sender, "", call.Serial, "b", [(byte)(now == zone ? 1 : 0), 0, 0, 0]);
        }
        else
        {
            Send(2, call.Sender, "", call.Serial, "s", Text(zone));
        }
    }

    // A call of the bus (1), an answer (2) or an error (3); a path begins with "s/", else it is the receiver.
    private void Send(byte type, string to, string name, uint replyTo, string signature, byte[] body)
    {
        List<byte> fields = [];
        if (type == 1)
        {
            Field(1, 'o', Text(to[1..]));
            Field(2, 's', Text("org.freedesktop.DBus"));
            Field(3, 's', Text(name));
            Field(6, 's', Text("org.freedesktop.DBus"));
        }
        else
        {
            Field(6, 's', Text(to));
            Field(5, 'u', BitConverter.GetBytes(replyTo));
            if (type == 3)
            {
                Field(4, 's', Text(name));
            }
        }
        if (signature.Length > 0)
        {
            Field(8, 'g', [(byte)signature.Length, .. Encoding.ASCII.GetBytes(signature), 0]);
        }
        int length = fields.Count;
        Pad();
        _socket.Send([(byte)'l', type, 0, 1, .. BitConverter.GetBytes(body.Length), .. BitConverter.GetBytes(++_serial), .. BitConverter.GetBytes(length), .. fields, .. body]);

        void Field(byte code, char kind, byte[] value)
        {
            Pad();
            fields.AddRange([code, 1, (byte)kind, 0, .. value]);
        }

        void Pad()
        {
            while (fields.Count % 8 != 0)
            {
                fields.Add(0);
            }
        }
    }

    private Message Receive()
    {
        byte[] head = Read(16);
        int body = BitConverter.ToInt32(head, 4), length = BitConverter.ToInt32(head, 12);
        byte[] fields = Read((length + 7) / 8 * 8), data = Read(body);
        string member = "", sender = "";
        for (int at = 0; at < length;)
        {
            at = (at + 7) / 8 * 8;
            (byte code, char kind) = (fields[at], (char)fields[at + 2]);
            at += 4;
            int size = kind == 'g' ? fields[at] + 2 : kind == 'u' ? 4 : BitConverter.ToInt32(fields, at) + 5;
            string text = kind is 's' or 'o' ? Encoding.UTF8.GetString(fields, at + 4, size - 5) : "";
            (member, sender) = (code == 3 ? text : member, code == 7 ? text : sender);
            at += size;
        }
        List<string> strings = [];
        for (int at = 0; at + 4 < data.Length && head[1] == 1;)
        {
            int size = BitConverter.ToInt32(data, at);
            strings.Add(Encoding.UTF8.GetString(data, at + 4, size));
            at = (at + 4 + size + 1 + 3) / 4 * 4;
        }
        return new Message(head[1], BitConverter.ToUInt32(head, 8), member, sender, strings);
    }

    private static byte[] Text(string value) => [.. BitConverter.GetBytes(Encoding.UTF8.GetByteCount(value)), .. Encoding.UTF8.GetBytes(value), 0];

    private void Line()
    {
        while (Read(1)[0] != '\n')
        {
        }
    }

    private byte[] Read(int count)
    {
        byte[] bytes = new byte[count];
        for (int at = 0; at < count;)
        {
            int read = _socket.Receive(bytes, at, count - at, SocketFlags.None);
            at += read > 0 ? read : throw new EndOfStreamException();
        }
        return bytes;
    }

    private sealed record Message(byte Type, uint Serial, string Member, string Sender, List<string> Strings);
}
