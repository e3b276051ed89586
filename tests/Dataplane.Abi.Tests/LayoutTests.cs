using System.Reflection;

namespace Dataplane.Abi.Tests;

/// <summary>abi.h, as the compiler wrote it into the shipped objects, and Dataplane.Abi say the same.</summary>
public sealed class LayoutTests
{
    private static readonly Dictionary<string, Btf> s_objects = Btf.ObjectNames().ToDictionary(static n => n, Btf.OfObject);

    /// <summary>The enumerator that is no counter but how many there are.</summary>
    private const string Count = "DP_COUNTERS";

    public static TheoryData<string> Objects => [.. s_objects.Keys];

    public static TheoryData<string, string> Structures => Of(BtfKind.Struct);

    public static TheoryData<string, string> Enums => Of(BtfKind.Enum);

    [Theory]
    [MemberData(nameof(Objects))]
    public void Every_managed_type_is_in_the_object(string file)
    {
        string[] names = [.. Contract(s_objects[file]).Select(static t => t.Name)];
        Assert.All(Twins.Managed, m => Assert.Contains(names, n => Twins.Match(n, m)));
    }

    [Theory]
    [MemberData(nameof(Structures))]
    public void A_structure_has_the_same_size_and_fields(string file, string name)
    {
        Btf btf = s_objects[file];
        BtfType native = Contract(btf).Single(t => t.Name == name);
        Type managed = Twin(name);
        Assert.Equal(native.Size, Twins.SizeOf(managed));
        string[] expected = [.. native.Members.Select(m => Line(m.Name, m.OffsetBits, btf.SizeOf(m.Type)))];
        string[] actual = [.. Twins.Fields(managed).OrderBy(Twins.OffsetOf).Select(static f => Line(f.Name, 8 * Twins.OffsetOf(f), Twins.SizeOf(f.FieldType)))];
        Assert.Equal(expected, actual);
    }

    [Theory]
    [MemberData(nameof(Enums))]
    public void An_enum_has_the_same_names_and_values(string file, string name)
    {
        BtfType native = Contract(s_objects[file]).Single(t => t.Name == name);
        Type managed = Twin(name);
        int prefix = Twins.CommonPrefix([.. native.Values.Select(static v => v.Name)]);
        string[] expected = [.. native.Values.Where(static v => v.Name != Count).Select(v => $"{Twins.Plain(v.Name[prefix..])} = {v.Value}")];
        // A flags enum has a name for no flag, which C needs no name for.
        string[] actual = [.. Enum.GetNames(managed)
            .Select(n => (Name: n, Value: Convert.ToInt64(Enum.Parse(managed, n))))
            .Where(v => v.Value != 0 || managed.GetCustomAttribute<FlagsAttribute>() is null)
            .Select(static v => $"{Twins.Plain(v.Name)} = {v.Value}")];
        Assert.Equal(expected.Order(), actual.Order());
    }

    [Theory]
    [MemberData(nameof(Objects))]
    public void The_counters_are_as_many(string file)
    {
        BtfType native = Contract(s_objects[file]).Single(static t => t.Name == "dp_counter_index");
        Assert.Equal(Enum.GetValues<CounterIndex>().Length, native.Values.Single(static v => v.Name == Count).Value);
    }

    [Theory]
    [MemberData(nameof(Objects))]
    public void The_version_is_the_same(string file)
    {
        BtfType native = s_objects[file].Types.Single(static t => t is { Kind: BtfKind.Enum, Name: "dp_abi" });
        Assert.Equal([("DP_ABI_VERSION", (long)AbiVersion.Current)], native.Values);
    }

    /// <summary>The reader would find nothing to compare in an object that lost its BTF.</summary>
    [Theory]
    [MemberData(nameof(Objects))]
    public void The_objects_hold_the_whole_contract(string file)
    {
        string[] headers = Directory.GetFiles(AppContext.BaseDirectory, "abi*.h");
        Assert.Contains("abi.h", headers.Select(Path.GetFileName));
        string header = string.Join('\n', headers.Select(File.ReadAllText));
        foreach (string kind in new[] { "struct", "enum" })
        {
            string[] declared = [.. header.Split('\n').Where(l => l.StartsWith($"{kind} dp_", StringComparison.Ordinal)).Select(l => l.Split(' ')[1])];
            Assert.NotEmpty(declared);
            Assert.Empty(declared.Except(s_objects[file].Types.Select(static t => t.Name)));
        }
    }

    private static TheoryData<string, string> Of(BtfKind kind)
    {
        var data = new TheoryData<string, string>();
        foreach ((string file, Btf btf) in s_objects)
        {
            foreach (BtfType type in Contract(btf).Where(t => t.Kind == kind))
            {
                data.Add(file, type.Name);
            }
        }
        return data;
    }

    // The version is a constant, not a type, on the managed side.
    private static IEnumerable<BtfType> Contract(Btf btf) => btf.Types.Where(static t =>
        t.Kind is BtfKind.Struct or BtfKind.Enum && t.Name.StartsWith(Twins.Prefix, StringComparison.Ordinal) && t.Name != "dp_abi");

    private static Type Twin(string name) => Assert.Single(Twins.Managed, m => Twins.Match(name, m));

    private static string Line(string name, int offsetBits, int size) => $"{Twins.Plain(name)}: offset {offsetBits / 8.0}, size {size}";
}
