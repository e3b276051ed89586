using System.Net;

namespace Dataplane.Engine;

/// <summary>Arithmetic on addresses and prefix lengths.</summary>
internal static class Subnet
{
    /// <summary>Whether an address is in the subnet of another; of different families it is not.</summary>
    public static bool Contains(IPAddress subnet, int prefixLength, IPAddress address) =>
        subnet.AddressFamily == address.AddressFamily && Network(subnet, prefixLength).Equals(Network(address, prefixLength));

    /// <summary>The address with its host bits cleared.</summary>
    public static IPAddress Network(IPAddress address, int prefixLength)
    {
        Span<byte> bytes = stackalloc byte[16];
        _ = address.TryWriteBytes(bytes, out int size);
        bytes = bytes[..size];
        int whole = prefixLength / 8;
        if (whole < size)
        {
            bytes[whole] &= (byte)(0xff00 >> (prefixLength % 8));
            bytes[(whole + 1)..].Clear();
        }

        return new IPAddress(bytes);
    }

    /// <summary>How many bits an address of this family has.</summary>
    public static int Bits(IPAddress address) => address.AddressFamily == System.Net.Sockets.AddressFamily.InterNetwork ? 32 : 128;
}
