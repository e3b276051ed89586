namespace Dataplane.Abi.Tests;

/// <summary>One type. <see cref="Size"/> counts bytes; of an array, elements.</summary>
public sealed record BtfType(
    int Id, BtfKind Kind, string Name, int Size, bool Signed, IReadOnlyList<BtfMember> Members, IReadOnlyList<(string Name, long Value)> Values)
{
    /// <summary>What an array, typedef or qualifier is of.</summary>
    public int Element { get; init; }
}

/// <summary>A member of a structure.</summary>
public sealed record BtfMember(string Name, int Type, int OffsetBits);

/// <summary>Kinds of types, as far as the layout test tells them apart.</summary>
public enum BtfKind
{
    Void,
    Integer,
    Pointer,
    Array,
    Struct,
    Union,
    Enum,
    Typedef,
    Qualifier,
    Other,
}
