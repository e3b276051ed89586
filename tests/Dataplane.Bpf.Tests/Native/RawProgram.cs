using System.Runtime.InteropServices;

namespace Dataplane.Bpf.Tests.Native;

/// <summary>Programs of a few instructions that show, or say, what BPF_PROG_TEST_RUN does not: skb-&gt;tc_index, skb-&gt;vlan_tci.</summary>
internal sealed partial class RawProgram : IDisposable
{
    private const int SchedCls = 3, Array = 2, ProgArray = 3;
    private const int TcIndex = 44; // offset in struct __sk_buff
    private readonly int _map;

    private RawProgram(int map, int fd) => (_map, Fd) = (map, fd);

    public int Fd { get; }

    /// <summary>Gives a packet a tc_index, and to another program.</summary>
    public static RawProgram Marks(uint index, int next) => Then(next,
    [
        Instruction(0xb7, 2, 0, 0, (int)index),       // r2 = index
        Instruction(0x63, 1, 2, TcIndex, 0),          // skb->tc_index = r2
    ]);

    /// <summary>Gives a packet a tag of 802.1Q beside the frame, as devices do, and to another program.</summary>
    public static RawProgram Tags(ushort tci, int next) => Then(next,
    [
        Instruction(0xbf, 6, 1, 0, 0),                // r6 = skb
        Instruction(0xb7, 2, 0, 0, 0x0081),           // r2 = ETH_P_8021Q, in network order
        Instruction(0xb7, 3, 0, 0, tci),              // r3 = tci
        Instruction(0x85, 0, 0, 0, 18),               // call bpf_skb_vlan_push
        Instruction(0xbf, 1, 6, 0, 0),                // r1 = skb
    ]);

    private static RawProgram Then(int next, ReadOnlySpan<ulong> first)
    {
        int map = Checked(bpf_map_create(ProgArray, "next", 4, 4, 1, 0));
        Assert.Equal(0, LibBpf.Update(map, BitConverter.GetBytes(0), BitConverter.GetBytes(next), 0));
        return Load(map,
        [
            .. first,
            Instruction(0x18, 2, 1, 0, map), 0,       // r2 = map
            Instruction(0xb7, 3, 0, 0, 0),            // r3 = 0
            Instruction(0x85, 0, 0, 0, 12),           // call bpf_tail_call
            Instruction(0xb7, 0, 0, 0, 99),           // r0 = 99: nobody came
            Instruction(0x95, 0, 0, 0, 0),            // exit
        ]);
    }

    /// <summary>Counts packets, those with a tc_index apart, and lets them pass.</summary>
    public static RawProgram Counts()
    {
        int map = Checked(bpf_map_create(Array, "seen", 4, 8, 2, 0));
        return Load(map,
        [
            Instruction(0x61, 6, 1, TcIndex, 0),      // r6 = skb->tc_index
            Instruction(0xb7, 2, 0, 0, 0),            // r2 = 0
            Instruction(0x15, 6, 0, 1, 0),            // if r6 == 0 goto +1
            Instruction(0xb7, 2, 0, 0, 1),            // r2 = 1
            Instruction(0x63, 10, 2, -4, 0),          // *(u32 *)(r10 - 4) = r2
            Instruction(0xbf, 2, 10, 0, 0),           // r2 = r10
            Instruction(0x07, 2, 0, 0, -4),           // r2 += -4
            Instruction(0x18, 1, 1, 0, map), 0,       // r1 = map
            Instruction(0x85, 0, 0, 0, 1),            // call bpf_map_lookup_elem
            Instruction(0x15, 0, 0, 2, 0),            // if r0 == 0 goto +2
            Instruction(0xb7, 1, 0, 0, 1),            // r1 = 1
            Instruction(0xdb, 0, 1, 0, 0),            // lock *(u64 *)r0 += r1
            Instruction(0xb7, 0, 0, 0, -1),           // r0 = TC_ACT_UNSPEC
            Instruction(0x95, 0, 0, 0, 0),            // exit
        ]);
    }

    /// <summary>How many packets <see cref="Counts"/> saw: without a tc_index, and with one.</summary>
    public (ulong Clear, ulong Marked) Seen => (Read(0), Read(1));

    /// <summary>Makes a program a file that tc can attach.</summary>
    public static void Pin(int fd, string path) => Assert.True(bpf_obj_pin(fd, path) == 0, $"{path}: {Marshal.GetLastPInvokeErrorMessage()}");

    public void Dispose()
    {
        _ = close(Fd);
        _ = close(_map);
    }

    private ulong Read(int index)
    {
        byte[] value = new byte[8];
        Assert.Equal(0, LibBpf.Lookup(_map, BitConverter.GetBytes(index), value));
        return BitConverter.ToUInt64(value);
    }

    private static RawProgram Load(int map, ulong[] instructions) =>
        new(map, Checked(bpf_prog_load(SchedCls, "raw", "GPL", instructions, (nuint)instructions.Length, 0)));

    /// <summary>struct bpf_insn.</summary>
    private static ulong Instruction(byte code, int destination, int source, short offset, int immediate) =>
        code | ((ulong)(uint)(destination | (source << 4)) << 8) | ((ulong)(ushort)offset << 16) | ((ulong)(uint)immediate << 32);

    private static int Checked(int fd)
    {
        Assert.True(fd >= 0, $"bpf(2): {Marshal.GetLastPInvokeErrorMessage()}");
        return fd;
    }

    [LibraryImport("libbpf.so.1", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    private static partial int bpf_map_create(int type, string name, uint keySize, uint valueSize, uint entries, nint options);

    [LibraryImport("libbpf.so.1", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    private static partial int bpf_prog_load(int type, string name, string license, ReadOnlySpan<ulong> instructions, nuint count, nint options);

    [LibraryImport("libbpf.so.1", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    private static partial int bpf_obj_pin(int fd, string path);

    [LibraryImport("libc")]
    private static partial int close(int fd);
}
