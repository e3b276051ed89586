using System.Runtime.InteropServices;

namespace Dataplane.Interop;

/// <summary><c>struct bpf_link_info</c> (&lt;linux/bpf.h&gt;) of a link to a cgroup.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct BpfLinkInfo
{
    /// <summary><c>enum bpf_link_type</c>.</summary>
    public uint Type;

    /// <summary>The link's number on this machine.</summary>
    public uint Id;

    /// <summary>The program's.</summary>
    public uint ProgId;

    /// <summary>Zero.</summary>
    public uint Pad;

    /// <summary>The cgroup; 0: it was removed, or somebody detached the link.</summary>
    public ulong CgroupId;

    /// <summary><c>enum bpf_attach_type</c>.</summary>
    public uint AttachType;
}
