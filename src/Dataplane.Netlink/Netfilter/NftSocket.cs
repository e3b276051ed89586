using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Dataplane.Interop;
using static Dataplane.Netlink.Netfilter.NftConstants;
using static Dataplane.Netlink.RtnlConstants;
using static Dataplane.Netlink.RtnlMessages;

namespace Dataplane.Netlink.Netfilter;

/// <summary>
/// A NETLINK_NETFILTER socket that asks nf_tables what is there and deletes from it. It belongs to the namespace it was opened in.
/// A question makes the kernel load nf_tables where it is a module: ask <see cref="NfTables.IsPresent()"/> first. Not for several threads at once.
/// </summary>
public sealed unsafe class NftSocket : IDisposable
{
    private const int ERESTART = 85;

    // Until there is something: answers to names are a few hundred bytes, and nearly always that is all there ever is.
    private const int Small = 4096;
    private const int Large = 65536;
    private readonly FileDescriptor _socket;
    private readonly NetlinkWriter _request = new();
    private byte[] _response = GC.AllocateUninitializedArray<byte>(Small);
    private uint _sequence;

    private NftSocket(FileDescriptor socket) => _socket = socket;

    /// <summary>Opens a socket in the calling thread's namespace.</summary>
    /// <exception cref="LinuxException">socket(2) fails.</exception>
    public static NftSocket Open()
    {
        int fd = LibC.socket(LibC.AF_NETLINK, LibC.SOCK_RAW | LibC.SOCK_CLOEXEC, NETLINK_NETFILTER);
        if (fd < 0)
        {
            throw new LinuxException("socket", "NETLINK_NETFILTER", Marshal.GetLastPInvokeError());
        }

        return new NftSocket(new FileDescriptor(fd));
    }

    /// <summary>Which of some tables and chains are there: one call for all, whatever the rule set's size.</summary>
    /// <param name="objects">Up to 64 names.</param>
    /// <returns>Bit i: object i is there. What the kernel refuses to look for (a family it lacks) is not.</returns>
    /// <exception cref="LinuxException">The socket failed.</exception>
    public ulong Find(ReadOnlySpan<NftObject> objects)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(objects.Length, 64);
        if (objects.IsEmpty)
        {
            return 0;
        }

        _request.Clear();
        uint first = _sequence + 1;
        foreach (NftObject wanted in objects)
        {
            bool table = wanted.Chain.Length == 0;
            Begin(table ? NFT_MSG_GETTABLE : NFT_MSG_GETCHAIN, wanted.Family, 0);
            _request.Attribute(NFTA_CHAIN_TABLE, wanted.Table);
            if (!table)
            {
                _request.Attribute(NFTA_CHAIN_NAME, wanted.Chain);
            }

            _request.EndMessage();
        }

        Send(_request.Written);
        ulong found = 0;
        for (int answers = 0; answers < objects.Length;)
        {
            ReadOnlySpan<byte> data = Receive(0);
            while (RtnlSocket.TryMessage(ref data, out nlmsghdr header, out _))
            {
                uint index = header.nlmsg_seq - first;
                if (index < objects.Length)
                {
                    answers++;
                    found |= header.nlmsg_type is NFT_MSG_NEWTABLE or NFT_MSG_NEWCHAIN ? 1UL << (int)index : 0;
                }
            }
        }

