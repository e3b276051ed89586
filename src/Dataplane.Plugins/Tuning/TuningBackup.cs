using System.Buffers;
using System.Globalization;
using System.Text.Json;
using Dataplane.Cni;
using Dataplane.Engine;
using Dataplane.Interop;
using Dataplane.Netlink;

namespace Dataplane.Plugins;

/// <summary>
/// What an interface was before it was tuned: a file, written before anything is changed, so that it is also the journal of an ADD that is killed. The reference's
/// name and fields; ours are besides the sysctls, whose the attachment is, and which namespace: the reference skips them, and its own files are read here.
/// </summary>
internal sealed record TuningBackup
{
    private const uint DirectoryMode = 0x1c0; // 0700
    private const uint FileMode = 0x180; // 0600
    private const int LargestFile = 1 << 20;
    private const string Suffix = ".json";

    /// <summary>What was before.</summary>
    public required LinkSettings Before { get; init; }

    /// <summary>The container's interface; of the reference's files the container is empty.</summary>
    public AttachmentId Id { get; init; } = new("", "");

    /// <summary>The network's name; empty in the reference's files.</summary>
    public string Network { get; init; } = "";

    /// <summary>CNI_NETNS as it was.</summary>
    public string NetnsPath { get; init; } = "";

    /// <summary>Of the container's namespace; 0 in the reference's files.</summary>
    public ulong Cookie { get; init; }

    /// <summary>The file of an interface.</summary>
    /// <param name="id">The interface.</param>
    public static string FileName(AttachmentId id) => string.Concat(id.ContainerId, "_", id.IfName, Suffix);

    /// <summary>The files there are.</summary>
    /// <param name="dataDir">The directory.</param>
    public static List<string> List(string dataDir)
    {
        using DirectoryFd? directory = DirectoryFd.TryOpen(dataDir);
        List<string> names = directory?.List() ?? [];
        names.RemoveAll(static name => !name.EndsWith(Suffix, StringComparison.Ordinal));
        return names;
    }

    /// <summary>Reads a file.</summary>
    /// <param name="dataDir">The directory.</param>
    /// <param name="fileName">The file.</param>
    /// <returns>Null when there is none, or it says nothing.</returns>
    public static TuningBackup? Read(string dataDir, string fileName)
    {
        using DirectoryFd? directory = DirectoryFd.TryOpen(dataDir);
        byte[] buffer = new byte[4096];
        int length = directory?.Read(fileName, buffer) ?? -1;
        while (length == buffer.Length && length < LargestFile)
        {
            buffer = new byte[buffer.Length * 4];
            length = directory!.Read(fileName, buffer);
        }

        try
        {
            return length > 0 ? Parse(JsonView.Parse(buffer.AsMemory(0, length))) : null;
        }
        catch (CniException)
        {
            // Torn, or somebody else's: as the reference, which then restores nothing.
            return null;
        }
    }

    /// <summary>Writes it, at once as a whole.</summary>
    /// <param name="dataDir">The directory, which is made when it is missing.</param>
    public void Write(string dataDir)
    {
        var json = new ArrayBufferWriter<byte>(512);
        using (var writer = new Utf8JsonWriter(json, JsonLayout.Compact))
        {
            Write(writer);
        }

        using DirectoryFd directory = DirectoryFd.OpenOrCreate(dataDir, DirectoryMode);
        string file = FileName(Id), draft = string.Concat(file, ".new");
        directory.WriteNew(draft, json.WrittenSpan, FileMode, sync: false);
        directory.MoveFrom(directory, draft, file);
    }

    /// <summary>Removes a file.</summary>
    /// <param name="dataDir">The directory.</param>
    /// <param name="fileName">The file.</param>
    public static void Remove(string dataDir, string fileName)
    {
        using DirectoryFd? directory = DirectoryFd.TryOpen(dataDir);
        _ = directory?.Unlink(fileName);
    }

    private static TuningBackup Parse(JsonView json)
    {
        var sysctls = new List<SysctlSetting>();
        foreach ((string path, JsonView value) in json.GetObject("sysctl")?.Members() ?? [])
        {
            if (SysctlName.TryParsePath(path) is { } name)
            {
                sysctls.Add(new SysctlSetting(name, value.AsString()));
            }
        }

        return new TuningBackup
        {
            Before = new LinkSettings
            {
                Mac = MacAddress.TryParse(json.GetString("mac"), out MacAddress mac) ? mac : null,
                Promiscuous = json.Get("promisc").IsNullOrAbsent ? null : json.GetBool("promisc"),
                Mtu = json.GetInt32("mtu") is > 0 and int mtu ? mtu : null,
                AllMulticast = json.Get("allmulti").IsNullOrAbsent ? null : json.GetBool("allmulti"),
                TxQueueLength = json.GetNullableInt32("txQLen"),
                Sysctls = sysctls,
            },
            Id = new AttachmentId(json.GetString("container"), json.GetString("ifname")),
            Network = json.GetString("network"),
            NetnsPath = json.GetString("netns"),
            Cookie = ulong.TryParse(json.GetString("cookie"), NumberStyles.None, CultureInfo.InvariantCulture, out ulong cookie) ? cookie : 0,
        };
    }

    private void Write(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        if (Before.Mac is { } mac)
        {
            json.WriteString("mac"u8, mac.ToString());
        }

        if (Before.Promiscuous is { } promiscuous)
        {
            json.WriteBoolean("promisc"u8, promiscuous);
        }

        if (Before.Mtu is { } mtu)
        {
            json.WriteNumber("mtu"u8, mtu);
        }

        if (Before.AllMulticast is { } all)
        {
            json.WriteBoolean("allmulti"u8, all);
        }

        if (Before.TxQueueLength is { } length)
        {
            json.WriteNumber("txQLen"u8, length);
        }

        json.WriteStartObject("sysctl"u8);
        foreach (SysctlSetting setting in Before.Sysctls)
        {
            json.WriteString(setting.Name.ToString(), setting.Value);
        }

        json.WriteEndObject();
        json.WriteString("container"u8, Id.ContainerId);
        json.WriteString("ifname"u8, Id.IfName);
        json.WriteString("network"u8, Network);
        json.WriteString("netns"u8, NetnsPath);
        json.WriteString("cookie"u8, Cookie.ToString(CultureInfo.InvariantCulture));
        json.WriteEndObject();
    }
}
