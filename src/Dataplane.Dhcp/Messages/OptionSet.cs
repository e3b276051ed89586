using System.Buffers.Binary;

namespace Dataplane.Dhcp;

/// <summary>The options of a message. One that comes several times is one value in pieces (RFC 3396).</summary>
public sealed class OptionSet
{
    private readonly byte[]?[] _values = new byte[256][];

    private OptionSet()
    {
    }

    /// <summary>Reads the options of a message, also those in the fields it names in option 52.</summary>
    /// <param name="options">What follows the magic cookie.</param>
    /// <param name="file">The field "file".</param>
    /// <param name="sname">The field "sname".</param>
    /// <returns>Null: an option reaches beyond its field, or a field has no end.</returns>
    public static OptionSet? TryParse(ReadOnlySpan<byte> options, ReadOnlySpan<byte> file, ReadOnlySpan<byte> sname)
    {
        var set = new OptionSet();
        if (!set.TryRead(options))
        {
            return null;
        }

        if (set._values[OptionCode.Overload] is not { } overload)
        {
            return set;
        }

        // Only the options field says it: the fields themselves cannot name each other again.
        if (overload.Length != 1 || overload[0] is 0 or > 3)
        {
            return null;
        }

        bool read = (overload[0] & 1) == 0 || set.TryRead(file);
        return read && ((overload[0] & 2) == 0 || set.TryRead(sname)) ? set : null;
    }

    /// <summary>The value of an option; null when the message has none.</summary>
    /// <param name="code">The option.</param>
    public byte[]? Get(byte code) => _values[code];

    /// <summary>A number of four bytes; null: there is none, or it has another length.</summary>
    /// <param name="code">The option.</param>
    public uint? GetNumber(byte code) => _values[code] is { Length: 4 } value ? BinaryPrimitives.ReadUInt32BigEndian(value) : null;

    /// <summary>An address, or the first of several; null: there is none, or the length is no address's.</summary>
    /// <param name="code">The option.</param>
    public Ip4? GetAddress(byte code) => _values[code] is { Length: >= 4 } value && value.Length % 4 == 0 ? new Ip4(value) : null;

    private bool TryRead(ReadOnlySpan<byte> field)
    {
        while (!field.IsEmpty)
        {
            byte code = field[0];
            if (code == OptionCode.End)
            {
                return true;
            }

            if (code == OptionCode.Pad)
            {
                field = field[1..];
                continue;
            }

            if (field.Length < 2 || field.Length < 2 + field[1])
            {
                return false;
            }

            ReadOnlySpan<byte> value = field.Slice(2, field[1]);
            _values[code] = _values[code] is { } before ? [.. before, .. value] : value.ToArray();
            field = field[(2 + value.Length)..];
        }

        // It was cut off: the end is an option of its own.
        return false;
    }
}
