using Dataplane.Interop;

namespace Dataplane.Bpf;

/// <summary>
/// The socket programs of a node at a cgroup: for each a link, pinned beside the programs. A link lives as long as its
/// pin, so whoever removes a node's pins, however he does it, detaches its programs: none is left behind at a cgroup
/// that outlives every node.
/// </summary>
public static unsafe class SocketLinks
{
    // enum bpf_attach_type. Names before translations: a socket that was translated is never seen under the pod's address.
    private static readonly (string Program, uint AttachType)[] s_hooks =
    [
        ("host_getpeername4", 29), ("host_getpeername6", 30),
        ("host_recvmsg4", 19), ("host_recvmsg6", 20),
        ("host_sendmsg4", 14), ("host_sendmsg6", 15),
        ("host_connect4", 10), ("host_connect6", 11),
    ];

    /// <summary>The programs, in the order they are attached in.</summary>
    public static IEnumerable<string> Programs
    {
        get
        {
            foreach ((string program, _) in s_hooks)
            {
                yield return program;
            }
        }
    }

    /// <summary>Whether all of a node's are attached, by the existence of their pins.</summary>
    /// <param name="cookie">Cookie of the node's network namespace.</param>
    public static bool ArePinned(ulong cookie)
    {
        string directory = NodePaths.Pins(cookie);
        foreach ((string program, _) in s_hooks)
        {
            if (!File.Exists(NodePaths.Link(directory, program)))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Attaches those that are not attached, and gives the others the pinned programs.</summary>
    /// <param name="cookie">Cookie of the node's network namespace.</param>
    /// <param name="cgroup">Descriptor of the cgroup's directory.</param>
    /// <exception cref="LinuxException">
    /// EPERM: somebody attached a program there without BPF_F_ALLOW_MULTI; E2BIG: 64 are attached already.
    /// </exception>
    public static void Attach(ulong cookie, FileDescriptor cgroup)
    {
        ArgumentNullException.ThrowIfNull(cgroup);
        string directory = NodePaths.Pins(cookie);
        using LockedFile locked = NodePaths.Lock(cookie);
        Directory.CreateDirectory(NodePaths.Links(directory));
        foreach ((string name, uint type) in s_hooks)
        {
            string pin = NodePaths.Link(directory, name);
            if (!Refresh(directory, name, pin))
            {
                using BpfProgram program = Program(directory, name);
                using FileDescriptor link = Create(program, cgroup, type, name);
                BpfCalls.Pin(link.Number, pin);
            }
        }
    }

    /// <summary>Gives what is attached the pinned programs, after a load; the caller has the node's lock.</summary>
    /// <param name="cookie">Cookie of the node's network namespace.</param>
    /// <exception cref="LinuxException">BPF_LINK_UPDATE fails.</exception>
    public static void Replace(ulong cookie)
    {
        string directory = NodePaths.Pins(cookie);
        foreach ((string name, _) in s_hooks)
        {
            Refresh(directory, name, NodePaths.Link(directory, name));
        }
    }

    /// <summary>Detaches all.</summary>
    /// <param name="cookie">Cookie of the node's network namespace.</param>
    public static void Detach(ulong cookie)
    {
        using LockedFile locked = NodePaths.Lock(cookie);
        string links = NodePaths.Links(NodePaths.Pins(cookie));
        if (Directory.Exists(links))
        {
            Directory.Delete(links, recursive: true);
        }
    }

    /// <summary>The hooks whose link is not there, was detached, or runs another program than the pinned one.</summary>
    /// <param name="cookie">Cookie of the node's network namespace.</param>
    /// <returns>Names of programs; empty: all is as it should be.</returns>
    public static IReadOnlyList<string> Missing(ulong cookie)
    {
        string directory = NodePaths.Pins(cookie);
        var missing = new List<string>();
        foreach ((string name, _) in s_hooks)
        {
            string pin = NodePaths.Link(directory, name);
            using FileDescriptor? link = BpfCalls.TryGet(pin);
            using BpfProgram? program = BpfProgram.TryOpenPinned(NodePaths.Program(directory, name));
            if (link is null || program is null || !(LinkInfo(link, pin) is { CgroupId: not 0 } info && info.ProgId == program.Id))
            {
                missing.Add(name);
            }
        }

        return missing;
    }

    /// <returns>False: there is no link, or none that is attached any more.</returns>
    private static bool Refresh(string directory, string name, string pin)
    {
        using FileDescriptor? link = BpfCalls.TryGet(pin);
        if (link is null)
        {
            return false;
        }

        BpfLinkInfo info = LinkInfo(link, pin);
        if (info.CgroupId == 0)
        {
            File.Delete(pin);
            return false;
        }

        using BpfProgram program = Program(directory, name);
        if (info.ProgId != program.Id)
        {
            var attr = new BpfAttr.LinkUpdate { LinkFd = (uint)link.Number, NewProgFd = (uint)program.Fd };
            if (BpfCalls.Call(BpfCommand.LinkUpdate, ref attr) != 0)
            {
                throw new LinuxException("BPF_LINK_UPDATE", pin, BpfCalls.LastErrno);
            }
        }

        return true;
    }

    private static FileDescriptor Create(BpfProgram program, FileDescriptor cgroup, uint type, string name)
    {
        var attr = new BpfAttr.LinkCreate { ProgFd = (uint)program.Fd, TargetFd = (uint)cgroup.Number, AttachType = type };
        int fd = BpfCalls.Call(BpfCommand.LinkCreate, ref attr);
        return fd >= 0 ? new FileDescriptor(fd) : throw new LinuxException("BPF_LINK_CREATE", name, BpfCalls.LastErrno);
    }

    private static BpfLinkInfo LinkInfo(FileDescriptor link, string name)
    {
        BpfLinkInfo info = default;
        var attr = new BpfAttr.Info { BpfFd = (uint)link.Number, InfoLen = (uint)sizeof(BpfLinkInfo), InfoPointer = (ulong)&info };
        return BpfCalls.Call(BpfCommand.ObjGetInfoByFd, ref attr) == 0 ? info : throw new LinuxException("BPF_OBJ_GET_INFO_BY_FD", name, BpfCalls.LastErrno);
    }

    private static BpfProgram Program(string directory, string name) =>
        BpfProgram.TryOpenPinned(NodePaths.Program(directory, name)) ?? throw new LinuxException("open pin", NodePaths.Program(directory, name), Errno.ENOENT);
}
