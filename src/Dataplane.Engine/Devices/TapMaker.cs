using System.Globalization;
using System.Text;
using Dataplane.Interop;
using Dataplane.Netlink;

namespace Dataplane.Engine;

/// <summary>Makes tap devices in a container.</summary>
internal static class TapMaker
{
    private const string SelinuxFileSystem = "/sys/fs/selinux/enforce";

    // A device is labelled as the process that makes it, and only another executable gets another label (setexeccon(3)): ip(8), as for the reference.
    private const string ExecLabel = "/proc/thread-self/attr/exec";
    private static readonly string[] Directories = ["/usr/sbin", "/sbin", "/usr/bin", "/bin"];

    /// <summary>Makes the device, down.</summary>
    /// <param name="request">The container and its device.</param>
    /// <param name="pod">The container's namespace.</param>
    /// <exception cref="NodeException">It could not be made.</exception>
    public static void Create(DeviceRequest request, PodSide pod)
    {
        TapOptions tap = request.Tap!;
        string name = request.Id.IfName;
        using (pod.Namespace.Enter())
        {
            if (tap.SelinuxContext.Length > 0 && File.Exists(SelinuxFileSystem))
            {
                CreateLabelled(name, tap);
            }
            else
            {
                CreateHere(name, tap);
            }
        }

        try
        {
            Complete(request, tap, pod.Rtnl);
        }
        catch (NetlinkException e)
        {
            throw new NodeException($"failed to create tap: {e.Request}: {Kernel.Reason(e)}", e);
        }
    }

    /// <summary>The arguments of ip(8) for a device.</summary>
    internal static List<string> Arguments(string name, TapOptions tap)
    {
        List<string> arguments = ["tuntap", "add", "mode", "tap", "name", name];
        if (tap.MultiQueue)
        {
            arguments.Add("multi_queue");
        }

        if (tap.Owner is { } owner)
        {
            arguments.AddRange(["user", owner.ToString(CultureInfo.InvariantCulture)]);
        }

        if (tap.Group is { } group)
        {
            arguments.AddRange(["group", group.ToString(CultureInfo.InvariantCulture)]);
        }

        return arguments;
    }

    private static void CreateHere(string name, TapOptions tap)
    {
        try
        {
            // With both the reference makes it itself, and with these headers; else by ip(8), without.
            TapDevice.Create(name, tap.MultiQueue, tap is { Owner: not null, Group: not null }, tap.Owner, tap.Group);
        }
        catch (LinuxException e)
        {
            throw new NodeException($"failed to create tap: {e.Message}", e);
        }
    }

    private static void CreateLabelled(string name, TapOptions tap)
    {
        try
        {
            File.WriteAllText(ExecLabel, tap.SelinuxContext);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new NodeException($"failed set socket label: {e.Message}", e);
        }

        foreach (string directory in Directories)
        {
            string ip = $"{directory}/ip";
            if (File.Exists(ip))
            {
                int status = ChildProcess.Run([ip, .. Arguments(name, tap)], ["LANG=C"], [], out byte[] stdout, out byte[] stderr);
                if (status != 0)
                {
                    throw new NodeException($"failed to run command {Encoding.UTF8.GetString(stdout)}{Encoding.UTF8.GetString(stderr)}: exit status {(status >> 8) & 0xff}");
                }

                return;
            }
        }

        throw new NodeException("failed to run command ip: there is no ip(8), by which a device gets another SELinux context");
    }

    private static void Complete(DeviceRequest request, TapOptions tap, RtnlSocket pod)
    {
        LinkInfo link = pod.FindLink(request.Id.IfName) ?? throw new NodeException($"failed to refetch tap \"{request.Id.IfName}\": it is gone");
        RtnlBatch batch = pod.Batch();
        if (request.Mac is { } mac)
        {
            batch.SetMac(link.Index, mac);
        }

        if (request.Mtu != 0)
        {
            batch.SetMtu(link.Index, request.Mtu);
        }

        pod.Send(batch);
        if (tap.Bridge.Length > 0)
        {
            LinkInfo bridge = pod.FindLink(tap.Bridge) ?? throw new NodeException($"failed to get bridge {tap.Bridge}: Link not found");
            pod.Send(pod.Batch().SetMaster(link.Index, bridge.Index));
        }
    }
}
