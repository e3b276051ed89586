using Dataplane.Abi;

namespace Dataplane.Bpf;

/// <summary>
/// Which programs are pinned: the SHA-256 of the objects' SHA-256s. The lowest bit of the last byte is no hash: it says
/// that nf_conntrack's types were there at the load. kfuncs are bound then, so when the module comes later the
/// programs have to be loaded again, or lost flows are never repaired.
/// </summary>
internal readonly struct BuildId
{
    private const int Size = 32;
    private const byte ConntrackBit = 1;
    private readonly byte[] _hash;

    private BuildId(byte[] hash)
    {
        _hash = hash;
        _hash[Size - 1] &= unchecked((byte)~ConntrackBit);
    }

    /// <summary>Of the objects in this executable.</summary>
    public static BuildId Current { get; } = new(Convert.FromHexString(BpfBuild.Hash));

    /// <summary>Whether nf_conntrack is loaded as a module; built in, it is always there and needs no looking.</summary>
    public static bool ConntrackModule => File.Exists("/sys/kernel/btf/nf_conntrack");

    public ReadOnlySpan<byte> Hash => _hash;

    /// <summary>Another build, which the same objects stand for.</summary>
    public static BuildId OfTest(byte distinction)
    {
        byte[] hash = [.. Current._hash];
        hash[0] ^= distinction;
        return new BuildId(hash);
    }

    /// <summary>What the node's row says of it.</summary>
    public Bytes32 With(bool conntrack)
    {
        Bytes32 row = Bytes32.From(_hash);
        row[Size - 1] |= conntrack ? ConntrackBit : (byte)0;
        return row;
    }

    /// <summary>The hash in a row, without the bit that is none.</summary>
    public static byte[] HashOf(in NodeRow row)
    {
        Bytes32 build = row.Build;
        byte[] hash = [.. (ReadOnlySpan<byte>)build];
        hash[Size - 1] &= unchecked((byte)~ConntrackBit);
        return hash;
    }

    /// <summary>Whether a row is of this build, conntrack or not.</summary>
    public bool IsOf(in NodeRow row)
    {
        Bytes32 build = row.Build;
        ReadOnlySpan<byte> bytes = build;
        return bytes[..(Size - 1)].SequenceEqual(_hash.AsSpan(0, Size - 1)) && (bytes[Size - 1] & ~ConntrackBit) == _hash[Size - 1];
    }

    /// <summary>Whether a row's programs are what this build would load at this moment.</summary>
    public bool IsUpToDate(in NodeRow row)
    {
        Bytes32 build = row.Build;
        return IsOf(row) && ((build[Size - 1] & ConntrackBit) != 0 || !ConntrackModule);
    }
}
