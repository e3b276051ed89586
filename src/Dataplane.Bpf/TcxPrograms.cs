using Dataplane.Abi;
using Dataplane.Interop;

namespace Dataplane.Bpf;

/// <summary>A node's programs at tcx hooks, which other tools use too.</summary>
public static class TcxPrograms
{
    private const int Tries = 4;

    /// <summary>
    /// Attaches a program unless it is; where another build's program of the same name and node is, it takes that one's
    /// place, and no packet finds none.
    /// </summary>
    /// <param name="hook">Where.</param>
    /// <param name="node">The node that it is pinned for.</param>
    /// <param name="program">The program.</param>
    /// <param name="first">Where there is none: before others' programs.</param>
    /// <returns>Whether anything was changed.</returns>
    /// <exception cref="LinuxException">The kernel refuses; ENODEV: the device is gone.</exception>
    public static bool Ensure(this TcxHook hook, NodePrograms node, BpfProgram program, bool first = false)
    {
        ArgumentNullException.ThrowIfNull(node);
        ArgumentNullException.ThrowIfNull(program);
        for (int tries = 1; ; tries++)
        {
            uint[] attached = hook.ProgramIds();
            if (Array.IndexOf(attached, program.Id) >= 0)
            {
                return false;
            }

            try
            {
                using BpfProgram? old = Find(attached, new NodeOwner(node.Cookie), program.Name);
                if (old is null)
                {
                    hook.Attach(program, first);
                }
                else
                {
                    hook.Replace(old, program);
                }

                return true;
            }
            catch (LinuxException e) when (tries < Tries && e.Errno is Errno.EEXIST or Errno.ENOENT)
            {
                // Another ADD did it at this moment: look again.
            }
        }
    }

    /// <summary>Takes every program of a node away, of whatever ABI and build.</summary>
    /// <param name="hook">Where.</param>
    /// <param name="cookie">The node.</param>
    /// <returns>How many there were.</returns>
    public static int Remove(this TcxHook hook, ulong cookie) => Remove(hook, new NodeOwner(cookie));

    /// <summary>Takes every program of a node away from both directions of a device, also where its pins are gone.</summary>
    /// <param name="ifindex">The device's interface index.</param>
    /// <param name="cookie">The node.</param>
    /// <returns>How many there were.</returns>
    /// <exception cref="LinuxException">ENODEV: the device is gone.</exception>
    public static int RemoveFrom(uint ifindex, ulong cookie)
    {
        var node = new NodeOwner(cookie);
        int ingress = Remove(TcxHook.Ingress(ifindex), node), egress = Remove(TcxHook.Egress(ifindex), node);
        // What came in may be known only by the maps of what went out.
        return ingress + egress + (ingress == 0 && egress > 0 ? Remove(TcxHook.Ingress(ifindex), node) : 0);
    }

    private static int Remove(TcxHook hook, NodeOwner node)
    {
        int count = 0;
        foreach (uint id in hook.ProgramIds())
        {
            using BpfProgram? program = BpfProgram.TryOpenId(id);
            if (program is not null && node.Owns(program) && hook.Detach(program))
            {
                count++;
            }
        }

        return count;
    }

    /// <summary>Takes a node's programs away from its uplinks, where the caller is in the node's namespace.</summary>
    internal static void RemoveAll(ulong cookie)
    {
        if (!TcxHook.HasTcx || NetnsCookie.Current() != cookie)
        {
            return;
        }

        using BpfMap<uint, DeviceRow>? devices = BpfMap<uint, DeviceRow>.TryOpenPinned(NodePaths.Map(NodePaths.Pins(cookie), "devices"));
        foreach ((uint ifindex, DeviceRow row) in devices?.Entries() ?? [])
        {
            if ((row.Flags & DeviceFlags.Uplink) != 0)
            {
                RemoveFromDevice(ifindex, cookie);
            }
        }
    }

    private static void RemoveFromDevice(uint ifindex, ulong cookie)
    {
        try
        {
            RemoveFrom(ifindex, cookie);
        }
        catch (LinuxException e) when (e.Errno == Errno.ENODEV)
        {
            // It is gone, and its programs with it.
        }
    }

    private static BpfProgram? Find(uint[] attached, NodeOwner node, string name)
    {
        foreach (uint id in attached)
        {
            BpfProgram? program = BpfProgram.TryOpenId(id);
            if (program is not null && program.Name == name && node.Owns(program))
            {
                return program;
            }

            program?.Dispose();
        }

        return null;
    }
}
