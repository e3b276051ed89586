using Dataplane.Interop;
using Dataplane.Netlink;

namespace Dataplane.Engine;

/// <summary>A container's interface whose settings are changed, and changed back.</summary>
public sealed class TunedInterface : IDisposable
{
    private readonly NetworkNamespace _pod;
    private readonly RtnlSocket _rtnl;
    private readonly string _name;

    private TunedInterface(NetworkNamespace pod, string name)
    {
        _pod = pod;
        _name = name;
        using NetworkNamespace.Scope inside = pod.Enter();
        Cookie = NetworkNamespace.CurrentCookie();
        _rtnl = RtnlSocket.Open();
    }

    /// <summary>Of the container's namespace: no other has it until the machine starts again.</summary>
    public ulong Cookie { get; }

    /// <summary>Opens the namespace; the interface is looked for when it is needed.</summary>
    /// <param name="netnsPath">CNI_NETNS.</param>
    /// <param name="ifName">The interface.</param>
    /// <exception cref="NodeException">"failed to open netns …".</exception>
    public static TunedInterface Open(string netnsPath, string ifName) => new(PodNamespace.Open(netnsPath), ifName);

    /// <summary>The same for what may be gone.</summary>
    /// <param name="netnsPath">CNI_NETNS; may be empty.</param>
    /// <param name="ifName">The interface.</param>
    /// <returns>Null when the path leads to no namespace.</returns>
    public static TunedInterface? TryOpen(string netnsPath, string ifName) => PodNamespace.TryOpen(netnsPath) is { } pod ? new(pod, ifName) : null;

    /// <summary>What is set now.</summary>
    /// <param name="wanted">Of what.</param>
    /// <exception cref="NodeException">There is no such interface.</exception>
    public LinkSettings Current(LinkSettings wanted)
    {
        ArgumentNullException.ThrowIfNull(wanted);
        var before = new LinkSettings { Sysctls = CurrentSysctls(wanted.Sysctls) };
        if (!wanted.HasLink)
        {
            return before;
        }

        LinkInfo link = _rtnl.FindLink(_name) ?? throw new NodeException($"failed to get \"{_name}\": Link not found");
        return before with
        {
            Mac = wanted.Mac is null ? null : link.Mac,
            Promiscuous = wanted.Promiscuous is null ? null : link.IsPromiscuous,
            Mtu = wanted.Mtu is null ? null : link.Mtu,
            AllMulticast = wanted.AllMulticast is null ? null : link.IsAllMulticast,
            TxQueueLength = wanted.TxQueueLength is null ? null : link.TxQueueLength,
        };
    }

    /// <summary>Sets everything, in the reference's order, and stops at the first that cannot be set.</summary>
    /// <param name="settings">What.</param>
    /// <exception cref="NodeException">A signal came, or something could not be set.</exception>
    public void Apply(LinkSettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        foreach (SysctlSetting setting in settings.Sysctls)
        {
            Interruption.ThrowIfRequested();
            try
            {
                Write(setting);
            }
            catch (LinuxException e)
            {
                throw new NodeException($"{e.Operation} {e.Subject}: {Kernel.Reason(e)}", e);
            }
        }

        if (settings.HasLink)
        {
            Interruption.ThrowIfRequested();
            _rtnl.Send(Requests(settings, Find()));
            TunedEndpoint.Follow(settings, _pod, _rtnl, _name);
        }
    }

    /// <summary>Sets what was before. Everything is tried; what is gone needs no setting.</summary>
    /// <param name="before">What was.</param>
    /// <returns>What could not be set, one sentence each.</returns>
    public List<string> Restore(LinkSettings before)
    {
        ArgumentNullException.ThrowIfNull(before);
        var failures = new List<string>();
        LinkInfo? link = null;
        if (before.HasLink)
        {
            Attempt(() => link = _rtnl.FindLink(_name), failures);
        }

        if (link is not null)
        {
            // One request each: a device that refuses its old MTU gets its address back all the same.
            foreach (LinkSettings one in Single(before))
            {
                if (one.HasLink)
                {
                    Attempt(() => _rtnl.Send(Requests(one, link.Index)), failures);
                }
            }
        }

        Attempt(() => TunedEndpoint.Follow(before, _pod, _rtnl, _name), failures);
        for (int i = before.Sysctls.Count - 1; i >= 0; i--)
        {
            SysctlSetting setting = before.Sysctls[i];
            Attempt(() => Write(setting), failures);
        }

        return failures;
    }

