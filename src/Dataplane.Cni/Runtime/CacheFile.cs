using System.Buffers;
using System.Text.Json;

namespace Dataplane.Cni.Runtime;

/// <summary>The content of a file of the result cache, as libcni's "cniCacheV1" has it.</summary>
internal static class CacheFile
{
    private const string Kind = "cniCacheV1";

    /// <summary>Writes one.</summary>
    /// <param name="network">The network.</param>
    /// <param name="attachment">The attachment.</param>
    /// <param name="result">The ADD's result, in the version the last plugin answered in.</param>
    public static ReadOnlyMemory<byte> Write(NetworkList network, RuntimeAttachment attachment, CniResult result)
    {
        var buffer = new ArrayBufferWriter<byte>(4096);
        buffer.Write("{\"kind\":\"cniCacheV1\""u8);
        Member(buffer, ",\"containerId\":"u8, attachment.ContainerId);
        Member(buffer, ",\"config\":"u8, Convert.ToBase64String(network.Bytes.Span));
        Member(buffer, ",\"ifName\":"u8, attachment.IfName);
        Member(buffer, ",\"networkName\":"u8, network.Name);
        if (attachment.NetnsPath.Length > 0)
        {
            Member(buffer, ",\"netns\":"u8, attachment.NetnsPath);
        }
        for (int i = 0; i < attachment.Args.Count; i++)
        {
            Member(buffer, i == 0 ? ",\"cniArgs\":[["u8 : ",["u8, attachment.Args[i].Key);
            Member(buffer, ","u8, attachment.Args[i].Value);
            buffer.Write(i == attachment.Args.Count - 1 ? "]]"u8 : "]"u8);
        }
        if (attachment.CapabilityArgs.IsObject && attachment.CapabilityArgs.Members().Count > 0)
        {
            buffer.Write(",\"capabilityArgs\":"u8);
            GoJson.Write(buffer, attachment.CapabilityArgs);
        }
        buffer.Write(",\"result\":"u8);
        var json = new ArrayBufferWriter<byte>(1024);
        ResultJson.WriteCompact(json, result, result.CniVersion);
        GoJson.Write(buffer, JsonView.Parse(json.WrittenMemory));
        buffer.Write("}"u8);
        return buffer.WrittenMemory;
    }

    /// <summary>Reads what it says about its attachment.</summary>
    /// <param name="content">The file.</param>
    /// <returns>Null when it is torn, of another kind, or says too little.</returns>
    public static CachedAttachment? ReadAttachment(ReadOnlyMemory<byte> content)
    {
        try
        {
            JsonView root = JsonView.Parse(content).AsObject();
            string network = root.GetString("networkName");
            string ifName = root.GetString("ifName");
            if (root.GetString("kind") != Kind || network.Length == 0 || ifName.Length == 0)
            {
                return null;
            }
            var attachment = new RuntimeAttachment
            {
                ContainerId = root.GetString("containerId"),
                NetnsPath = root.GetString("netns"),
                IfName = ifName,
                Args = ReadArgs(root),
                CapabilityArgs = root.Get("capabilityArgs").AsObject(),
            };
            return new CachedAttachment(network, attachment, Convert.FromBase64String(root.GetString("config")));
        }
        catch (Exception e) when (e is CniException or FormatException)
        {
            return null;
        }
    }

    /// <summary>Reads the result. A file of another kind is one of older days: the bare result.</summary>
    /// <param name="content">The file.</param>
    /// <exception cref="CniException">It is no result.</exception>
    public static CniResult ReadResult(ReadOnlyMemory<byte> content)
    {
        JsonView root = JsonView.Parse(content, CniErrorCode.Internal, "decoding version from network config: ").AsObject();
        JsonView result = root.Get("kind") is { Kind: JsonTokenType.String } kind && kind.AsString() == Kind ? root.Get("result").AsObject() : root;
        return ResultJson.ReadAs(result.WithErrors(CniErrorCode.Internal, ""), result.GetString("cniVersion"));
    }

    private static List<KeyValuePair<string, string>> ReadArgs(JsonView root)
    {
        var args = new List<KeyValuePair<string, string>>();
        foreach (JsonView item in root.GetItems("cniArgs") ?? [])
        {
            IReadOnlyList<JsonView> pair = item.AsItems();
            // Of a longer array the reference takes the first two as well, and fills up a shorter one.
            args.Add(new(pair.Count > 0 ? pair[0].AsString() : "", pair.Count > 1 ? pair[1].AsString() : ""));
        }
        return args;
    }

    private static void Member(ArrayBufferWriter<byte> buffer, ReadOnlySpan<byte> before, string value)
    {
        buffer.Write(before);
        GoJson.WriteString(buffer, value);
    }
}
