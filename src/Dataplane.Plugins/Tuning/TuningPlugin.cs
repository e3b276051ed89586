using Dataplane.Cni;
using Dataplane.Engine;
using Dataplane.Interop;
using Dataplane.Netlink;

namespace Dataplane.Plugins;

/// <summary>The plugin "tuning": sysctls of the container's namespace and settings of its interface; DEL sets what was before.</summary>
/// <param name="call">The call.</param>
internal sealed class TuningPlugin(Call call) : CniPlugin
{
    /// <inheritdoc/>
    public override string Name => "tuning";

    /// <inheritdoc/>
    public override CniResult Add(CniRequest request)
    {
        TuningConfig config = TuningConfig.Parse(request);
        config.ValidateSysctls();
        CniResult result = Expectations.PrevResult(request);
        LinkSettings wanted = config.Settings(request.IfName);
        Translate.Errors(() => Add(request, config.DataDir, wanted));
        foreach (CniInterface item in result.Interfaces)
        {
            item.Mac = config.Mac.Length > 0 && item.Name == request.IfName ? config.Mac : item.Mac;
        }

        return result;
    }

    /// <inheritdoc/>
    public override void Del(CniRequest request)
    {
        TuningConfig config = TuningConfig.Parse(request);
        StderrLog log = call.Log(request);
        try
        {
            Undo(config.DataDir, TuningBackup.FileName(Translate.Id(request)), request.NetnsPath, request.IfName, log);
        }
        catch (Exception e) when (e is NodeException or LinuxException or NetlinkException)
        {
            // As the reference: the interface goes away next, and what is left of the file GC removes.
            log.Warn($"what was before cannot be set again: {e.Message}");
        }
    }

    /// <inheritdoc/>
    public override void Check(CniRequest request)
    {
        TuningConfig config = TuningConfig.Parse(request);
        config.ValidateSysctls();
        _ = Expectations.PrevResult(request);
        LinkSettings wanted = config.Settings(request.IfName);
        Translate.Errors(() =>
        {
            using TunedInterface tuned = TunedInterface.Open(request.NetnsPath, request.IfName);
            tuned.Verify(wanted);
        });
    }

    /// <summary>Throws for a configuration that no ADD could be served with on this node.</summary>
    /// <param name="request">The call.</param>
    public override void Status(CniRequest request)
    {
        TuningConfig config = TuningConfig.Parse(request);
        config.ValidateSysctls();
        LinkSettings wanted = config.Settings("eth0");
        NodeStatus.Require(() =>
        {
            if (!wanted.IsEmpty)
            {
                WriteAccess.Require(config.DataDir);
            }

            RequireSysctls(wanted);
        });
    }

    /// <summary>Throws where sysctls cannot be written: inside a container without privileges /proc/sys is read-only.</summary>
    /// <param name="wanted">What is to be set.</param>
    /// <exception cref="LinuxException">EROFS.</exception>
    public static void RequireSysctls(LinkSettings wanted)
    {
        if (wanted.Sysctls.Count > 0)
        {
            WriteAccess.RequireFile("/proc/sys/net/ipv4/ip_forward");
        }
    }

    /// <inheritdoc/>
    public override void Gc(CniRequest request)
    {
        // No list is not an empty list: without one nobody said that anything is stale.
        if (request.Config.ValidAttachments is not { } valid)
        {
            return;
        }

        string dataDir = TuningConfig.Parse(request).DataDir;
        // Most are valid, and need not be opened.
        var keep = new HashSet<string>(valid.Count, StringComparer.Ordinal);
        foreach (AttachmentId id in GarbageCollection.Ids(valid))
        {
            keep.Add(TuningBackup.FileName(id));
        }

        List<string> failures = [];
        foreach (string file in Translate.Errors(() => TuningBackup.List(dataDir)))
        {
            try
            {
                // The reference's files do not say whose they are.
                if (!keep.Contains(file) && TuningBackup.Read(dataDir, file) is { } backup && backup.Network == request.Config.Name)
                {
                    Undo(dataDir, file, backup.NetnsPath, backup.Id.IfName, call.Log(request));
                }
            }
            catch (Exception e) when (e is NodeException or LinuxException or NetlinkException)
            {
                failures.Add($"{file}: {e.Message}");
            }
        }

        GarbageCollection.Report(failures);
    }

    private void Add(CniRequest request, string dataDir, LinkSettings wanted)
    {
        AttachmentId id = Translate.Id(request);
        string file = TuningBackup.FileName(id);
        using TunedInterface tuned = TunedInterface.Open(request.NetnsPath, request.IfName);
        // A file is there when an ADD was killed, or is repeated: what was before that one is what DEL is to set.
        Undo(tuned, dataDir, file, call.Log(request));
        LinkSettings before = tuned.Current(wanted);
        if (!before.IsEmpty)
        {
            new TuningBackup { Before = before, Id = id, Network = request.Config.Name, NetnsPath = request.NetnsPath, Cookie = tuned.Cookie }.Write(dataDir);
        }

        try
        {
            tuned.Apply(wanted);
        }
        catch
        {
            if (tuned.Restore(before).Count == 0)
            {
                TuningBackup.Remove(dataDir, file);
            }

            throw;
        }
    }

    private static void Undo(string dataDir, string file, string netnsPath, string ifName, StderrLog log)
    {
        using TunedInterface? tuned = TunedInterface.TryOpen(netnsPath, ifName);
        if (tuned is null)
        {
            // The namespace is gone, and with it all that was set.
            TuningBackup.Remove(dataDir, file);
            return;
        }

        Undo(tuned, dataDir, file, log);
    }

    private static void Undo(TunedInterface tuned, string dataDir, string file, StderrLog log)
    {
        TuningBackup? backup = TuningBackup.Read(dataDir, file);
        // Of another namespace, to which the path led then: that one's values are nothing to this one.
        if (backup is not null && (backup.Cookie == 0 || backup.Cookie == tuned.Cookie) && tuned.Restore(backup.Before) is { Count: > 0 } failures)
        {
            throw new NodeException(string.Join("; ", failures));
        }

        if (backup is not null)
        {
            log.Debug($"{file}: what was before is set again");
            TuningBackup.Remove(dataDir, file);
        }
    }
}
