using Dataplane.Cni;
using Dataplane.Engine;

namespace Dataplane.Plugins;

/// <summary>GC of a main plugin: its own records, then its IPAM plugin's; what fails does not keep the rest from being collected.</summary>
internal static class GarbageCollection
{
    /// <summary>Runs it.</summary>
    /// <param name="call">The call.</param>
    /// <param name="request">The call's request.</param>
    /// <param name="plugin">The main plugin's name, as records have it.</param>
    /// <exception cref="CniException">Something could not be removed; the details name all of it.</exception>
    public static void Run(Call call, CniRequest request, string plugin)
    {
        List<string> failures = [];
        // No list is not an empty list: without one nobody said that anything is stale.
        if (request.Config.ValidAttachments is { } valid)
        {
            failures.AddRange(Translate.Errors(() => Collect(call, request, plugin, valid)));
        }

        if (request.Config.IpamType.Length > 0)
        {
            try
            {
                new PluginDelegate(call.Executor).Gc(request, request.Config.IpamType);
            }
            catch (CniException e)
            {
                failures.Add(e.ToString());
            }
        }

        Report(failures);
    }

    /// <summary>Runs the GC of several plugins for one; all are run.</summary>
    /// <param name="collections">Each of them.</param>
    /// <exception cref="CniException">Something could not be removed; the details name all of it.</exception>
    public static void RunAll(params ReadOnlySpan<Action> collections)
    {
        List<string> failures = [];
        foreach (Action collect in collections)
        {
            try
            {
                collect();
            }
            catch (CniException e)
            {
                failures.Add(e.ToString());
            }
        }

        Report(failures);
    }

    /// <summary>The attachments that stay, as the engine names them.</summary>
    /// <param name="valid">The call's list.</param>
    public static List<AttachmentId> Ids(IReadOnlyList<CniAttachment> valid)
    {
        var ids = new List<AttachmentId>(valid.Count);
        foreach (CniAttachment attachment in valid)
        {
            ids.Add(new AttachmentId(attachment.ContainerId, attachment.IfName));
        }

        return ids;
    }

    /// <summary>Throws when something could not be removed.</summary>
    /// <param name="failures">One sentence each.</param>
    /// <exception cref="CniException">The details name all of it.</exception>
    public static void Report(List<string> failures)
    {
        if (failures.Count > 0)
        {
            throw new CniException(CniErrorCode.Internal, $"{failures.Count} things could not be collected: {failures[0]}", string.Join("; ", failures));
        }
    }

    private static List<string> Collect(Call call, CniRequest request, string plugin, IReadOnlyList<CniAttachment> valid)
    {
        using Node node = Node.Open();
        return new Attachments(node, call.Log(request)).Collect(
            request.Config.Name,
            plugin,
            Ids(valid),
            record => request.Config.IpamType.Length > 0 ? IpamSource.For(call.Executor, request, record.Id) : null);
    }
}
