using System.Runtime.InteropServices;
using System.Text;

namespace Dataplane.Netlink;

/// <summary>Walks the attributes (struct nlattr) of a message, without copying.</summary>
internal ref struct NetlinkAttributes(ReadOnlySpan<byte> rest)
{
    /// <summary>NLA_F_NESTED.</summary>
    public const ushort Nested = 0x8000;

    private const ushort TypeMask = 0x3fff;
    private ReadOnlySpan<byte> _rest = rest;

    /// <summary>Type of the attribute the walk stands on, without flags.</summary>
    public ushort Type { get; private set; }

    /// <summary>Its payload.</summary>
    public ReadOnlySpan<byte> Payload { get; private set; }

    public readonly uint UInt32 => MemoryMarshal.Read<uint>(Payload);

    public readonly ushort UInt16 => MemoryMarshal.Read<ushort>(Payload);

    public readonly byte UInt8 => Payload[0];

    public readonly string Text
    {
        get
        {
            int end = Payload.IndexOf((byte)0);
            return Encoding.UTF8.GetString(end < 0 ? Payload : Payload[..end]);
        }
    }

    public readonly NetlinkAttributes Inner => new(Payload);

    /// <summary>Goes on to the next one; a torn tail ends the walk.</summary>
    public bool Next()
    {
        if (_rest.Length < 4)
        {
            return false;
        }

        int length = MemoryMarshal.Read<ushort>(_rest);
        if (length < 4 || length > _rest.Length)
        {
            return false;
        }

        Type = (ushort)(MemoryMarshal.Read<ushort>(_rest[2..]) & TypeMask);
        Payload = _rest[4..length];
        _rest = _rest[Math.Min((length + 3) & ~3, _rest.Length)..];
        return true;
    }
}
