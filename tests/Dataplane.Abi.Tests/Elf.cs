using System.Buffers.Binary;
using System.Text;

namespace Dataplane.Abi.Tests;

/// <summary>Sections of a 64-bit little-endian ELF file (elf(5)).</summary>
public static class Elf
{
    public static ReadOnlySpan<byte> Section(ReadOnlySpan<byte> file, string name)
    {
        Assert.True(file.StartsWith("\u007fELF\u0002\u0001"u8), "no 64-bit little-endian ELF file");
        int table = (int)BinaryPrimitives.ReadUInt64LittleEndian(file[40..]);
        int entry = BinaryPrimitives.ReadUInt16LittleEndian(file[58..]), count = BinaryPrimitives.ReadUInt16LittleEndian(file[60..]);
        ReadOnlySpan<byte> names = Content(file, table + (entry * BinaryPrimitives.ReadUInt16LittleEndian(file[62..])));
        for (int i = 0; i < count; i++)
        {
            int header = table + (entry * i);
            ReadOnlySpan<byte> text = names[BinaryPrimitives.ReadInt32LittleEndian(file[header..])..];
            if (Encoding.ASCII.GetString(text[..text.IndexOf((byte)0)]) == name)
            {
                return Content(file, header);
            }
        }
        throw new InvalidDataException($"no section {name}");
    }

    private static ReadOnlySpan<byte> Content(ReadOnlySpan<byte> file, int header) => file.Slice(
        (int)BinaryPrimitives.ReadUInt64LittleEndian(file[(header + 24)..]), (int)BinaryPrimitives.ReadUInt64LittleEndian(file[(header + 32)..]));
}
