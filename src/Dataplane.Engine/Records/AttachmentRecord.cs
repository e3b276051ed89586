using System.Text;
using Dataplane.Abi;

namespace Dataplane.Engine;

/// <summary>
/// What is written down of an attachment: who it is, and every step its ADD took on the node, each written before it was taken.
/// The text is a header line, "key value" lines, an empty line, then one step a line. The last line counts only with its end: a
/// torn one is a step that had not begun.
/// </summary>
public sealed class AttachmentRecord
{
    private const string Header = "dataplane attachment 1";

    /// <summary>The container's interface.</summary>
    public required AttachmentId Id { get; init; }

    /// <summary>The network's name.</summary>
    public required string Network { get; init; }

    /// <summary>The plugin that made the attachment: "bridge".</summary>
    public required string Plugin { get; init; }

    /// <summary>CNI_NETNS as it was.</summary>
    public string NetnsPath { get; init; } = "";

    /// <summary>The steps in the order they were taken.</summary>
    public List<AttachmentStep> Steps { get; } = [];

    /// <summary>Whether the ADD came to its end.</summary>
    public bool IsComplete => Steps.Count > 0 && Steps[^1].Kind == StepKind.Done;

    /// <summary>The last step of a kind, or null.</summary>
    /// <param name="kind">The kind.</param>
    public AttachmentStep? Find(StepKind kind)
    {
        for (int i = Steps.Count - 1; i >= 0; i--)
        {
            if (Steps[i].Kind == kind)
            {
                return Steps[i];
            }
        }

        return null;
    }

    /// <summary>The endpoint that the attachment has made.</summary>
    /// <exception cref="NodeException">It has made none.</exception>
    internal FlowSide RequireEndpoint() => Find(StepKind.Endpoint) is { } step
        ? new FlowSide { Ifindex = (uint)step.Index, Generation = step.Generation }
        : throw new NodeException($"{Id} has no endpoint");

    /// <summary>The text before the first step.</summary>
    public string Preamble() =>
        $"{Header}\ncontainer {Id.ContainerId}\nifname {Id.IfName}\nnetwork {Network}\nplugin {Plugin}\nnetns {NetnsPath.ReplaceLineEndings("?")}\n\n";

    /// <summary>
    /// Reads a record. Null when not even the preamble is whole: its ADD was killed before the first step, or it is no record.
    /// </summary>
    /// <param name="text">The file's contents.</param>
    public static AttachmentRecord? Parse(ReadOnlySpan<byte> text)
    {
        int end = text.LastIndexOf((byte)'\n');
        if (end < 0)
        {
            return null;
        }

        string[] lines = Encoding.UTF8.GetString(text[..end]).Split('\n');
        if (lines[0] != Header)
        {
            return null;
        }

        string container = "", ifName = "", network = "", plugin = "", netns = "";
        int i = 1;
        for (; i < lines.Length && lines[i].Length > 0; i++)
        {
            (string key, string value) = SplitAtSpace(lines[i]);
            switch (key)
            {
                case "container": container = value; break;
                case "ifname": ifName = value; break;
                case "network": network = value; break;
                case "plugin": plugin = value; break;
                case "netns": netns = value; break;
            }
        }

        if (i == lines.Length || container.Length == 0 || ifName.Length == 0)
        {
            return null;
        }

        var record = new AttachmentRecord { Id = new(container, ifName), Network = network, Plugin = plugin, NetnsPath = netns };
        for (i++; i < lines.Length; i++)
        {
            if (AttachmentStep.Parse(lines[i]) is { } step)
            {
                record.Steps.Add(step);
            }
        }

        return record;
    }

    private static (string Key, string Value) SplitAtSpace(string line)
    {
        int space = line.IndexOf(' ', StringComparison.Ordinal);
        return space < 0 ? (line, "") : (line[..space], line[(space + 1)..]);
    }
}