    /// <summary>Throws unless everything is set.</summary>
    /// <param name="settings">What. Promiscuous mode that is not wanted must be off.</param>
    /// <exception cref="NodeException">The first that is not, in the reference's words.</exception>
    public void Verify(LinkSettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        foreach (SysctlSetting setting in settings.Sysctls)
        {
            string current = Read(setting.Name);
            // The kernel prints tabs between the numbers of a list.
            Require(Words(current) == Words(setting.Value), $"value of /proc/sys/{setting.Name} is {setting.Value}, current value is {current}");
        }

        LinkInfo link = _rtnl.FindLink(_name) ?? throw new NodeException($"Cannot find container link {_name}");
        Require(settings.Mac is not { } mac || mac == link.Mac, $"Ethernet of {_name} is {settings.Mac}, current value is {link.Mac}");
        bool promiscuous = settings.Promiscuous ?? false;
        if (promiscuous != link.IsPromiscuous)
        {
            throw new NodeException($"Error: Tuning link {_name} configured promisc is {(promiscuous ? "true" : "false")}, current value is {(link.IsPromiscuous ? 1 : 0)}");
        }

        Require(settings.Mtu is not { } mtu || mtu == link.Mtu, $"MTU of {_name} is {settings.Mtu}, current value is {link.Mtu}");
        Require(settings.AllMulticast is not { } all || all == link.IsAllMulticast,
            $"all-multicast mode of {_name} is {(settings.AllMulticast == true ? "true" : "false")}, current value is {(link.IsAllMulticast ? "true" : "false")}");
        Require(settings.TxQueueLength is not { } length || length == link.TxQueueLength,
            $"Transmit Queue Length of {_name} is {settings.TxQueueLength}, current value is {link.TxQueueLength}");
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _rtnl.Dispose();
        _pod.Dispose();
    }

    private static void Require(bool holds, string otherwise)
    {
        if (!holds)
        {
            throw new NodeException($"Error: Tuning configured {otherwise}");
        }
    }

    private static string Words(string value) => string.Join(' ', value.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));

    private static void Attempt(Action action, List<string> failures)
    {
        try
        {
            action();
        }
        catch (LinuxException e) when (e.Errno == Errno.ENOENT)
        {
            // A sysctl of a device that is gone.
        }
        catch (Exception e) when (e is LinuxException or NetlinkException)
        {
            failures.Add(e.Message);
        }
    }

    private static IEnumerable<LinkSettings> Single(LinkSettings all)
    {
        yield return new LinkSettings { Mtu = all.Mtu };
        yield return new LinkSettings { Mac = all.Mac };
        yield return new LinkSettings { Promiscuous = all.Promiscuous };
        yield return new LinkSettings { AllMulticast = all.AllMulticast };
        yield return new LinkSettings { TxQueueLength = all.TxQueueLength };
    }

    private RtnlBatch Requests(LinkSettings settings, int index)
    {
        RtnlBatch batch = _rtnl.Batch();
        if (settings.Mac is { } mac)
        {
            batch.SetMac(index, mac);
        }

        if (settings.Promiscuous is { } promiscuous)
        {
            batch.SetPromisc(index, promiscuous);
        }

        if (settings.Mtu is { } mtu)
        {
            batch.SetMtu(index, mtu);
        }

        if (settings.AllMulticast is { } all)
        {
            batch.SetAllMulticast(index, all);
        }

        if (settings.TxQueueLength is { } length)
        {
            batch.SetTxQueueLength(index, length);
        }

        return batch;
    }

    private int Find() => _rtnl.FindLink(_name)?.Index ?? throw new NodeException($"failed to get \"{_name}\": Link not found");

    private List<SysctlSetting> CurrentSysctls(IReadOnlyList<SysctlSetting> wanted)
    {
        var current = new List<SysctlSetting>(wanted.Count);
        foreach (SysctlSetting setting in wanted)
        {
            try
            {
                current.Add(new SysctlSetting(setting.Name, Read(setting.Name)));
            }
            catch (LinuxException e) when (e.Errno is Errno.ENOENT or Errno.EACCES or Errno.EPERM or Errno.EINVAL)
            {
                // One that can only be written ("flush"), or none at all, which writing it says.
            }
        }

        return current;
    }

    private string Read(SysctlName name)
    {
        using NetworkNamespace.Scope inside = _pod.Enter();
        return Sysctl.Read([.. name.Parts]);
    }

    private void Write(SysctlSetting setting)
    {
        using NetworkNamespace.Scope inside = _pod.Enter();
        Sysctl.Write(setting.Value, [.. setting.Name.Parts]);
    }
}
