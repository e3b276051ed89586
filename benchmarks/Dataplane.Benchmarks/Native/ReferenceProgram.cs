using System.Globalization;
using System.Runtime.InteropServices;
using Dataplane.Bpf;
using Dataplane.Interop;

namespace Dataplane.Benchmarks.Native;

/// <summary>
/// A BPF program that is never changed: helper calls and arithmetic, about as long as a packet's way through ours. What a packet costs in ours, in
/// times of this one, says nothing of the machine.
/// </summary>
internal static unsafe class ReferenceProgram
{
    private const uint SchedCls = 3; // BPF_PROG_TYPE_SCHED_CLS

    // struct bpf_insn: code, registers (dst low, src high nibble), offset, immediate.
    private static readonly ulong[] s_instructions =
    [
        Immediate(0x06b7, 0), // r6 = 0
        Immediate(0x07b7, 1), // r7 = 1
        Immediate(0x0085, 7), // call bpf_get_prandom_u32
        Immediate(0x0727, 31), // r7 *= 31
        0x070f, // r7 += r0
        Immediate(0x0607, 1), // r6 += 1
        Immediate(0x06a5, 16) | (0xfffbul << 16), // if r6 < 16 goto call
        Immediate(0x00b7, 0), // r0 = 0
        0x0095, // exit
    ];

    /// <summary>Loads it.</summary>
    public static BpfProgram Load()
    {
        fixed (ulong* instructions = s_instructions)
        {
            fixed (byte* license = "GPL\0"u8)
            {
                var attr = new BpfAttr.ProgLoad { ProgType = SchedCls, InsnCnt = (uint)s_instructions.Length, Insns = (ulong)instructions, License = (ulong)license };
                int fd = Interop.LibC.bpf(BpfCommand.ProgLoad, &attr, (uint)sizeof(BpfAttr.ProgLoad));
                if (fd < 0)
                {
                    throw new InvalidOperationException($"BPF_PROG_LOAD of the reference program: {Marshal.GetLastPInvokeErrorMessage()}");
                }

                BpfProgram? program = BpfProgram.TryOpenId(uint.Parse(Info(fd, "prog_id"), CultureInfo.InvariantCulture));
                _ = LibC.close(fd);
                return program!;
            }
        }
    }

    /// <summary>What /proc says of a descriptor of a program: "prog_id", "verified_insns".</summary>
    public static string Info(int fd, string name) => File.ReadLines($"/proc/self/fdinfo/{fd}").Select(l => l.Split('\t')).FirstOrDefault(l => l[0] == $"{name}:")?[1]
        ?? throw new InvalidOperationException($"/proc/self/fdinfo has no {name}: the kernel is older than 5.16");

    private static ulong Immediate(uint code, int value) => code | ((ulong)(uint)value << 32);
}
