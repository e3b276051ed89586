using System.Runtime.InteropServices;

namespace Dataplane.Interop;

/// <summary>
/// The members of <c>union bpf_attr</c> (&lt;linux/bpf.h&gt;), each as far as it is used: the kernel takes what is
/// not passed as zero. Pointers are 64 bits wide whatever the machine.
/// </summary>
public static class BpfAttr
{
    /// <summary>BPF_MAP_CREATE.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct MapCreate
    {
        /// <summary><c>enum bpf_map_type</c>.</summary>
        public uint MapType;

        /// <summary>Bytes of a key.</summary>
        public uint KeySize;

        /// <summary>Bytes of a value.</summary>
        public uint ValueSize;

        /// <summary>Most entries it can hold.</summary>
        public uint MaxEntries;

        /// <summary><c>BPF_F_*</c>.</summary>
        public uint MapFlags;

        /// <summary>Zero.</summary>
        public uint InnerMapFd;
    }

    /// <summary>BPF_MAP_*_ELEM and BPF_MAP_GET_NEXT_KEY.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct MapElem
    {
        /// <summary>The map.</summary>
        public uint MapFd;

        /// <summary>Zero.</summary>
        public uint Pad;

        /// <summary>Pointer to the key.</summary>
        public ulong Key;

        /// <summary>Pointer to the value, or to the next key.</summary>
        public ulong Value;

        /// <summary>BPF_ANY, BPF_NOEXIST or BPF_EXIST.</summary>
        public ulong Flags;
    }

    /// <summary>BPF_MAP_LOOKUP_BATCH.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct MapBatch
    {
        /// <summary>Pointer to the cursor of the previous call; null: begin.</summary>
        public ulong InBatch;

        /// <summary>Pointer to the cursor for the next call.</summary>
        public ulong OutBatch;

        /// <summary>Pointer to room for the keys.</summary>
        public ulong Keys;

        /// <summary>Pointer to room for the values.</summary>
        public ulong Values;

        /// <summary>In: how many fit. Out: how many were read.</summary>
        public uint Count;

        /// <summary>The map.</summary>
        public uint MapFd;

        /// <summary>Zero.</summary>
        public ulong ElemFlags;

        /// <summary>Zero.</summary>
        public ulong Flags;
    }

    /// <summary>BPF_PROG_LOAD, as far as a program without BTF needs.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct ProgLoad
    {
        /// <summary><c>enum bpf_prog_type</c>.</summary>
        public uint ProgType;

        /// <summary>Instructions of 8 bytes.</summary>
        public uint InsnCnt;

        /// <summary>Pointer to them.</summary>
        public ulong Insns;

        /// <summary>Pointer to the licence, NUL-terminated.</summary>
        public ulong License;

        /// <summary>0: no log.</summary>
        public uint LogLevel;

        /// <summary>Bytes of the log's buffer.</summary>
        public uint LogSize;

        /// <summary>Pointer to it.</summary>
        public ulong LogBuf;

        /// <summary>Zero.</summary>
        public uint KernVersion;

        /// <summary>Zero.</summary>
        public uint ProgFlags;

        /// <summary>Zero: it has no name.</summary>
        public BpfProgInfo.Name16 ProgName;

        /// <summary>Zero.</summary>
        public uint ProgIfindex;

        /// <summary>Where it will be attached, for the types that have to say so.</summary>
        public BpfAttachType ExpectedAttachType;
    }

    /// <summary>BPF_PROG_ATTACH and BPF_PROG_DETACH, of tcx.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct Attach
    {
        /// <summary>A device's interface index.</summary>
        public uint Target;

        /// <summary>The program.</summary>
        public uint AttachBpfFd;

        /// <summary>Where.</summary>
        public BpfAttachType AttachType;

        /// <summary><c>BPF_F_REPLACE</c> 4, <c>BPF_F_BEFORE</c> 8, <c>BPF_F_AFTER</c> 16.</summary>
        public uint AttachFlags;

        /// <summary>With <c>BPF_F_REPLACE</c>: the program that it takes the place of.</summary>
        public uint ReplaceBpfFd;

        /// <summary>The program before or after which; 0: all of them.</summary>
        public uint RelativeFd;

        /// <summary>The revision that was queried; 0: any.</summary>
        public ulong ExpectedRevision;
    }

