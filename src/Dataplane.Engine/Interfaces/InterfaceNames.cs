using System.Globalization;
using Dataplane.Interop;
using Dataplane.Netlink;

namespace Dataplane.Engine;

/// <summary>Random names and hardware addresses.</summary>
internal static class InterfaceNames
{
    /// <summary>"veth" and eight hexadecimal digits.</summary>
    public static string RandomVeth()
    {
        Span<byte> random = stackalloc byte[4];
        KernelRandom.Fill(random);
        return $"veth{Convert.ToHexStringLower(random)}";
    }

    /// <summary>The name under which a device comes into a container that cannot get its own at once: "dp" and eight hexadecimal digits of the attachment.</summary>
    public static string Passing(AttachmentId id) => string.Concat("dp", ((uint)id.Owner).ToString("x8", CultureInfo.InvariantCulture));

    /// <summary>A locally administered unicast address, as the kernel makes them. Chosen here, it is known before the device exists.</summary>
    public static MacAddress RandomMac()
    {
        Span<byte> random = stackalloc byte[6];
        KernelRandom.Fill(random);
        random[0] = (byte)((random[0] & 0xfe) | 0x02);
        return new MacAddress(random);
    }
}
