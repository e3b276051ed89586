using Dataplane.Cni;

namespace Dataplane.Dhcp;

/// <summary>The files' text.</summary>
internal static class LeaseJson
{
    /// <summary>Writes a lease.</summary>
    public static ReadOnlySpan<byte> Write(LeaseRecord record) => DhcpJson.Write(JsonLayout.Indented, json =>
    {
        json.WriteNumber("version"u8, record.Version);
        json.WriteString("boot"u8, record.Boot);
        json.WriteString("containerId"u8, record.ContainerId);
        json.WriteString("network"u8, record.Network);
        json.WriteString("ifName"u8, record.IfName);
        json.WriteString("netns"u8, record.Netns);
        json.WriteNumber("netnsInode"u8, record.NetnsInode);
        json.WriteNumber("netnsCookie"u8, record.NetnsCookie);
        json.WriteNumber("ifIndex"u8, record.IfIndex);
        json.WriteString("mac"u8, record.Mac);
        json.WriteBoolean("sharedMac"u8, record.SharedMac);
        json.WriteString("serverMac"u8, record.ServerMac);
        json.WriteString("server"u8, record.Server);
        json.WriteString("address"u8, record.Address);
        json.WriteNumber("sinceMs"u8, record.SinceMs);
        json.WriteString("expires"u8, record.Expires);
        DhcpJson.WriteOptions(json, "provided"u8, record.Provided);
        json.WriteBase64String("requested"u8, record.Requested);
        json.WriteBase64String("ack"u8, record.Ack);
    }).WrittenSpan;

    /// <summary>Reads a lease.</summary>
    /// <param name="text">The file.</param>
    /// <exception cref="CniException">It is none.</exception>
    public static LeaseRecord Read(ReadOnlyMemory<byte> text)
    {
        JsonView json = DhcpJson.WithoutNulls(JsonView.Parse(text));
        return new LeaseRecord
        {
            Version = json.GetInt32("version"),
            Boot = Required(json, "boot").AsString(),
            ContainerId = Required(json, "containerId").AsString(),
            Network = Required(json, "network").AsString(),
            IfName = Required(json, "ifName").AsString(),
            Netns = Required(json, "netns").AsString(),
            NetnsInode = json.GetUInt("netnsInode"),
            NetnsCookie = json.GetUInt("netnsCookie"),
            IfIndex = json.GetInt32("ifIndex"),
            Mac = Required(json, "mac").AsString(),
            SharedMac = json.GetBool("sharedMac"),
            ServerMac = Required(json, "serverMac").AsString(),
            Server = json.GetString("server"),
            Address = json.GetString("address"),
            SinceMs = json.GetInt("sinceMs"),
            Expires = json.GetString("expires"),
            Provided = DhcpJson.ReadOptions(json.Get("provided")),
            Requested = DhcpJson.ReadBytes(json.Get("requested")),
            Ack = DhcpJson.ReadBytes(Required(json, "ack")),
        };
    }

    private static JsonView Required(JsonView json, string key) => json.Has(key) ? json.Get(key) : throw json.Error($"{key} is missing");
}
