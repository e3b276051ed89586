using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;

namespace Dataplane.Netlink;

/// <summary>
/// Messages one after the other, as netlink(7) lays them out: host byte order, everything on 4 bytes.
/// One array for a whole batch; an attribute costs no allocation.
/// </summary>
internal sealed class NetlinkWriter
{
    private const int HeaderLength = 16;
    private byte[] _buffer = new byte[4096];
    private int _message;

    public int Length { get; private set; }

    public ReadOnlySpan<byte> Written => _buffer.AsSpan(0, Length);

    public void Clear() => Length = 0;

    public void BeginMessage(ushort type, ushort flags, uint sequence)
    {
        _message = Length;
        Span<byte> header = Take(HeaderLength);
        MemoryMarshal.Write(header[4..], type);
        MemoryMarshal.Write(header[6..], flags);
        MemoryMarshal.Write(header[8..], sequence);
    }

    public void SetSequence(int message, uint sequence) => MemoryMarshal.Write(_buffer.AsSpan(message + 8), sequence);

    public void EndMessage() => MemoryMarshal.Write(_buffer.AsSpan(_message), (uint)(Length - _message));

    /// <summary>A fixed structure: the family header of a message, or the payload of an attribute.</summary>
    public void Append<T>(in T value)
        where T : unmanaged => MemoryMarshal.Write(Take(Unsafe.SizeOf<T>()), in value);

    public int BeginNested(ushort type)
    {
        int start = Length;
        Span<byte> header = Take(4);
        MemoryMarshal.Write(header[2..], (ushort)(type | NetlinkAttributes.Nested));
        return start;
    }

    public void EndNested(int start) => MemoryMarshal.Write(_buffer.AsSpan(start), (ushort)(Length - start));

    public void Attribute(ushort type, ReadOnlySpan<byte> payload)
    {
        Span<byte> attribute = Take(4 + payload.Length);
        MemoryMarshal.Write(attribute, (ushort)(4 + payload.Length));
        MemoryMarshal.Write(attribute[2..], type);
        payload.CopyTo(attribute[4..]);
    }

    public void Attribute<T>(ushort type, in T value)
        where T : unmanaged => Attribute(type, MemoryMarshal.AsBytes(new ReadOnlySpan<T>(in value)));

    public void Attribute(ushort type, string value)
    {
        Span<byte> text = stackalloc byte[256];
        // A name that is too long is cut after 255 bytes, which the kernel refuses by its own limit of 15.
        int length = Encoding.UTF8.TryGetBytes(value, text[..255], out int written) ? written : 255;
        text[length] = 0;
        Attribute(type, text[..(length + 1)]);
    }

    public void Attribute(ushort type, MacAddress value)
    {
        Span<byte> bytes = stackalloc byte[MacAddress.Length];
        value.CopyTo(bytes);
        Attribute(type, bytes);
    }

    public void Attribute(ushort type, System.Net.IPAddress value)
    {
        Span<byte> bytes = stackalloc byte[16];
        value.TryWriteBytes(bytes, out int length);
        Attribute(type, bytes[..length]);
    }

    private Span<byte> Take(int length)
    {
        int aligned = (length + 3) & ~3;
        if (Length + aligned > _buffer.Length)
        {
            Array.Resize(ref _buffer, Math.Max(_buffer.Length * 2, Length + aligned));
        }

        Span<byte> taken = _buffer.AsSpan(Length, aligned);
        taken.Clear();
        Length += aligned;
        return taken[..length];
    }
}
