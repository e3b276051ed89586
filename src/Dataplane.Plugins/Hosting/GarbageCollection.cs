using System.Buffers;
using System.Text.Json;
using Dataplane.Cni;
using Dataplane.Engine;

namespace Dataplane.Plugins;

/// <summary>GC: a plugin's own records, then its IPAM plugin's; what fails does not keep the rest from being collected, and is reported.</summary>
internal static class GarbageCollection
{
    /// <summary>Removes what the plugin keeps of attachments that are not valid any more.</summary>
    /// <param name="node">The node.</param>
    /// <param name="valid">The attachments that stay.</param>
    /// <returns>What could not be removed, one sentence each.</returns>
    public delegate List<string> Collection(Node node, IReadOnlyCollection<AttachmentId> valid);

    /// <summary>Runs it for a plugin with records of its own.</summary>
    /// <param name="request">The call's request.</param>
    /// <param name="collections">Each of its records; all are run.</param>
    /// <exception cref="CniException">Something could not be removed; the details name all of it.</exception>
    public static void Run(CniRequest request, params ReadOnlySpan<Collection> collections)
    {
        List<string> failures = [];
        Own(request, collections, failures);
        Report(failures);
    }

    /// <summary>Runs it for a main plugin.</summary>
    /// <param name="call">The call.</param>
    /// <param name="request">The call's request.</param>
    /// <param name="more">What it keeps besides attachments.</param>
    /// <exception cref="CniException">Something could not be removed; the details name all of it.</exception>
    public static void RunMain(Call call, CniRequest request, params ReadOnlySpan<Collection> more)
    {
        List<string> failures = [];
        Own(request, more, failures);
        List<AttachmentId> staying = [];
        Own(request, [(node, valid) => new Attachments(node, call.Log(request)).Collect(request.Config.Name, valid, record => Source(call, request, record), staying)], failures);
        if (request.Config.IpamType.Length > 0)
        {
            // Also without a list: what it makes of that is the IPAM plugin's to say.
            Attempt(() => call.Plugins.Gc(With(request, staying), request.Config.IpamType), failures);
        }

        Report(failures);
    }

    /// <summary>Throws when something could not be removed.</summary>
    /// <param name="failures">One sentence each.</param>
    /// <exception cref="CniException">The details name all of it.</exception>
    public static void Report(List<string> failures)
    {
        if (failures.Count > 0)
        {
            string things = failures.Count == 1 ? "1 thing" : $"{failures.Count} things";
            throw new CniException(CniErrorCode.Internal, $"{things} could not be collected: {failures[0]}", string.Join("; ", failures));
        }
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

    private static void Own(CniRequest request, ReadOnlySpan<Collection> collections, List<string> failures)
    {
        // No list is not an empty list: without one nobody said that anything is stale.
        if (request.Config.ValidAttachments is not { } valid || collections.IsEmpty)
        {
            return;
        }

        List<AttachmentId> ids = Ids(valid);
        foreach (Collection collection in collections)
        {
            Attempt(
                () => Translate.Errors(() =>
                {
                    using Node node = Node.Open();
                    failures.AddRange(collection(node, ids));
                }),
                failures);
        }
    }

    private static void Attempt(Action collect, List<string> failures)
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

    // An ADD that runs has its addresses already, and the runtime does not know of it yet; what could not be removed has them still. To IPAM both are valid.
    private static CniRequest With(CniRequest request, List<AttachmentId> staying)
    {
        if (staying.Count == 0)
        {
            return request;
        }

        var buffer = new ArrayBufferWriter<byte>(1024);
        using (var json = new Utf8JsonWriter(buffer, JsonLayout.Compact))
        {
            json.WriteStartArray();
            foreach (CniAttachment one in request.Config.ValidAttachments!)
            {
                WriteAttachment(json, one.ContainerId, one.IfName);
            }

            foreach (AttachmentId id in staying)
            {
                WriteAttachment(json, id.ContainerId, id.IfName);
            }

            json.WriteEndArray();
        }

        return request.As(CniCommand.Gc, stdin: ConfigJson.With(request.Config.Root, ConfigJson.ValidAttachments, JsonView.Parse(buffer.WrittenMemory)));
    }

    private static void WriteAttachment(Utf8JsonWriter json, string containerId, string ifName)
    {
        json.WriteStartObject();
        json.WriteString("containerID", containerId);
        json.WriteString("ifname", ifName);
        json.WriteEndObject();
    }

    private static IpamSource? Source(Call call, CniRequest request, AttachmentRecord record) =>
        request.Config.IpamType.Length > 0 ? IpamSource.For(call, request, record.Id) : null;
}
