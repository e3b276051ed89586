using Dataplane.Interop;

namespace Dataplane.Dhcp;

/// <summary>Numbers that nobody on the link can guess: who could, could answer in a server's place.</summary>
internal static class DhcpRandom
{
    public static uint Xid()
    {
        Span<byte> bytes = stackalloc byte[4];
        KernelRandom.Fill(bytes);
        return BitConverter.ToUInt32(bytes);
    }
}
