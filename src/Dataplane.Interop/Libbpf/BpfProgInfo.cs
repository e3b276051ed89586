using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Dataplane.Interop;

/// <summary>The beginning of <c>struct bpf_prog_info</c> (&lt;linux/bpf.h&gt;).</summary>
[StructLayout(LayoutKind.Sequential)]
public struct BpfProgInfo
{
    /// <summary><c>enum bpf_prog_type</c>.</summary>
    public uint Type;

    /// <summary>The program's number on this machine.</summary>
    public uint Id;

    /// <summary>A hash of its instructions.</summary>
    public Tag8 Tag;

    /// <summary>Bytes of machine code; 0: not compiled.</summary>
    public uint JitedProgLen;

    /// <summary>Bytes of instructions after the verifier.</summary>
    public uint XlatedProgLen;

    /// <summary>Zero: the machine code is not asked for.</summary>
    public ulong JitedProgInsns;

    /// <summary>Zero: the instructions are not asked for.</summary>
    public ulong XlatedProgInsns;

    /// <summary>When it was loaded: nanoseconds of CLOCK_BOOTTIME.</summary>
    public ulong LoadTime;

    /// <summary>The user that loaded it.</summary>
    public uint CreatedByUid;

    /// <summary>How many maps it uses.</summary>
    public uint NrMapIds;

    /// <summary>Zero: the maps' numbers are not asked for.</summary>
    public ulong MapIds;

    /// <summary>Its name, NUL-terminated.</summary>
    public Name16 Name;

    /// <summary>8 bytes.</summary>
    [InlineArray(8)]
    public struct Tag8
    {
        private byte _first;
    }

    /// <summary>BPF_OBJ_NAME_LEN bytes.</summary>
    [InlineArray(16)]
    public struct Name16
    {
        private byte _first;
    }
}
