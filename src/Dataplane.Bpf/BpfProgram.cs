using Dataplane.Interop;

namespace Dataplane.Bpf;

/// <summary>A loaded program.</summary>
public sealed unsafe class BpfProgram : IDisposable
{
    private readonly FileDescriptor _fd;
    private BpfProgInfo? _info;

    internal BpfProgram(FileDescriptor fd) => _fd = fd;

    /// <summary>Its descriptor: what a filter takes.</summary>
    public int Fd => _fd.Number;

    /// <summary>The kernel's id of it, not given twice at a time.</summary>
    public uint Id => Info.Id;

    /// <summary>Hash of its instructions, 16 hexadecimal digits.</summary>
    public string Tag
    {
        get
        {
            BpfProgInfo.Tag8 tag = Info.Tag;
            return Convert.ToHexStringLower(tag);
        }
    }

    /// <summary>Its name, at most 15 bytes.</summary>
    public string Name
    {
        get
        {
            BpfProgInfo.Name16 name = Info.Name;
            return BpfCalls.Text(name);
        }
    }

    /// <summary>Everything the kernel says of it.</summary>
    /// <exception cref="LinuxException">BPF_OBJ_GET_INFO_BY_FD fails.</exception>
    public BpfProgInfo Info => _info ??= ReadInfo();

    /// <summary>Opens a pinned program.</summary>
    /// <param name="path">Its pin.</param>
    /// <returns>The program, or null: no such pin.</returns>
    public static BpfProgram? TryOpenPinned(string path) => BpfCalls.TryGet(path) is { } fd ? new BpfProgram(fd) : null;

    /// <summary>Opens a program that is loaded, whoever did it.</summary>
    /// <param name="id">Its <see cref="Id"/>.</param>
    /// <returns>The program, or null: it is gone.</returns>
    public static BpfProgram? TryOpenId(uint id) => BpfCalls.TryGetById(BpfCommand.ProgGetFdById, id) is { } fd ? new BpfProgram(fd) : null;

    /// <summary>The numbers of the maps it uses.</summary>
    /// <returns>As <see cref="BpfMapInfo.Id"/>.</returns>
    /// <exception cref="LinuxException">BPF_OBJ_GET_INFO_BY_FD fails.</exception>
    public uint[] MapIds()
    {
        uint[] ids = new uint[Info.NrMapIds];
        fixed (uint* pointer = ids)
        {
            var info = new BpfProgInfo { NrMapIds = (uint)ids.Length, MapIds = (ulong)pointer };
            ReadInfo(ref info);
        }

        return ids;
    }

    /// <summary>
    /// BPF_PROG_TEST_RUN: runs the program on a packet without a device. With <paramref name="repeat"/> above one the
    /// same packet is used again, as the program left it.
    /// </summary>
    /// <param name="packet">The frame, from the Ethernet header on.</param>
    /// <param name="output">Room for the frame afterwards; empty: it is not wanted.</param>
    /// <param name="context">struct __sk_buff before and after; empty: the kernel's defaults.</param>
    /// <param name="repeat">How often; 0 counts as 1.</param>
    /// <returns>Verdict, mean time and the length of the frame afterwards.</returns>
    /// <exception cref="LinuxException">EINVAL: the kernel refuses the context or a packet shorter than an Ethernet header.</exception>
    public BpfTestResult TestRun(ReadOnlySpan<byte> packet, Span<byte> output, Span<byte> context, uint repeat = 1)
    {
        fixed (byte* input = packet, result = output, ctx = context)
        {
            var attr = new BpfAttr.TestRun
            {
                ProgFd = (uint)Fd,
                DataIn = (ulong)input,
                DataSizeIn = (uint)packet.Length,
                DataOut = (ulong)result,
                DataSizeOut = (uint)output.Length,
                CtxIn = (ulong)ctx,
                CtxOut = (ulong)ctx,
                CtxSizeIn = (uint)context.Length,
                CtxSizeOut = (uint)context.Length,
                Repeat = repeat,
            };
            return BpfCalls.Call(BpfCommand.ProgTestRun, ref attr) == 0
                ? new BpfTestResult((int)attr.Retval, attr.Duration, (int)attr.DataSizeOut)
                : throw new LinuxException("BPF_PROG_TEST_RUN", Name, BpfCalls.LastErrno);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _fd.Dispose();

    private BpfProgInfo ReadInfo()
    {
        BpfProgInfo info = default;
        ReadInfo(ref info);
        return info;
    }

    private void ReadInfo(ref BpfProgInfo info)
    {
        fixed (BpfProgInfo* pointer = &info)
        {
            var attr = new BpfAttr.Info { BpfFd = (uint)Fd, InfoLen = (uint)sizeof(BpfProgInfo), InfoPointer = (ulong)pointer };
            if (BpfCalls.Call(BpfCommand.ObjGetInfoByFd, ref attr) != 0)
            {
                throw new LinuxException("BPF_OBJ_GET_INFO_BY_FD", "program", BpfCalls.LastErrno);
            }
        }
    }
}