        return found;
    }

    /// <summary>The number of the rule set, another one after every change by anybody.</summary>
    /// <exception cref="NetlinkException">The kernel refused.</exception>
    /// <exception cref="LinuxException">The socket failed.</exception>
    public uint Generation()
    {
        _request.Clear();
        Begin(NFT_MSG_GETGEN, 0, 0);
        _request.EndMessage();
        Send(_request.Written);
        while (true)
        {
            ReadOnlySpan<byte> data = Receive(0);
            while (RtnlSocket.TryMessage(ref data, out nlmsghdr header, out ReadOnlySpan<byte> payload))
            {
                if (header.nlmsg_seq != _sequence)
                {
                    continue;
                }

                return header.nlmsg_type == NFT_MSG_NEWGEN
                    ? NftMessages.ParseGeneration(payload)
                    : throw new NetlinkException("get generation of", "nf_tables", -MemoryMarshal.Read<int>(payload));
            }
        }
    }

    /// <summary>The rules of a table, or of one chain. A rule set that changes meanwhile may give too many or too few: a commit notices.</summary>
    /// <param name="of">The table or chain.</param>
    /// <returns>The rules; none when it is not there.</returns>
    /// <exception cref="NetlinkException">The kernel refused.</exception>
    /// <exception cref="LinuxException">The socket failed.</exception>
    public List<NftRule> Rules(NftObject of)
    {
        Grow();
        _request.Clear();
        Begin(NFT_MSG_GETRULE, of.Family, NLM_F_DUMP);
        _request.Attribute(NFTA_RULE_TABLE, of.Table);
        if (of.Chain.Length > 0)
        {
            _request.Attribute(NFTA_RULE_CHAIN, of.Chain);
        }

        _request.EndMessage();
        Send(_request.Written);
        List<NftRule> rules = [];
        while (true)
        {
            ReadOnlySpan<byte> data = Receive(0);
            while (RtnlSocket.TryMessage(ref data, out nlmsghdr header, out ReadOnlySpan<byte> payload))
            {
                if (header.nlmsg_seq != _sequence)
                {
                    continue;
                }

                if (header.nlmsg_type is NLMSG_DONE or NLMSG_ERROR)
                {
                    int errno = payload.Length < 4 ? 0 : -MemoryMarshal.Read<int>(payload);
                    return errno is 0 or Errno.ENOENT ? rules : throw new NetlinkException("list rules of", of.Table, errno);
                }

                // Kernels before 4.16 pass over the names in the request.
                if (NftMessages.ParseRule(payload) is { } rule && (of.Chain.Length == 0 || rule.Chain == of.Chain))
                {
                    rules.Add(rule);
                }
            }
        }
    }

    /// <summary>Does everything in a batch, or nothing.</summary>
    /// <param name="batch">The deletions; not used again.</param>
    /// <returns>False when the rule set is not the one any more that the batch was made for: look again.</returns>
    /// <exception cref="NetlinkException">The first deletion that the kernel refused; nothing was done.</exception>
    /// <exception cref="LinuxException">The socket failed.</exception>
    public bool TryCommit(NftBatch batch)
    {
        ArgumentNullException.ThrowIfNull(batch);
        Grow();
        uint first = _sequence + 1;
        _sequence += (uint)batch.Count + 1;
        Send(batch.Close(first));

        // A batch is done when send(2) returns, and its answers wait: one a deletion, or one of the whole batch.
        int done = 0;
        NetlinkException? failure = null;
        while (true)
        {
            ReadOnlySpan<byte> data = Receive(LibC.MSG_DONTWAIT);
            if (data.IsEmpty)
            {
                break;
            }

            while (RtnlSocket.TryMessage(ref data, out nlmsghdr header, out ReadOnlySpan<byte> payload))
            {
                uint index = header.nlmsg_seq - first;
                if (header.nlmsg_type != NLMSG_ERROR || index > batch.Count)
                {
                    continue;
                }

                int errno = -MemoryMarshal.Read<int>(payload);
                if (errno == ERESTART)
                {
                    return false;
                }

                done++;
                if (errno != 0)
                {
                    (string name, string subject) = batch.Describe(index - 1);
                    failure ??= new NetlinkException(name, subject, errno, RtnlSocket.ExtendedAck(header, payload));
                }
            }
        }

        return failure is not null ? throw failure
            : done == batch.Count ? true
            : throw new LinuxException("recv", "NETLINK_NETFILTER", Errno.ENOBUFS);
    }

    /// <summary>IPCTNL_MSG_CT_GET_STATS: a question to the subsystem of connection tracking.</summary>
    internal void AskForConntrack()
    {
        _request.Clear();
        Begin(IPCTNL_MSG_CT_GET_STATS, 0, 0);
        _request.EndMessage();
        Send(_request.Written);
    }

    /// <inheritdoc/>
    public void Dispose() => _socket.Dispose();

    /// <summary>struct nfgenmsg: the family, version 0, the resource in network order.</summary>
    internal static void AppendHeader(NetlinkWriter writer, byte family, ushort resource)
    {
        Span<byte> bytes = stackalloc byte[4];
        bytes[0] = family;
        bytes[1] = 0;
        BinaryPrimitives.WriteUInt16BigEndian(bytes[2..], resource);
        writer.Append(MemoryMarshal.Read<uint>(bytes));
    }

    /// <summary>Room for dumps, and errors with the kernel's own sentence that need not repeat the request.</summary>
    private void Grow()
    {
        if (_response.Length == Small)
        {
            _response = GC.AllocateUninitializedArray<byte>(Large);
            int on = 1;
            LibC.setsockopt(_socket.Number, LibC.SOL_NETLINK, NETLINK_EXT_ACK, &on, sizeof(int));
            LibC.setsockopt(_socket.Number, LibC.SOL_NETLINK, NETLINK_CAP_ACK, &on, sizeof(int));
        }
    }

    private void Begin(ushort type, NftFamily family, ushort flags)
    {
        _request.BeginMessage(type, (ushort)(NLM_F_REQUEST | flags), ++_sequence);
        AppendHeader(_request, (byte)family, 0);
    }

    private void Send(ReadOnlySpan<byte> data)
    {
        fixed (byte* bytes = data)
        {
            while (LibC.send(_socket.Number, bytes, (nuint)data.Length, 0) < 0)
            {
                if (Marshal.GetLastPInvokeError() is var errno && errno != Errno.EINTR)
                {
                    throw new LinuxException("send", "NETLINK_NETFILTER", errno);
                }
            }
        }
    }

    /// <returns>One datagram; nothing when none waits and <paramref name="flags"/> say not to wait.</returns>
    private ReadOnlySpan<byte> Receive(int flags)
    {
        while (true)
        {
            nint length;
            fixed (byte* buffer = _response)
            {
                length = LibC.recv(_socket.Number, buffer, (nuint)_response.Length, flags | LibC.MSG_TRUNC);
            }

            // The kernel fits a dump into the buffer it was read with.
            if (length > _response.Length)
            {
                throw new LinuxException("recv", "NETLINK_NETFILTER", Errno.EMSGSIZE);
            }

            if (length >= 0)
            {
                return _response.AsSpan(0, (int)length);
            }

            switch (Marshal.GetLastPInvokeError())
            {
                case Errno.EINTR:
                    continue;
                case Errno.EAGAIN when (flags & LibC.MSG_DONTWAIT) != 0:
                    return default;
                case var errno:
                    throw new LinuxException("recv", "NETLINK_NETFILTER", errno);
            }
        }
    }
}
