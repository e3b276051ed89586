using System.Buffers.Binary;
using System.Text;

namespace Dataplane.Engine;

/// <summary>
/// Messages of D-Bus (https://dbus.freedesktop.org/doc/dbus-specification.html): a method call with strings, and an answer with one value. What
/// comes from the bus is not trusted: every length is checked against what is there.
/// </summary>
internal static class BusMessage
{
    /// <summary>Bytes that are always there: byte order, type, flags, version, length of the body, serial, length of the fields.</summary>
    public const int FixedLength = 16;

    /// <summary>The longest message that is read; D-Bus itself allows 128 MiB.</summary>
    public const int Longest = 1024 * 1024;

    private const byte Call = 1;
    private const byte Version = 1;
    private const byte PathField = 1;
    private const byte InterfaceField = 2;
    private const byte MemberField = 3;
    private const byte ErrorField = 4;
    private const byte ReplyField = 5;
    private const byte DestinationField = 6;
    private const byte SignatureField = 8;

    /// <summary>A method call.</summary>
    public static byte[] Encode(uint serial, string destination, string path, string @interface, string member, ReadOnlySpan<string> arguments)
    {
        var body = new List<byte>();
        foreach (string argument in arguments)
        {
            String(body, argument);
        }

        // Little-endian, whatever the machine is: the first byte says so.
        List<byte> message = [(byte)'l', Call, 0, Version];
        Number(message, (uint)body.Count);
        Number(message, serial);
        Number(message, 0);
        Field(message, PathField, 'o', path);
        Field(message, DestinationField, 's', destination);
        Field(message, InterfaceField, 's', @interface);
        Field(message, MemberField, 's', member);
        if (arguments.Length > 0)
        {
            Pad(message, 8);
            message.AddRange([SignatureField, 1, (byte)'g', 0, (byte)arguments.Length]);
            for (int i = 0; i < arguments.Length; i++)
            {
                message.Add((byte)'s');
            }

            message.Add(0);
        }

        Span<byte> length = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(length, (uint)(message.Count - FixedLength));
        for (int i = 0; i < length.Length; i++)
        {
            message[12 + i] = length[i];
        }

        Pad(message, 8);
        message.AddRange(body);
        return [.. message];
    }

    /// <summary>How many bytes a message has, by its first ones.</summary>
    /// <exception cref="FormatException">It is none, or too long.</exception>
    public static int Length(ReadOnlySpan<byte> head)
    {
        bool big = IsBig(head);
        uint body = Read(head, 4, big), fields = Read(head, 12, big);
        if (head[3] != Version || body > Longest || fields > Longest || Aligned(FixedLength + (int)fields, 8) + body > Longest)
        {
            throw new FormatException("the bus answers with something that is no message of D-Bus");
        }

        return Aligned(FixedLength + (int)fields, 8) + (int)body;
    }

    /// <summary>Reads a whole message.</summary>
    /// <exception cref="FormatException">Its parts contradict each other.</exception>
    public static BusReply Decode(ReadOnlySpan<byte> message)
    {
        bool big = IsBig(message);
        int end = FixedLength + (int)Read(message, 12, big), at = FixedLength;
        uint? replyTo = null;
        string error = "", signature = "";
        while (at < end)
        {
            at = Aligned(at, 8);
            byte code = At(message, at);
            string type = Signature(message, ref at, at + 1);
            switch (type)
            {
                case "s" or "o":
                    string text = Text(message, ref at, big);
                    error = code == ErrorField ? text : error;
                    break;
                case "g":
                    string types = Signature(message, ref at, at);
                    signature = code == SignatureField ? types : signature;
                    break;
                case "u":
                    at = Aligned(at, 4);
                    uint number = Read(message, at, big);
                    at += 4;
                    replyTo = code == ReplyField ? number : replyTo;
                    break;
                default:
                    throw new FormatException($"the bus answers with a header of the type \"{type}\"");
            }
        }

        at = Aligned(end, 8);
        string value = signature.StartsWith('s') ? Text(message, ref at, big) : "";
        bool flag = signature.StartsWith('b') && Read(message, at, big) == 1;
        return new BusReply(At(message, 1), replyTo, error, value, flag);
    }

    private static bool IsBig(ReadOnlySpan<byte> message) => At(message, 0) switch
    {
        (byte)'l' => false,
        (byte)'B' => true,
        _ => throw new FormatException("the bus answers with something that is no message of D-Bus"),
    };

    private static string Text(ReadOnlySpan<byte> message, ref int at, bool big)
    {
        at = Aligned(at, 4);
        uint length = Read(message, at, big);
        at += 4;
        if (length > message.Length - at)
        {
            throw Torn();
        }

        string text = Encoding.UTF8.GetString(message.Slice(at, (int)length));
        at += (int)length + 1;
        return text;
    }

    private static string Signature(ReadOnlySpan<byte> message, ref int at, int from)
    {
        int length = At(message, from);
        if (length > message.Length - from - 1)
        {
            throw Torn();
        }

        at = from + 1 + length + 1;
        return Encoding.ASCII.GetString(message.Slice(from + 1, length));
    }

    private static byte At(ReadOnlySpan<byte> message, int at) => at < message.Length ? message[at] : throw Torn();

    private static uint Read(ReadOnlySpan<byte> message, int at, bool big) => at < 0 || at > message.Length - 4 ? throw Torn()
        : big ? BinaryPrimitives.ReadUInt32BigEndian(message[at..]) : BinaryPrimitives.ReadUInt32LittleEndian(message[at..]);

    private static FormatException Torn() => new("the bus answers with a message whose parts are longer than itself");

    private static int Aligned(int at, int to) => (at + to - 1) / to * to;

    private static void Field(List<byte> message, byte code, char type, string value)
    {
        Pad(message, 8);
        message.AddRange([code, 1, (byte)type, 0]);
        String(message, value);
    }

    private static void String(List<byte> message, string value)
    {
        byte[] text = Encoding.UTF8.GetBytes(value);
        Pad(message, 4);
        Number(message, (uint)text.Length);
        message.AddRange(text);
        message.Add(0);
    }

    private static void Number(List<byte> message, uint value)
    {
        for (int shift = 0; shift < 32; shift += 8)
        {
            message.Add((byte)(value >> shift));
        }
    }

    private static void Pad(List<byte> message, int to)
    {
        while (message.Count % to != 0)
        {
            message.Add(0);
        }
    }
}
