using System.Runtime.InteropServices;

namespace Dataplane.Interop;

/// <summary>The beginning of <c>struct bpf_map_info</c> (&lt;linux/bpf.h&gt;).</summary>
[StructLayout(LayoutKind.Sequential)]
public struct BpfMapInfo
{
    /// <summary><c>enum bpf_map_type</c>.</summary>
    public uint Type;

    /// <summary>The map's number on this machine.</summary>
    public uint Id;

    /// <summary>Bytes of a key.</summary>
    public uint KeySize;

    /// <summary>Bytes of a value.</summary>
    public uint ValueSize;

    /// <summary>Most entries it can hold.</summary>
    public uint MaxEntries;

    /// <summary><c>BPF_F_*</c> that it was created with.</summary>
    public uint MapFlags;

    /// <summary>Its name, NUL-terminated.</summary>
    public BpfProgInfo.Name16 Name;
}