    /// <summary>BPF_PROG_QUERY, of tcx. The kernel writes to all of it, whatever the size that it is told.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct Query
    {
        /// <summary>A device's interface index.</summary>
        public uint Target;

        /// <summary>Where.</summary>
        public BpfAttachType AttachType;

        /// <summary>Zero: what is attached right there.</summary>
        public uint QueryFlags;

        /// <summary>Out: how.</summary>
        public uint AttachFlags;

        /// <summary>Pointer to room for the programs' numbers.</summary>
        public ulong ProgIds;

        /// <summary>In: how many fit. Out: how many there are.</summary>
        public uint ProgCnt;

        /// <summary>Zero.</summary>
        public uint Pad;

        /// <summary>Zero: not asked for.</summary>
        public ulong ProgAttachFlags;

        /// <summary>Zero: not asked for.</summary>
        public ulong LinkIds;

        /// <summary>Zero: not asked for.</summary>
        public ulong LinkAttachFlags;

        /// <summary>Out: counts changes.</summary>
        public ulong Revision;
    }

    /// <summary>BPF_PROG_GET_FD_BY_ID and BPF_MAP_GET_FD_BY_ID.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct ById
    {
        /// <summary>The number.</summary>
        public uint Id;

        /// <summary>Zero.</summary>
        public uint NextId;

        /// <summary>Zero.</summary>
        public uint OpenFlags;
    }

    /// <summary>BPF_OBJ_PIN and BPF_OBJ_GET.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct Obj
    {
        /// <summary>Pointer to the path, NUL-terminated.</summary>
        public ulong Pathname;

        /// <summary>What is pinned; zero for BPF_OBJ_GET.</summary>
        public uint BpfFd;

        /// <summary>Zero.</summary>
        public uint FileFlags;
    }

    /// <summary>BPF_PROG_TEST_RUN.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct TestRun
    {
        /// <summary>The program.</summary>
        public uint ProgFd;

        /// <summary>Out: what it returned.</summary>
        public uint Retval;

        /// <summary>Bytes of the packet.</summary>
        public uint DataSizeIn;

        /// <summary>In: room for the packet that comes out. Out: its bytes.</summary>
        public uint DataSizeOut;

        /// <summary>Pointer to the packet.</summary>
        public ulong DataIn;

        /// <summary>Pointer to room for the packet that comes out.</summary>
        public ulong DataOut;

        /// <summary>How often it is run, on the same packet.</summary>
        public uint Repeat;

        /// <summary>Out: nanoseconds a run, on average.</summary>
        public uint Duration;

        /// <summary>Bytes of the context.</summary>
        public uint CtxSizeIn;

        /// <summary>In: room for the context that comes out. Out: its bytes.</summary>
        public uint CtxSizeOut;

        /// <summary>Pointer to the context.</summary>
        public ulong CtxIn;

        /// <summary>Pointer to room for the context that comes out.</summary>
        public ulong CtxOut;
    }

    /// <summary>BPF_OBJ_GET_INFO_BY_FD.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct Info
    {
        /// <summary>The map or program.</summary>
        public uint BpfFd;

        /// <summary>In: bytes of room. Out: bytes that the kernel knows.</summary>
        public uint InfoLen;

        /// <summary>Pointer to <see cref="BpfMapInfo"/> or <see cref="BpfProgInfo"/>.</summary>
        public ulong InfoPointer;
    }

    /// <summary>BPF_LINK_CREATE, for a cgroup.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct LinkCreate
    {
        /// <summary>The program.</summary>
        public uint ProgFd;

        /// <summary>What it is attached to.</summary>
        public uint TargetFd;

        /// <summary><c>enum bpf_attach_type</c>.</summary>
        public uint AttachType;

        /// <summary>Zero.</summary>
        public uint Flags;
    }

    /// <summary>BPF_LINK_UPDATE.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct LinkUpdate
    {
        /// <summary>The link.</summary>
        public uint LinkFd;

        /// <summary>The program that takes the place.</summary>
        public uint NewProgFd;

        /// <summary>Zero: whatever program has it now.</summary>
        public uint Flags;

        /// <summary>Zero.</summary>
        public uint OldProgFd;
    }
}
