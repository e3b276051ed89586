using System.Buffers;

namespace Dataplane.Cni.Runtime;

/// <summary>A plugin's configuration with a call's own values in it: what the plugin reads on standard input.</summary>
/// <param name="plugin">The plugin.</param>
internal sealed class PluginInput(PluginConfig plugin)
{
    private readonly SortedList<string, ReadOnlyMemory<byte>> _injected = new(StringComparer.Ordinal);

    /// <summary>Sets the network's name and version over the plugin's own.</summary>
    /// <param name="list">The network.</param>
    public PluginInput Network(NetworkList list)
    {
        SetString("name", list.Name);
        SetString("cniVersion", list.CniVersion);
        return this;
    }

    /// <summary>Sets the result of the plugin before, or of the ADD.</summary>
    /// <param name="result">As JSON; null for none.</param>
    public PluginInput PrevResult(ReadOnlyMemory<byte>? result)
    {
        if (result is { } json)
        {
            _injected["prevResult"] = json;
        }
        return this;
    }

    /// <summary>Sets what the runtime supplies for the capabilities the plugin declares; nothing is set when that is nothing.</summary>
    /// <param name="capabilityArgs">An object.</param>
    public PluginInput RuntimeConfig(JsonView capabilityArgs)
    {
        var buffer = new ArrayBufferWriter<byte>(256);
        foreach ((string name, JsonView value) in GoJson.Members(capabilityArgs))
        {
            if (plugin.Capabilities.TryGetValue(name, out bool declared) && declared)
            {
                buffer.Write(buffer.WrittenCount == 0 ? "{"u8 : ","u8);
                GoJson.WriteString(buffer, name);
                buffer.Write(":"u8);
                GoJson.Write(buffer, value);
            }
        }
        if (buffer.WrittenCount > 0)
        {
            buffer.Write("}"u8);
            _injected["runtimeConfig"] = buffer.WrittenMemory;
        }
        return this;
    }

    /// <summary>Sets the attachments that GC must keep, under the specification's name and the one before it.</summary>
    /// <param name="valid">The attachments; null, which is not the same as none, sets nothing.</param>
    public PluginInput ValidAttachments(IReadOnlyList<CniAttachment>? valid)
    {
        if (valid is null)
        {
            return this;
        }
        var buffer = new ArrayBufferWriter<byte>(256);
        buffer.Write("["u8);
        for (int i = 0; i < valid.Count; i++)
        {
            buffer.Write(i == 0 ? "{\"containerID\":"u8 : ",{\"containerID\":"u8);
            GoJson.WriteString(buffer, valid[i].ContainerId);
            buffer.Write(",\"ifname\":"u8);
            GoJson.WriteString(buffer, valid[i].IfName);
            buffer.Write("}"u8);
        }
        buffer.Write("]"u8);
        _injected["cni.dev/valid-attachments"] = buffer.WrittenMemory;
        _injected["cni.dev/attachments"] = buffer.WrittenMemory;
        return this;
    }

    /// <summary>The text.</summary>
    public ReadOnlyMemory<byte> ToJson()
    {
        var buffer = new ArrayBufferWriter<byte>(1024);
        List<KeyValuePair<string, JsonView>> own = GoJson.Members(plugin.Root);
        own.RemoveAll(member => _injected.ContainsKey(member.Key));
        int injected = 0;
        foreach ((string name, JsonView value) in own)
        {
            for (; injected < _injected.Count && string.CompareOrdinal(_injected.Keys[injected], name) < 0; injected++)
            {
                WriteInjected(buffer, injected);
            }
            WriteName(buffer, name);
            GoJson.Write(buffer, value);
        }
        for (; injected < _injected.Count; injected++)
        {
            WriteInjected(buffer, injected);
        }
        buffer.Write("}"u8);
        return buffer.WrittenMemory;
    }

    private void SetString(string name, string value)
    {
        var buffer = new ArrayBufferWriter<byte>(64);
        GoJson.WriteString(buffer, value);
        _injected[name] = buffer.WrittenMemory;
    }

    private void WriteInjected(ArrayBufferWriter<byte> buffer, int index)
    {
        string name = _injected.Keys[index];
        WriteName(buffer, name);
        if (name == "prevResult" && _injected.ContainsKey("runtimeConfig"))
        {
            // libcni puts the runtime's part in by reading again what it has so far, which orders the result's members.
            GoJson.Write(buffer, JsonView.Parse(_injected.Values[index]));
            return;
        }
        buffer.Write(_injected.Values[index].Span);
    }

    private static void WriteName(ArrayBufferWriter<byte> buffer, string name)
    {
        buffer.Write(buffer.WrittenCount == 0 ? "{"u8 : ","u8);
        GoJson.WriteString(buffer, name);
        buffer.Write(":"u8);
    }
}
