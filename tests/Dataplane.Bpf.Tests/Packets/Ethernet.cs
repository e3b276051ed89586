namespace Dataplane.Bpf.Tests.Packets;

/// <summary>Link-layer headers around IP packets.</summary>
internal static class Ethernet
{
    public const int Header = 14;

    public static byte[] Frame(byte[] ip, byte[] from, byte[] to) => [.. to, .. from, .. Type(ip), .. ip];

    /// <summary>With an 802.1Q tag in the frame.</summary>
    public static byte[] Tagged(byte[] ip, byte[] from, byte[] to, ushort vlan) => [.. to, .. from, 0x81, 0, (byte)(vlan >> 8), (byte)vlan, .. Type(ip), .. ip];

    private static byte[] Type(byte[] ip) => ip.Length > 0 && ip[0] >> 4 == 6 ? [0x86, 0xdd] : [0x08, 0x00];
}
