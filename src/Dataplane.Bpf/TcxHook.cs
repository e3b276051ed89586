using System.Globalization;
using Dataplane.Interop;

namespace Dataplane.Bpf;

/// <summary>
/// Where a device of the caller's network namespace runs programs, one after the other. They are attached without a
/// link, so they go with the device and nothing per device is pinned.
/// </summary>
public readonly unsafe struct TcxHook
{
    private const uint InPlace = 1 << 2;
    private const uint Before = 1 << 3;
    private const uint After = 1 << 4;
    private const uint Loopback = 1; // in every network namespace

    private readonly uint _ifindex;
    private readonly BpfAttachType _type;

    private TcxHook(uint ifindex, BpfAttachType type)
    {
        _ifindex = ifindex;
        _type = type;
    }

    /// <summary>Whether the kernel has tcx (6.6).</summary>
    public static bool HasTcx
    {
        get
        {
            BpfAttr.Query attr = new() { Target = Loopback, AttachType = BpfAttachType.TcxIngress };
            return BpfCalls.Call(BpfCommand.ProgQuery, ref attr) == 0 || BpfCalls.LastErrno == Errno.ENOENT;
        }
    }

    /// <summary>What a device receives.</summary>
    /// <param name="ifindex">Its interface index.</param>
    public static TcxHook Ingress(uint ifindex) => new(ifindex, BpfAttachType.TcxIngress);

    /// <summary>What a device sends.</summary>
    /// <param name="ifindex">Its interface index.</param>
    public static TcxHook Egress(uint ifindex) => new(ifindex, BpfAttachType.TcxEgress);

    /// <summary>The programs that are attached here, whoever did it, in the order in which they run.</summary>
    /// <returns>Their numbers, <see cref="BpfProgram.Id"/>.</returns>
    /// <exception cref="LinuxException">ENODEV: the device is gone; EINVAL: the kernel has no such hook.</exception>
    public uint[] ProgramIds()
    {
        // The kernel takes 64 in all.
        for (uint[] ids = new uint[64]; ; ids = new uint[2 * ids.Length])
        {
            fixed (uint* pointer = ids)
            {
                BpfAttr.Query attr = new() { Target = _ifindex, AttachType = _type, ProgIds = (ulong)pointer, ProgCnt = (uint)ids.Length };
                if (BpfCalls.Call(BpfCommand.ProgQuery, ref attr) == 0)
                {
                    return ids[..(int)attr.ProgCnt];
                }
            }

            switch (BpfCalls.LastErrno)
            {
                case Errno.ENOSPC:
                    break;
                case Errno.ENOENT: // the first kernels with tcx, of a device that never had a program
                    return [];
                default:
                    throw Failure("BPF_PROG_QUERY");
            }
        }
    }

    /// <summary>Attaches a program beside the others.</summary>
    /// <param name="program">A program that is not attached here yet.</param>
    /// <param name="first">Before the others; else behind them.</param>
    /// <exception cref="LinuxException">EEXIST: it is attached here; ERANGE: there are 64; ENODEV: the device is gone.</exception>
    public void Attach(BpfProgram program, bool first = false)
    {
        ArgumentNullException.ThrowIfNull(program);
        var attr = new BpfAttr.Attach { Target = _ifindex, AttachBpfFd = (uint)program.Fd, AttachType = _type, AttachFlags = first ? Before : After };
        Call(BpfCommand.ProgAttach, "BPF_PROG_ATTACH", ref attr);
    }

    /// <summary>Puts a program into another's place: a packet meets the one or the other.</summary>
    /// <param name="old">A program that is attached here.</param>
    /// <param name="program">One that is not.</param>
    /// <exception cref="LinuxException">ENOENT: <paramref name="old"/> is not attached here.</exception>
    public void Replace(BpfProgram old, BpfProgram program)
    {
        ArgumentNullException.ThrowIfNull(old);
        ArgumentNullException.ThrowIfNull(program);
        var attr = new BpfAttr.Attach
        {
            Target = _ifindex,
            AttachBpfFd = (uint)program.Fd,
            AttachType = _type,
            AttachFlags = InPlace,
            ReplaceBpfFd = (uint)old.Fd,
        };
        Call(BpfCommand.ProgAttach, "BPF_PROG_ATTACH (replace)", ref attr);
    }

    /// <summary>Takes a program away.</summary>
    /// <param name="program">The program.</param>
    /// <returns>False: it is not attached here, or the device is gone.</returns>
    public bool Detach(BpfProgram program)
    {
        ArgumentNullException.ThrowIfNull(program);
        var attr = new BpfAttr.Attach { Target = _ifindex, AttachBpfFd = (uint)program.Fd, AttachType = _type };
        return BpfCalls.Call(BpfCommand.ProgDetach, ref attr) == 0 ? true
            : BpfCalls.LastErrno is Errno.ENOENT or Errno.ENODEV ? false
            : throw Failure("BPF_PROG_DETACH");
    }

    /// <inheritdoc/>
    public override string ToString() => string.Concat(
        _type == BpfAttachType.TcxIngress ? "tcx ingress" : "tcx egress", " of device ", _ifindex.ToString(CultureInfo.InvariantCulture));

    private void Call(BpfCommand command, string name, ref BpfAttr.Attach attr)
    {
        if (BpfCalls.Call(command, ref attr) != 0)
        {
            throw Failure(name);
        }
    }

    private LinuxException Failure(string operation) => new(operation, ToString(), BpfCalls.LastErrno);
}
