using System.Buffers.Binary;
using System.Text;

namespace Dataplane.Abi.Tests;

/// <summary>
/// The types in a compiled object's .BTF section (Documentation/bpf/btf.rst): as much of the format as C structures,
/// enums and what they are made of need.
/// </summary>
public sealed class Btf
{
    private const ushort Magic = 0xeb9f;
    private readonly List<BtfType> _types = [new(0, BtfKind.Void, "", 0, false, [], [])];
    private readonly byte[] _strings;

    private Btf(ReadOnlySpan<byte> section)
    {
        if (BinaryPrimitives.ReadUInt16LittleEndian(section) != Magic)
        {
            throw new InvalidDataException("no BTF of a little-endian machine");
        }
        int header = Int(section, 4), typesAt = header + Int(section, 8), stringsAt = header + Int(section, 16);
        _strings = section.Slice(stringsAt, Int(section, 20)).ToArray();
        ReadOnlySpan<byte> types = section.Slice(typesAt, Int(section, 12));
        while (types.Length > 0)
        {
            types = types[Read(types)..];
        }
    }

    public IEnumerable<BtfType> Types => _types;

    /// <summary>"from_pod.bpf.o" and the others, as bpf/CMakeLists.txt lists them.</summary>
    public static IEnumerable<string> ObjectNames()
    {
        string list = Path.Combine(Root(), "build/bpf/objects");
        Assert.True(File.Exists(list), $"{list} is missing: cmake -B build && cmake --build build --target bpf_all");
        return File.ReadAllText(list).Trim().Split(';').Select(static n => n + ".bpf.o");
    }

    /// <summary>Reads the object that CMake built.</summary>
    public static Btf OfObject(string name)
    {
        string path = Path.Combine(Root(), "build/bpf", name);
        Assert.True(File.Exists(path), $"{path} is missing: cmake -B build && cmake --build build --target bpf_all");
        return new Btf(Elf.Section(File.ReadAllBytes(path), ".BTF"));
    }

    /// <summary>The size of a type in bytes, typedefs and qualifiers followed.</summary>
    public int SizeOf(int id)
    {
        BtfType type = _types[id];
        return type.Kind switch
        {
            BtfKind.Integer or BtfKind.Struct or BtfKind.Union or BtfKind.Enum => type.Size,
            BtfKind.Pointer => 8,
            BtfKind.Array => SizeOf(type.Element) * type.Size,
            BtfKind.Typedef or BtfKind.Qualifier => SizeOf(type.Element),
            _ => throw new InvalidDataException($"a {type.Kind} has no size"),
        };
    }

    // struct btf_type, and what follows it by kind. Returns how many bytes that is.
    private int Read(ReadOnlySpan<byte> at)
    {
        string name = Text(Int(at, 0));
        uint info = (uint)Int(at, 4);
        int count = (int)(info & 0xffff), kind = (int)((info >> 24) & 0x1f), sizeOrType = Int(at, 8);
        ReadOnlySpan<byte> more = at[12..];
        int id = _types.Count;
        switch (kind)
        {
            case 1: // INT
                return Add(new(id, BtfKind.Integer, name, sizeOrType, (more[3] & 1) != 0, [], []), 4);
            case 2: // PTR
                return Add(new(id, BtfKind.Pointer, name, 8, false, [], []), 0);
            case 3: // ARRAY: element type, index type, count
                return Add(new(id, BtfKind.Array, name, Int(more, 8), false, [], []) { Element = Int(more, 0) }, 12);
            case 4 or 5: // STRUCT, UNION: name, type, offset in bits (with kind_flag: bit-field size in the high byte)
            {
                var members = new List<BtfMember>();
                for (int i = 0; i < count; i++)
                {
                    int offset = Int(more, (12 * i) + 8);
                    members.Add(new(Text(Int(more, 12 * i)), Int(more, (12 * i) + 4), info >> 31 == 0 ? offset : offset & 0xffffff));
                }
                return Add(new(id, kind == 4 ? BtfKind.Struct : BtfKind.Union, name, sizeOrType, false, members, []), 12 * count);
            }
            case 6: // ENUM: name, value
            {
                var values = new List<(string, long)>();
                for (int i = 0; i < count; i++)
                {
                    values.Add((Text(Int(more, 8 * i)), info >> 31 == 0 ? (uint)Int(more, (8 * i) + 4) : Int(more, (8 * i) + 4)));
                }
                return Add(new(id, BtfKind.Enum, name, sizeOrType, false, [], values), 8 * count);
            }
            case 8: // TYPEDEF
                return Add(new(id, BtfKind.Typedef, name, 0, false, [], []) { Element = sizeOrType }, 0);
            case 9 or 10 or 11 or 18: // VOLATILE, CONST, RESTRICT, TYPE_TAG
                return Add(new(id, BtfKind.Qualifier, name, 0, false, [], []) { Element = sizeOrType }, 0);
            case 7 or 12 or 16: // FWD, FUNC, FLOAT
                return Add(new(id, BtfKind.Other, name, 0, false, [], []), 0);
            case 13: // FUNC_PROTO
                return Add(new(id, BtfKind.Other, name, 0, false, [], []), 8 * count);
            case 14 or 17: // VAR, DECL_TAG
                return Add(new(id, BtfKind.Other, name, 0, false, [], []), 4);
            case 15 or 19: // DATASEC, ENUM64
                return Add(new(id, BtfKind.Other, name, 0, false, [], []), 12 * count);
            default:
                throw new InvalidDataException($"BTF kind {kind}");
        }
    }

    private int Add(BtfType type, int following)
    {
        _types.Add(type);
        return 12 + following;
    }

    private string Text(int offset)
    {
        ReadOnlySpan<byte> text = _strings.AsSpan(offset);
        return Encoding.UTF8.GetString(text[..text.IndexOf((byte)0)]);
    }

    private static int Int(ReadOnlySpan<byte> bytes, int offset) => BinaryPrimitives.ReadInt32LittleEndian(bytes[offset..]);

    private static string Root()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Dataplane.sln")))
        {
            folder = folder.Parent;
        }
        return folder?.FullName ?? throw new InvalidOperationException("the tests run outside the source tree");
    }
}
