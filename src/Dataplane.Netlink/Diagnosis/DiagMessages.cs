using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Dataplane.Netlink.Diagnosis;

/// <summary>Numbers and structures of linux/sock_diag.h and linux/inet_diag.h, by their C names.</summary>
internal static class DiagMessages
{
    public const int NETLINK_SOCK_DIAG = 4;
    public const ushort SOCK_DIAG_BY_FAMILY = 20;
    public const ushort SOCK_DESTROY = 21;

    /// <summary>1 &lt;&lt; TCP_ESTABLISHED: of UDP, the connected ones.</summary>
    public const uint Connected = 1 << 1;

    [StructLayout(LayoutKind.Sequential)]
    internal struct inet_diag_sockid
    {
        public ushort idiag_sport; // network byte order, as all addresses
        public ushort idiag_dport;
        public Address idiag_src;
        public Address idiag_dst;
        public uint idiag_if;
        public uint idiag_cookie_low;
        public uint idiag_cookie_high;
    }

    [StructLayout(LayoutKind.Sequential)]
    internal struct inet_diag_req_v2
    {
        public byte sdiag_family;
        public byte sdiag_protocol;
        public byte idiag_ext;
        public byte pad;
        public uint idiag_states;
        public inet_diag_sockid id;
    }

    /// <summary>The beginning of it.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct inet_diag_msg
    {
        public byte idiag_family;
        public byte idiag_state;
        public byte idiag_timer;
        public byte idiag_retrans;
        public inet_diag_sockid id;
    }

    [InlineArray(16)]
    internal struct Address
    {
        private byte _first;
    }
}
